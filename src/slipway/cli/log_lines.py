"""A container's log for people: the scoring server's JSON lines as time, level and message; tracebacks in lines."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import typer

from slipway.cli.errors import CommandError

_SPAN = re.compile(r"(\d+)(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SHOWN = ("time", "level", "message", "exception")
_COLOURS = {
    "WARNING": typer.colors.YELLOW,
    "ERROR": typer.colors.RED,
    "CRITICAL": typer.colors.RED,
}


@dataclass(frozen=True)
class LogLine:
    """One line as the container printed it, and what it says where it is JSON."""

    text: str
    content: dict[str, Any] | None

    @property
    def time(self) -> datetime | None:
        """When it was written, where the line says so."""
        try:
            found = datetime.fromisoformat(str((self.content or {})["time"]))
        except (KeyError, ValueError):
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def readable(self) -> str:
        """For a terminal; a line that is no JSON, such as a library's own, is as it was printed."""
        if self.content is None:
            return self.text
        level = str(self.content.get("level", ""))
        when = str(self.content.get("time", "")).replace("T", " ").removesuffix("Z")
        more = "".join(
            f" {typer.style(f'{key}={value}', dim=True)}"
            for key, value in self.content.items()
            if key not in (*_SHOWN, "logger")
        )
        first = (
            f"{when} {typer.style(f'{level:<7}', fg=_COLOURS.get(level))} "
            f"{self.content.get('message', '')}{more}"
        )
        return "\n".join([first, *self._traceback()])

    def _traceback(self) -> list[str]:
        text = str(self.content.get("exception", "")) if self.content else ""
        return [f"    {line}" for line in text.rstrip().splitlines()]


def parse(text: str) -> LogLine:
    """One line of a log."""
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    # A number alone is JSON too, and was printed by somebody.
    return LogLine(text, content if isinstance(content, dict) and "message" in content else None)


def since(lines: Iterable[LogLine], start: datetime) -> Iterator[LogLine]:
    """Those written at `start` or later. A line without a time is of the time of the one before it."""
    late = False
    for line in lines:
        if (when := line.time) is not None:
            late = when >= start
        if late:
            yield line


def start_of(text: str, now: datetime) -> datetime:
    """`10m` ago, or a time such as 2026-11-28T13:00. Raises CommandError."""
    if (span := _SPAN.fullmatch(text)) is not None:
        return now - timedelta(seconds=int(span[1]) * _SECONDS[span[2]])
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"--since must be a span such as 30s, 10m, 2h or 1d, or a time such as 2026-11-28T13:00, got {text!r}"
        ) from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def fresh(before: Sequence[str], after: Sequence[str]) -> Sequence[str]:
    """The lines of `after` that follow those of `before`: both are the last lines of one log.

    All of them where nothing is common: the container was restarted, or has printed more than was asked for.
    """
    for common in range(min(len(before), len(after)), 0, -1):
        if before[-1] == after[common - 1] and list(before[-common:]) == list(after[:common]):
            return after[common:]
    return after
