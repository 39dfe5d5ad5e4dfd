"""The one way a command refuses: a sentence on stderr and exit code 1."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from slipway.project.errors import CommandError as CommandError

SIGN_IN_ENTRY_POINTS = "slipway.sign_in"


def fail(sentence: str) -> NoReturn:
    """Print the sentence on stderr and leave with exit code 1."""
    typer.secho(f"slipway: {sentence}", fg=typer.colors.RED, err=True)
    raise typer.Exit(1)


@contextmanager
def sentences(*kinds: type[Exception]) -> Iterator[None]:
    """Turn the given kinds of error (and `CommandError`) into `fail`."""
    refusals: tuple[type[Exception], ...] = (CommandError, *kinds)
    try:
        yield
    except refusals as error:
        hints = sign_in_hints() if getattr(error, "not_signed_in", False) else []
        fail("\n".join([str(error), *hints]))


def sign_in_hints() -> list[str]:
    """What other distributions know about signing in, a sentence each: an Azure on this machine has a way of its own.

    Each entry point is a function of the words that its commands begin with; it returns a sentence, or None.
    """
    # Importing it takes longer than most commands.
    from importlib.metadata import entry_points

    found = [
        entry.load()(f"slipway {entry.name}") for entry in entry_points(group=SIGN_IN_ENTRY_POINTS)
    ]
    return [sentence for sentence in found if sentence]
