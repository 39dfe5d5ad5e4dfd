"""The one way a command refuses: a sentence on stderr and exit code 1."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer


class CommandError(Exception):
    """A sentence for the user: what, where, what was received, what to do."""


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
        fail(str(error))
