"""The hash that tells whether an image may have to be built again: the Dockerfile and every file of the context
that `.dockerignore` leaves, by name, mode and content."""

import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rehearsal.builders import docker_ignore
from rehearsal.doors.docker_build import project_folder

_CHUNK = 1 << 20


def context_hash(inputs: Mapping[str, Any]) -> str:
    """Hex SHA-256 of what an Image's `context` and `dockerfile` name."""
    context, dockerfile = context_folder(inputs), dockerfile_path(inputs)
    digest = hashlib.sha256()
    if dockerfile is not None and dockerfile.is_file():
        digest.update(dockerfile.read_bytes())
    for path in docker_ignore.files(context, dockerfile):
        _add(digest, path)
        digest.update(path.relative_to(context).as_posix().encode())
        digest.update(stat.filemode(path.lstat().st_mode).encode())
    return digest.hexdigest()


def context_folder(inputs: Mapping[str, Any]) -> Path:
    """The folder of `context.location`, by default the project's."""
    return project_folder.at((inputs.get("context") or {}).get("location") or ".")


def dockerfile_path(inputs: Mapping[str, Any]) -> Path | None:
    """The Dockerfile's place; None for one that is part of the program."""
    dockerfile = inputs.get("dockerfile") or {}
    if dockerfile.get("inline"):
        return None
    if location := dockerfile.get("location"):
        return project_folder.at(location)
    return context_folder(inputs) / "Dockerfile"


def dockerfile_text(inputs: Mapping[str, Any]) -> str:
    """The Dockerfile itself. Raises OSError."""
    path = dockerfile_path(inputs)
    return str(inputs["dockerfile"]["inline"]) if path is None else path.read_text(encoding="utf-8")


def _add(digest: "hashlib._Hash", path: Path) -> None:
    if path.is_symlink() and not path.is_file():
        return
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
