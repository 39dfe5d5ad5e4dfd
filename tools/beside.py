"""Programs beside the CLI, whose folder is on the PATH: the engine looks for its language hosts there first."""

import os
import shutil
from pathlib import Path


def is_beside(folder: Path, name: str) -> bool:
    """Whether who uses the toolchain in `folder` has the program, there or on the PATH."""
    return (folder / name).exists() or shutil.which(name) is not None


def place(program: Path, folder: Path) -> None:
    """Link it whole or not at all."""
    link = folder / f".{program.name}"
    link.unlink(missing_ok=True)
    os.link(program, link)
    link.rename(folder / program.name)
