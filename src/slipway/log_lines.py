"""A container's log for people: the scoring server's JSON lines as time, level and message; tracebacks in lines."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_SHOWN = ("time", "level", "message", "exception")

Paint = Callable[[str, str], str]
"""Text and what it is (a level such as `ERROR`, or `detail`) -> the same text, in colour."""


def plain(text: str, _kind: str) -> str:
    """No colour."""
    return text


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

    def readable(self, paint: Paint = plain) -> str:
        """For people; a line that is no JSON, such as a library's own, is as it was printed."""
        if self.content is None:
            return self.text
        level = str(self.content.get("level", ""))
        when = str(self.content.get("time", "")).replace("T", " ").removesuffix("Z")
        more = "".join(
            f" {paint(f'{key}={value}', 'detail')}"
            for key, value in self.content.items()
            if key not in (*_SHOWN, "logger")
        )
        first = f"{when} {paint(f'{level:<7}', level)} {self.content.get('message', '')}{more}"
        return "\n".join([first, *self._traceback()])

    def _traceback(self) -> list[str]:
        text = str(self.content.get("exception", "")) if self.content else ""
        return [f"    {line}" for line in text.rstrip().splitlines()]


def parse(text: str) -> LogLine:
    """One line of a log."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    # A number alone is JSON too, and was printed by somebody.
    return LogLine(text, content if isinstance(content, dict) and "message" in content else None)


def readable(log: str) -> str:
    """A whole log."""
    return "\n".join(parse(line).readable() for line in log.splitlines())
