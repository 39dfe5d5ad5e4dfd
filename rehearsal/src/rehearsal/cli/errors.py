"""The one way a command refuses: a sentence on stderr and exit code 1."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def sentences() -> Iterator[None]:
    """Turn a RehearsalError into its sentence and exit code 1."""
    from rehearsal.core.errors import RehearsalError

    try:
        yield
    except RehearsalError as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from None
