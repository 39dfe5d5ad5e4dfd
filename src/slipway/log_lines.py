"""A container's log for people: the scoring server's JSON lines as time, level and message; tracebacks in lines."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# A script may print megabytes without an end of line, and what is told in messages is for a terminal.
_LONGEST_LINE = 2000
_SHOWN = ("time", "level", "message", "exception")
# A terminal obeys them, and what a container prints may be anybody's: what was asked of it, for instance.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

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
            # Progress bars write over themselves.
            return harmless(self.text.rstrip("\r").replace("\r", "\n"))
        level = harmless(self.content.get("level", ""))
        when = harmless(self.content.get("time", "")).replace("T", " ").removesuffix("Z")
        more = "".join(
            f" {paint(harmless(f'{key}={value}'), 'detail')}"
            for key, value in self.content.items()
            if key not in (*_SHOWN, "logger")
        )
        message = harmless(self.content.get("message", ""))
        first = f"{when} {paint(f'{level:<7}', level)} {message}{more}"
        return "\n".join([first, *self._traceback()])

    def _traceback(self) -> list[str]:
        text = str(self.content.get("exception", "")) if self.content else ""
        return [f"    {harmless(line)}" for line in text.rstrip().split("\n")] if text else []


def harmless(said: object) -> str:
    """Text that a terminal shows and does not obey: control characters as `\\x1b`."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", str(said))


def lines(log: str) -> list[str]:
    """The lines of a log, which newlines alone divide: JSON may have other characters that Python takes for an end."""
    return log.removesuffix("\n").split("\n") if log else []


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
    return "\n".join(parse(line).readable() for line in lines(log))


def brief(log: str) -> str:
    """A log whose long lines are cut after their first 2,000 characters, for a message."""
    return "\n".join(
        line
        if len(line) <= _LONGEST_LINE
        else f"{line[:_LONGEST_LINE]}… ({len(line) - _LONGEST_LINE:,} more characters)"
        for line in log.split("\n")
    )
