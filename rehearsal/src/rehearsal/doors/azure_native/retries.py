"""How often azure-native asks Azure again, and after how long: azcore's retry policy with the vendor's options.

`initPipelineOpts` in pulumi-azure-native's client_azcore.go names the answers and the delays; policy_retry.go of azcore
makes 20, 60 and 120 seconds of them. Its jitter (0.8 to 1.3) is left out here.
"""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import grpc

from rehearsal.core.errors import ArmError, OperationFailedError, RehearsalError

VARIABLE = "REHEARSAL_RETRY_SECONDS"
_USUAL = "20,60,120"
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_log = logging.getLogger(__name__)
T = TypeVar("T")


class Ask(Protocol):
    """Asks ARM by `call`, and again where the answer may be another one later."""

    def __call__(self, call: Callable[[], T]) -> T:
        """Raises ArmError with the last answer."""


def once(call: Callable[[], T]) -> T:
    """Asks and takes the answer."""
    return call()


class CanceledError(Exception):
    """Nobody waits for the answer any more; in Go's words."""

    def __init__(self) -> None:
        super().__init__("context canceled")


class Retries:
    """Waits between attempts, which end when the engine cancels, ends or hangs up."""

    def __init__(self, waits: Sequence[float]) -> None:
        self._waits = waits
        self._lock = threading.Lock()
        self._waiting: dict[str, set[threading.Event]] = {}

    def of(self, context: grpc.ServicerContext) -> Ask:
        """For one call of the engine."""
        ended, peer = threading.Event(), context.peer()
        with self._lock:
            self._waiting.setdefault(peer, set()).add(ended)
        if not context.add_callback(lambda: self._forget(peer, ended)):
            self._forget(peer, ended)

        def ask(call: Callable[[], T]) -> T:
            return again(call, self._waits, ended.wait)

        return ask

    def cancel(self, peer: str) -> None:
        """End the waits of an engine; what runs goes on."""
        with self._lock:
            for ended in self._waiting.get(peer, ()):
                ended.set()

    def _forget(self, peer: str, ended: threading.Event) -> None:
        ended.set()
        with self._lock:
            left = self._waiting.get(peer, set())
            left.discard(ended)
            if not left:
                self._waiting.pop(peer, None)


def again(call: Callable[[], T], waits: Sequence[float], wait: Callable[[float], bool]) -> T:
    """The answer of the first attempt that has one, else of the last. `wait` says whether it was ended.

    Raises ArmError and CanceledError.
    """
    for seconds in waits:
        try:
            return call()
        except ArmError as refusal:
            if not passes(refusal):
                raise
            _log.info("azure-native asks again in %s s: %s", seconds, refusal)
        if wait(seconds):
            raise CanceledError
    return call()


def passes(refusal: ArmError) -> bool:
    """Whether the vendor's provider asks again. What was accepted and failed later is no answer to a request."""
    if isinstance(refusal, OperationFailedError):
        return False
    busy = refusal.status == 409 and refusal.code == "AnotherOperationInProgress"
    return busy or refusal.status in _PASSING


def usual_waits() -> Sequence[float]:
    """Seconds before each further attempt: 20,60,120 unless the variable says otherwise. Raises RehearsalError."""
    given = os.environ.get(VARIABLE, _USUAL)
    try:
        waits = [float(each) for each in given.split(",") if each.strip()]
    except ValueError:
        waits = [-1.0]
    if not all(0 <= each < threading.TIMEOUT_MAX for each in waits):
        raise RehearsalError(
            f"{VARIABLE} must be seconds separated by commas, such as {_USUAL}, got {given!r}."
        )
    return waits
