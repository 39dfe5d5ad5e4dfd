"""Clean interpreters for containers: a virtual environment without packages, so that nothing of this machine's
site-packages is seen by what runs in it."""

import os
import subprocess
import tempfile
import threading
from pathlib import Path
from shutil import rmtree

from rehearsal.machine import interpreters, private_folder

_making = threading.Lock()


def clean_python(version: str, cache_dir: Path) -> Path:
    """The `python` of an empty environment of that version. Raises NoInterpreterError."""
    base = interpreters.find(version)
    folder = cache_dir / "pythons" / f"{'.'.join(version.split('.')[:2])}-{_name(base)}"
    python = folder / "bin" / "python"
    with _making:
        if not os.access(python, os.X_OK):
            _make(base, folder)
    return python


def _name(base: Path) -> str:
    """Which interpreter, so that another one of the same version gets an environment of its own."""
    return str(base).strip("/").replace("/", "-")


def _make(base: Path, folder: Path) -> None:
    rmtree(folder, ignore_errors=True)
    private_folder.make(folder.parent)
    work = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".new-"))
    try:
        command = [str(base), "-I", "-m", "venv", "--without-pip", str(work)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        if not folder.exists():
            work.rename(folder)
    except subprocess.CalledProcessError as error:
        raise interpreters.NoInterpreterError(
            f"{base} cannot make a virtual environment: {error.stderr.decode(errors='replace').strip()}"
        ) from None
    finally:
        rmtree(work, ignore_errors=True)
