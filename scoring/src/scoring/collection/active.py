"""What the collectors of an entry script find: this process' writer, and the request that is being computed."""

from __future__ import annotations

from scoring.collection.writer import Writer
from scoring.server.logs import current

writer: Writer | None = None


def request_id() -> str:
    """Id of the request that `run()` is called for in this thread; "" outside of it."""
    return getattr(current, "request_id", None) or ""
