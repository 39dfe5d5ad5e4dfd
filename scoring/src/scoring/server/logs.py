"""Logs: one JSON object a line on standard error; nobody waits for a slow reader.

Until `Writer.start()` lines are written at once (a crash while loading shows everything); afterwards a thread writes
them in batches from a bounded queue, and says how many it had to drop.
"""

from __future__ import annotations

import copy
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from traceback import TracebackException
from typing import TextIO

import orjson

from scoring.server import printed

# Attributes that every LogRecord has; whatever else is there came in with `extra`.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "_raised"}

_QUEUE_LINES = 20_000
_BATCH_SECONDS = 0.05

#: The name of Azure ML's own logger; a logging.json may put ours under it (azureml/logging_file.py).
REFERENCE_LOGGER = "azmlinfsrv"

#: `current.request_id` while an entry script runs in this thread.
current = threading.local()


class Writer:
    """Writes lines made by callables, so that making them costs the caller nothing."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines: deque[Callable[[], str]] = deque()
        self._filled = threading.Event()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self.dropped = 0

    def put(self, make_line: Callable[[], str]) -> None:
        if self._thread is None:
            self._stream.write(make_line() + "\n")
            self._stream.flush()
        elif len(self._lines) >= _QUEUE_LINES:
            self.dropped += 1
        else:
            self._lines.append(make_line)
            if not self._filled.is_set():
                self._filled.set()

    def start(self) -> None:
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    def close(self, seconds: float = 5.0) -> None:
        """Writes what is left; lines that come later are written at once again."""
        printed.end()
        thread, self._stopping = self._thread, True
        self._filled.set()
        if thread is not None:
            thread.join(seconds)
        self._thread = None

    def _run(self) -> None:
        while not (self._stopping and not self._lines):
            self._filled.wait()
            self._filled.clear()
            self._write_all()
            # A pause gathers the next lines into one write.
            if not self._stopping:
                time.sleep(_BATCH_SECONDS)

    def _write_all(self) -> None:
        count = len(self._lines)
        text = "".join(self._lines.popleft()() + "\n" for _ in range(count))
        if self.dropped:
            lost, self.dropped = self.dropped, 0
            text += (
                line(time.time(), "WARNING", "scoring.logs", f"{lost} log lines were dropped")
                + "\n"
            )
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self.dropped += count


class Handler(logging.Handler):
    """Sends records to the writer."""

    def __init__(self, writer: Writer) -> None:
        super().__init__()
        self._writer = writer
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        request_id = getattr(current, "request_id", None)
        if request_id is not None and not hasattr(record, "request_id"):
            record.request_id = request_id
        # Arguments may change before the writer comes round, and a traceback would keep a request's data until then.
        kept = copy.copy(record)
        kept.msg, kept.args = record.getMessage(), None
        if record.exc_info and record.exc_info[0] is not None:
            kept.exc_info = None
            kept._raised = TracebackException(*record.exc_info, lookup_lines=False, compact=True)
        self._writer.put(lambda: self.format(kept))


class JsonFormatter(logging.Formatter):
    """time (UTC, RFC 3339), level, logger, message; exceptions as text; everything given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        more = {name: value for name, value in vars(record).items() if name not in _OWN}
        raised = getattr(record, "_raised", None)
        if isinstance(raised, TracebackException):
            more["exception"] = "".join(raised.format())
        return line(record.created, record.levelname, record.name, record.getMessage(), **more)


class ReadableFormatter(logging.Formatter):
    """For people who look on: level, message, and the traceback in lines."""

    def format(self, record: logging.LogRecord) -> str:
        raised = getattr(record, "_raised", None)
        after = raised.format() if isinstance(raised, TracebackException) else ()
        told = f"{record.levelname:<7} {record.getMessage()}"
        return "\n".join([told, *(part.rstrip() for part in after)])


def line(when: float, level: str, logger: str, message: str, **more: object) -> str:
    """One log line, without its end."""
    content = {
        "time": time_text(when),
        "level": level,
        "logger": logger,
        "message": message,
        **more,
    }
    try:
        return orjson.dumps(content, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps({name: ascii(value) for name, value in content.items()}).decode()


@lru_cache(maxsize=4)
def _second(when: int) -> str:
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def time_text(when: float) -> str:
    """UTC in RFC 3339 with milliseconds."""
    second = int(when)
    return f"{_second(second)}.{int((when - second) * 1000):03d}Z"


def tops() -> list[logging.Logger]:
    """Loggers that together see every record: the root, and the server's own where it does not reach the root."""
    server = logging.getLogger(REFERENCE_LOGGER)
    return [logging.getLogger(), *([] if server.propagate else [server])]


def configure(level: str, *, readable: bool = False) -> Writer:
    """Root logger, warnings and printed text to standard error, as JSON or readable."""
    writer = Writer(sys.stderr)
    handler = Handler(writer)
    if readable:
        handler.setFormatter(ReadableFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    # Granian tells of each of its workers; ours is the only one and says "Ready" itself.
    logging.getLogger("_granian").setLevel(logging.WARNING)
    printed.install()
    return writer


def capture(writer: Writer, *, readable: bool = False) -> None:
    """From here on, what comes to standard output past Python becomes lines too. Past all loggers: a handler of the
    script's own may write there."""

    def tell(text: str) -> None:
        when = time.time()
        if printed.logger.isEnabledFor(logging.INFO):
            writer.put(
                lambda: (
                    f"INFO    {text}" if readable else line(when, "INFO", printed.logger.name, text)
                )
            )

    printed.capture(tell)
