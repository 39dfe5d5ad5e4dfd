"""How a container of an image becomes a process of this machine: arguments, variables, paths.

There is no chroot, as that needs rights which users lack. Paths that lie in the image, in arguments and in
variables, are rewritten to where the image's files are; `0.0.0.0` becomes the group's own loopback address, so
that nothing here listens on another interface. The interpreter is this machine's Python of the image's version,
without its own site-packages: what the image lacks must be missing here too.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal import interpreters
from rehearsal.interpreters import NoInterpreterError
from rehearsal.runtimes.base import ContainerSpec, PullError

PYTHON_LABEL = "dev.slipway.python"
_ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - looked for, to be replaced


@dataclass(frozen=True)
class Launch:
    """What is executed: `argv` in folder `cwd` with exactly the variables `env`."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str


@dataclass(frozen=True)
class Folders:
    """Where the container's file system, its mounts (mount path -> folder) and its scratch space are."""

    root: Path
    mounts: Mapping[str, Path]
    scratch: Path


def prepare(spec: ContainerSpec, config: Mapping[str, Any], folders: Folders, ip: str) -> Launch:
    """The launch of a container. Raises PullError when this machine lacks the image's Python."""
    settings = config.get("config", {})
    words = list(spec.command) or [
        *(settings.get("Entrypoint") or []),
        *(settings.get("Cmd") or []),
    ]
    if not words:
        raise PullError(f"the image of container '{spec.name}' has neither ENTRYPOINT nor CMD")
    image_env = dict(pair.partition("=")[::2] for pair in settings.get("Env") or [])
    labels = settings.get("Labels") or {}
    interpreter = _interpreter(labels)
    given = {**image_env, **spec.environment}
    env = {name: _moved(value, folders, ip) for name, value in given.items()}
    env["PATH"] = os.pathsep.join([str(interpreter.parent), os.defpath])
    env["HOME"] = env["TMPDIR"] = str(folders.scratch)
    env["PYTHONNOUSERSITE"] = "1"
    argv = [_moved(word, folders, ip) for word in words]
    if argv[0] in ("python", "python3"):
        argv[:1] = [str(interpreter), "-S"]
    return Launch(
        tuple(argv), env, _moved(settings.get("WorkingDir") or str(folders.root), folders, ip)
    )


def _interpreter(labels: Mapping[str, str]) -> Path:
    version = labels.get(PYTHON_LABEL, "")
    if not version:
        raise PullError(
            f"the image does not say which Python it needs (label {PYTHON_LABEL}): "
            "the process runtime runs images that Slipway built, others need SLIPWAY_RUNTIME=docker"
        )
    try:
        return interpreters.find(version)
    except NoInterpreterError as problem:
        raise PullError(str(problem)) from problem


def _moved(value: str, folders: Folders, ip: str) -> str:
    """The value with every path of the image replaced, also in `a:b` lists."""
    value = value.replace(_ANY_ADDRESS, ip)
    return ":".join(_moved_path(part, folders) for part in value.split(":"))


def _moved_path(part: str, folders: Folders) -> str:
    if not part.startswith("/"):
        return part
    for mount, folder in folders.mounts.items():
        if part == mount or part.startswith(f"{mount.rstrip('/')}/"):
            return str(folder) + part[len(mount.rstrip("/")) :]
    inside = folders.root / part.lstrip("/")
    return str(inside) if inside.exists() or (inside.parent.exists() and part != "/") else part
