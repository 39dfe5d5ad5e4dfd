"""Model files: are they there, and what is their hash?"""

import hashlib
import os
from pathlib import Path

from slipway.registry.errors import RegistryError

MAX_MODEL_BYTES = 200 * 1024**3
"""ACR's largest layer; `SLIPWAY_MAX_MODEL_BYTES` sets a lower one."""


def sha256_of(path: Path) -> str:
    """Hexadecimal hash of the file. Raises RegistryError when it cannot be registered."""
    size = checked_size(path)
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RegistryError(f"The model file {path} cannot be read: {error.strerror}.") from error
    _require_unchanged(path, size)
    return found


def checked_size(path: Path) -> int:
    """Bytes of the file. Raises RegistryError when it is missing, empty, no file, or too large."""
    if not path.exists():
        raise RegistryError(f"The model file {path} does not exist.")
    if not path.is_file():
        raise RegistryError(f"The model file {path} is not a file; a model is one file.")
    size = path.stat().st_size
    if size == 0:
        raise RegistryError(f"The model file {path} is empty.")
    limit = _limit()
    if size > limit:
        raise RegistryError(
            f"The model file {path} has {size:,} bytes; at most {limit:,} are allowed "
            "(SLIPWAY_MAX_MODEL_BYTES)."
        )
    return size


def _limit() -> int:
    given = os.environ.get("SLIPWAY_MAX_MODEL_BYTES")
    if given is None:
        return MAX_MODEL_BYTES
    if not given.isdecimal():
        raise RegistryError(f"SLIPWAY_MAX_MODEL_BYTES must be a number of bytes, got {given!r}.")
    return int(given)


def _require_unchanged(path: Path, size: int) -> None:
    if path.stat().st_size != size:
        raise RegistryError(f"The model file {path} changed while it was being read: try again.")
