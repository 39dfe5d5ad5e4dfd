"""Where Slipway keeps what it can make again: `$XDG_CACHE_HOME/slipway`."""

import os
import tempfile
from pathlib import Path


def cache_root() -> Path:
    """The cache folder of Slipway, which need not exist yet."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "slipway"


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` so that readers, and a run after a kill, see the whole file or none of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
