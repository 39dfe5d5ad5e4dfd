"""The thread that looks after the ports' connections."""

from __future__ import annotations

import logging
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from scoring.server import census
from scoring.server.census import Census, Found
from scoring.server.connections import Connections, Rules, Traffic

logger = logging.getLogger("scoring")

_LOOK_SECONDS = 1.0
# While places are few, each look may be the one that lets somebody in.
_CROWDED_LOOK_SECONDS = 0.1
_MOST_REFUSED = 4096
# Closed like this, a connection is reset: its client need not wait for an answer.
_RESET = struct.pack("ii", 1, 0)


class Keeper:
    """`traffic()` is asked with each look; `closed(why, how_many)` and `counted(open)` are told what was found.

    `listening`: the sockets of the limited ports on which Granian accepts; none of them blocks. It stops where all
    places are taken; those that then wait in the system's queue are let in and turned away.
    """

    def __init__(
        self,
        rules: Rules,
        ports: Iterable[int],
        listening: Mapping[int, socket.socket],
        traffic: Callable[[], Traffic],
        closed: Callable[[str, int], None],
        counted: Callable[[int], None],
    ) -> None:
        self._connections = Connections(rules)
        self._census = Census(list(ports))
        self._listening = listening
        self._traffic = traffic
        self._closed = closed
        self._counted = counted
        self._were_full: frozenset[int] = frozenset()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="connections", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        pause = 0.0
        while not self._ended.wait(pause):
            try:
                self._look()
            except Exception:
                logger.exception("The connections could not be looked after; it is tried again")
            pause = _CROWDED_LOOK_SECONDS if self._connections.crowded else _LOOK_SECONDS

    def _look(self) -> None:
        # In this order: who is found has been open at least as long as its requests.
        found = self._census.look()
        verdict = self._connections.judge(time.monotonic(), found, self._traffic(), census.progress)
        self._counted(len(found))
        self._end("silent", verdict.silent, at_once=False)
        self._end("rested", verdict.rested, at_once=False)
        self._end("limit", verdict.evicted, at_once=True)
        for one in verdict.deaf:
            census.hang_up(one, at_once=True)
        # Only where it was so before: another process may have a place for those that wait.
        for port in verdict.full & self._were_full:
            self._turn_away(port)
        self._were_full = verdict.full

    def _end(self, why: str, found: list[Found], *, at_once: bool) -> None:
        for one in found:
            census.hang_up(one, at_once=at_once)
        if found:
            self._closed(why, len(found))

    def _turn_away(self, port: int) -> None:
        door, refused = self._listening.get(port), 0
        while door is not None and refused < _MOST_REFUSED:
            try:
                connection, _ = door.accept()
            except OSError:
                break  # nobody waits, or the door is shut
            with connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            refused += 1
        if refused:
            self._closed("refused", refused)
