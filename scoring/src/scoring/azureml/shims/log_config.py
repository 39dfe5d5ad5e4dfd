"""The formatter and the filter that a logging.json names when it began as a copy of the reference's."""

from __future__ import annotations

import logging
import time
from typing import Literal


class AMLLogFormatter(logging.Formatter):
    """Times in UTC; the reference's format unless another is given."""

    converter = staticmethod(time.gmtime)

    def __init__(
        self,
        fmt: str | None = "%(asctime)s %(levelname).1s [%(process)d] %(name)s - %(message)s",
        datefmt: str | None = None,
        style: Literal["%", "{", "$"] = "%",
    ) -> None:
        super().__init__(fmt, datefmt, style)


class RootAccessFilter(logging.Filter):
    """Keeps probes out of an access log."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "GET / HTTP/1.1" not in record.getMessage()
