"""How far a copy is: a bar in a terminal, a line for each stage elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from slipway.registry.copying import Progress


@contextmanager
def transfer_bar(title: str) -> "Iterator[Progress]":
    """The progress of one copy, on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
    from rich.progress import Progress as Display

    from slipway.registry.copying import Progress

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Display(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None)

        class Bar(Progress):
            def begin(self, total: int) -> None:
                bar.update(task, total=total)

            def advance(self, size: int) -> None:
                bar.advance(task, size)

            def stage(self, sentence: str) -> None:
                if not console.is_terminal:
                    typer.echo(sentence, err=True)

        yield Bar()
