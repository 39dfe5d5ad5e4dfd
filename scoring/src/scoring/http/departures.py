"""Clients that leave before they have their answer: what was not begun for them is not computed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from scoring.http.exchange import Exchange
from scoring.http.message import Response

# Watching a connection costs more than most requests: only who waits this long is watched.
_PATIENCE_SECONDS = 0.2

#: nginx's "client closed request"; for the log and the metrics, since nobody receives it.
LEFT = 499


class Departures:
    """`open_`: the requests without an answer, oldest first. Lives on one event loop."""

    def __init__(self, open_: Mapping[Any, None], loop: asyncio.AbstractEventLoop) -> None:
        self._open = open_
        self._loop = loop
        self._looking = False

    def expect(self) -> None:
        """A request waits; any thread."""
        if not self._looking:
            self._looking = True
            self._loop.call_soon_threadsafe(self._look_later)

    def _look_later(self) -> None:
        self._loop.call_later(_PATIENCE_SECONDS, self._look)

    def _look(self) -> None:
        long_ago = time.monotonic() - _PATIENCE_SECONDS
        for exchange in list(self._open):
            if not isinstance(exchange, Exchange):
                continue  # gRPC, which tells of its clients itself
            if exchange.request.received_at > long_ago:
                break
            if exchange.leave is not None and exchange.watch is None:
                self._watch(exchange)
        # In this order: who comes from now on either is seen here, or sees that nobody looks.
        self._looking = False
        if self._open:
            self._looking = True
            self._look_later()

    def _watch(self, exchange: Exchange) -> None:
        watch = exchange.watch = exchange.protocol.client_disconnect()
        watch.add_done_callback(partial(self._left, exchange), context=None)
        if exchange not in self._open:
            # It was answered in another thread meanwhile, which may not have seen the watch.
            forget(exchange)

    def _left(self, exchange: Exchange, watch: Any) -> None:
        """`watch` is over: the client has gone."""
        leave = exchange.leave
        if leave is not None and leave():
            exchange.reply(Response(LEFT))


def forget(exchange: Exchange) -> None:
    """Ends the watch of a request that has its answer; any thread."""
    watch, exchange.watch = exchange.watch, None
    if watch is not None:
        # Granian's future keeps its callback, and that the exchange, even when it is cancelled. Without one, it has
        # nothing to call on the event loop either, which would have to be done in the loop's own thread.
        watch.remove_done_callback(None)
        watch.cancel()
