"""How far the batch is: a bar on a terminal, a line every ten seconds elsewhere."""

from __future__ import annotations

import sys
import time

_WIDTH = 30
_LINE_SECONDS = 10.0
_BAR_SECONDS = 0.1


class Progress:
    """Writes to standard error."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = 0.0
        self._bar = sys.stderr.isatty()

    def update(self, share: float, rows: int, errors: int) -> None:
        now = time.monotonic()
        if now - self._shown < (_BAR_SECONDS if self._bar else _LINE_SECONDS):
            return
        self._shown = now
        self._show(share, rows, errors, now)

    def finish(self) -> None:
        if self._bar:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _show(self, share: float, rows: int, errors: int, now: float) -> None:
        spent = now - self._started
        left = f"{spent / share - spent:.0f} s left" if share > 0 else "..."
        text = f"{share:4.0%}  {rows:,} rows  {errors:,} with errors  {left}"
        if self._bar:
            full = round(share * _WIDTH)
            sys.stderr.write(f"\r\x1b[K[{'#' * full}{'.' * (_WIDTH - full)}] {text}")
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()
