"""Waiting until Azure can be asked again: told to who watches, and over at once when the user stops it."""

from collections.abc import Callable
from threading import Event

from slipway.cloud.errors import CloudError


class StoppedError(CloudError):
    """The user stopped what was waiting."""


class Patience:
    """How this process waits. Threads share it."""

    def __init__(self) -> None:
        self._stop = Event()
        self.tell: Callable[[str], None] = lambda _: None
        """Is told why something waits, a sentence each time."""

    def wait(self, seconds: float, why: str, *, told: bool = True) -> None:
        """Return after so many seconds. Raises StoppedError as soon as `stop` is called, or was."""
        if told and seconds > 0:
            self.tell(f"{why}; asking again in {seconds:g} s")
        if self._stop.wait(seconds):
            raise StoppedError(f"Stopped while waiting to ask again: {why}.")

    def stop(self) -> None:
        """From now on nothing is waited for."""
        self._stop.set()


PATIENCE = Patience()
"""The one of this process."""
