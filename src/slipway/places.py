"""Where Slipway keeps what it can make again, `$XDG_CACHE_HOME/slipway`, and how files appear whole."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_root() -> Path:
    """The cache folder of Slipway, which need not exist yet."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "slipway"


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` so that readers, and a run after a kill, see the whole file or none of it."""
    with _beside(path, data) as finished:
        finished.replace(path)


def create_atomically(path: Path, data: bytes) -> None:
    """The same for a file that must not be there: raises FileExistsError, also where it appears meanwhile."""
    with _beside(path, data) as finished:
        path.hardlink_to(finished)


@contextmanager
def _beside(path: Path, data: bytes) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        # Not by tempfile, whose files only their owner may read.
        with aside.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        yield aside
    finally:
        aside.unlink(missing_ok=True)
