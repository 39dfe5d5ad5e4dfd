"""The one way a command refuses: a sentence on stderr and exit code 1."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from rehearsal.machine import disk


@contextmanager
def sentences() -> Iterator[None]:
    """Turn a RehearsalError into its sentence and exit code 1."""
    from rehearsal.core.errors import RehearsalError

    try:
        yield
    except RehearsalError as error:
        words = str(error)
    except OSError as error:
        if not disk.is_full(error):
            raise
        words = disk.sentence(error.filename or "the folder of its state")
    else:
        return
    typer.secho(words, fg=typer.colors.RED, err=True)
    raise typer.Exit(1)
