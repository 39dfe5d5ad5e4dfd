"""Tells the user what is going on: a moving bar on a terminal, now and then a plain line elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

SECONDS_BETWEEN_LINES = 15.0
_console = Console(stderr=True, highlight=False, soft_wrap=True)


def say(sentence: str) -> None:
    """One line on standard error; standard output is for the answer."""
    _console.print(sentence, markup=False)


@dataclass
class Plain:
    """Progress where no terminal is: a line when something began, and every 15 seconds."""

    title: str
    total: float | None
    done: float = 0
    began: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)

    def advance(self, done: float) -> None:
        """`done` of `total` is done now."""
        self.done = done
        if time.monotonic() - self.last >= SECONDS_BETWEEN_LINES:
            self.last = time.monotonic()
            of = f" of {self.total:.0f}" if self.total else ""
            say(f"{self.title}: {done:.0f}{of} ({self.last - self.began:.0f} s)")


class Bar(Plain):
    """Progress on a terminal."""

    def attach(self, progress: Progress) -> None:
        """Show this task in `progress`."""
        self._progress = progress
        self._task = progress.add_task(self.title, total=self.total)

    def advance(self, done: float) -> None:
        """`done` of `total` is done now."""
        self._progress.update(self._task, completed=done)


@contextmanager
def progress(title: str, total: float | None = None) -> Iterator[Plain]:
    """Show how far a long step is; `total` is unknown where it is None."""
    if not sys.stderr.isatty():
        yield Plain(title, total)
        return
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=_console, transient=True) as shown:
        bar = Bar(title, total)
        bar.attach(shown)
        yield bar
