"""Programs that somebody runs in a container, or its output as it comes: offered once, with a password."""

import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

_KEPT = 100  # offers that nobody took are forgotten when there are more


class Console(Protocol):
    """Text both ways. All methods may be called from any thread."""

    def read(self) -> bytes:
        """What was printed next; waits for it. Empty at the end."""

    def write(self, data: bytes) -> None:
        """What is typed."""

    def close(self) -> None:
        """End it, and the program with it."""


class Consoles:
    """What was offered and not yet taken; the door at `address` serves it."""

    def __init__(self) -> None:
        self.address = ""
        self._lock = threading.Lock()
        self._offers: dict[str, tuple[str, Callable[[], Console]]] = {}

    def offer(self, open_console: Callable[[], Console]) -> Mapping[str, str]:
        """Where it can be had, and the password, in the words of Container Instances."""
        name, password = secrets.token_hex(16), secrets.token_urlsafe(32)
        with self._lock:
            self._offers[name] = (password, open_console)
            for oldest in list(self._offers)[:-_KEPT]:
                del self._offers[oldest]
        return {"webSocketUri": f"{self.address}/consoles/{name}", "password": password}

    def claim(self, name: str, password: str) -> Callable[[], Console] | None:
        """What was offered by that name, once; None for a wrong password, which ends the offer too."""
        with self._lock:
            wanted, open_console = self._offers.pop(name, ("", None))
        same = hmac.compare_digest(wanted.encode(), password.encode())
        return open_console if same else None
