"""Answers of one round of the event loop, sent together.

Sending wakes up the thread that writes to sockets. A batch's answers come one after the other with Python code
between them, in which that thread would fall asleep again: one system call for each answer instead of one for all.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from scoring.http.message import Response

logger = logging.getLogger("scoring")


class Outbox:
    """What is added is sent before the event loop looks for new events."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._answers: list[tuple[Any, Response]] = []

    def add(self, protocol: Any, response: Response) -> None:
        """On the event loop."""
        self._answers.append((protocol, response))
        if len(self._answers) == 1:
            self._loop.call_soon(self._send_all)

    def send(self, protocol: Any, response: Response) -> None:
        """At once; any thread."""
        try:
            protocol.response_bytes(response.status, response.headers, response.body)
        except Exception:
            # Other answers of this round have nothing to do with it.
            logger.exception("An answer could not be sent")

    def _send_all(self) -> None:
        answers, self._answers = self._answers, []
        for protocol, response in answers:
            self.send(protocol, response)
