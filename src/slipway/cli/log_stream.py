"""A service's log as it comes: once, or as long as somebody watches."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from slipway.cli.log_display import fresh, in_colour, since, start_of
from slipway.log_lines import lines, parse

if TYPE_CHECKING:
    from slipway.cli.targets import Target
    from slipway.outputs import ServiceOutput

_PAUSE_SECONDS = 2.0


class LogStream:
    """The lines of one service, as they were printed (`raw`) or readable."""

    def __init__(
        self,
        target: "Target",
        service: "ServiceOutput",
        tail: int,
        start: str | None = None,
        *,
        raw: bool,
    ) -> None:
        self._target, self._service, self._tail, self._raw = target, service, tail, raw
        self._start = start_of(start, datetime.now(UTC)) if start is not None else None

    def once(self) -> Iterator[str]:
        """What it has printed until now."""
        return self._shown(self._read())

    def follow(self) -> Iterator[str]:
        """The same, and then what it prints, until the user interrupts it."""
        seen = self._read()
        yield from self._shown(seen)
        try:
            while True:
                time.sleep(_PAUSE_SECONDS)
                now = self._read()
                yield from self._written(fresh(seen, now))
                seen = now
        except KeyboardInterrupt:
            return

    def _read(self) -> Sequence[str]:
        return lines(self._target.logs(self._service, self._tail))

    def _shown(self, texts: Sequence[str]) -> Iterator[str]:
        parsed = map(parse, texts)
        chosen = parsed if self._start is None else since(parsed, self._start)
        return (line.text if self._raw else line.readable(in_colour) for line in chosen)

    def _written(self, texts: Sequence[str]) -> Iterator[str]:
        return (line.text if self._raw else line.readable(in_colour) for line in map(parse, texts))
