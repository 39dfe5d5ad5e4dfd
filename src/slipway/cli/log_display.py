"""Which lines of a log a command shows, and how they look in a terminal."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import typer

from slipway.cli.errors import CommandError
from slipway.log_lines import LogLine

_SPAN = re.compile(r"(\d+)(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_COLOURS = {
    "WARNING": typer.colors.YELLOW,
    "ERROR": typer.colors.RED,
    "CRITICAL": typer.colors.RED,
}


def in_colour(text: str, kind: str) -> str:
    """How a terminal shows a part of a line."""
    return (
        typer.style(text, dim=True)
        if kind == "detail"
        else typer.style(text, fg=_COLOURS.get(kind))
    )


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
