"""Files of the rehearsal's state: its owner's alone, and there whole or not at all."""

import os
import tempfile
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Replace the file, atomically and on the disk; folders above it are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
