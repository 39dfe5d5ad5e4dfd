"""One virtual environment per server, kept in the cache as long as its requirements are the same."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from benchmarks.serving.folders import APPS, CACHE
from benchmarks.serving.peers import Peer

_SYSTEM_PYTHON = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")


class NotInstalled(Exception):
    """The server cannot be installed on this machine; the text is the installer's last lines."""


def python_of(peer: Peer) -> Path:
    """The environment's Python, installed if need be. Raises NotInstalled."""
    interpreter = _SYSTEM_PYTHON if peer.system_python and _SYSTEM_PYTHON.exists() else None
    python = _environment(peer.environment, peer.requirements, interpreter)
    if peer.local is not None:
        _install_local(python, peer.local)
    return python


def plotting() -> Path:
    """A Python that has matplotlib. Raises NotInstalled."""
    return _environment("plot", ("matplotlib",))


def _environment(name: str, requirements: Sequence[str], interpreter: Path | None = None) -> Path:
    folder = CACHE / name
    stamp = folder / ".installed"
    wanted = hashlib.sha256("\n".join([*requirements, str(interpreter)]).encode()).hexdigest()
    python = folder / "bin" / "python"
    if not (stamp.exists() and stamp.read_text() == wanted):
        print(f"installing {name} into {folder}", file=sys.stderr)
        base = sys.executable if interpreter is None else str(interpreter)
        _uv("venv", "--quiet", "--clear", "--python", base, str(folder))
        # Compiled beforehand: start-up times must not depend on who was started first.
        _uv(
            "pip",
            "install",
            "--quiet",
            "--compile-bytecode",
            "--python",
            str(python),
            *requirements,
        )
        stamp.write_text(wanted)
    return python


@cache
def _install_local(python: Path, project: Path) -> None:
    # Ours is what lies in the working tree now.
    _uv(
        "pip",
        "install",
        "--quiet",
        "--reinstall-package",
        project.name,
        "--compile-bytecode",
        "--python",
        str(python),
        str(project),
    )


def _uv(*arguments: str) -> None:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        raise NotInstalled("uv is not there; run make setup")
    done = subprocess.run([uv, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalled(" ".join(done.stderr.strip().splitlines()[-3:]))


def model_for(peer: Peer, python: Path) -> Path:
    """The folder with this environment's model.pkl, or model.onnx."""
    folder = CACHE / "models" / peer.environment
    if not (folder / "model.pkl").exists():
        _run(python, "train.py", folder)
    if not peer.onnx:
        return folder
    converted = CACHE / "models" / f"{peer.environment}-onnx"
    if not (converted / "model.onnx").exists():
        _run(python, "convert.py", folder, converted)
    return converted


def _run(python: Path, script: str, *folders: Path) -> None:
    subprocess.run([str(python), str(APPS / script), *map(str, folders)], check=True)
