"""COPY: files of the build context become a layer."""

import hashlib
import json
import posixpath
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from rehearsal.builders import docker_ignore
from rehearsal.builders.dockerfile import Instruction, Variables
from rehearsal.builders.embedded.layer import Entry
from rehearsal.builders.request import BuildError


def entries(
    instruction: Instruction, variables: Variables, context: Path, workdir: str
) -> list[Entry]:
    """What `COPY source... target` puts where. Flags and wildcards need Docker."""
    words = shlex.split(instruction.value)
    if any(word.startswith("--") for word in words) or instruction.value.startswith("["):
        raise instruction.refuse("COPY with flags or in JSON form")
    *sources, target = [variables.expand(word) for word in words]
    if not sources or any(set("*?[") & set(source) for source in sources):
        raise instruction.refuse("COPY with wildcards or without a source")
    found: list[Entry] = []
    for source in sources:
        found += _one(instruction, context, source, _absolute(target, workdir), len(sources) > 1)
    return found


def key(found: list[Entry]) -> str:
    """A hash of all that the layer will hold."""
    described = [
        [entry.name, *_content(entry.source)] for entry in sorted(found, key=lambda e: e.name)
    ]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()


def _one(
    instruction: Instruction, context: Path, source: str, target: str, many: bool
) -> list[Entry]:
    path = (context / source.lstrip("/")).resolve()
    if not path.is_relative_to(context.resolve()) or not path.exists():
        raise BuildError(
            f'Dockerfile line {instruction.line}: COPY: "/{source.strip("/")}" not found in the build context'
        )
    if path.is_dir():
        return list(_folder(context.resolve(), path, target.strip("/")))
    into_folder = many or target.endswith("/")
    name = posixpath.join(target, path.name) if into_folder else target
    return [Entry(name.strip("/"), path)]


def _folder(context: Path, path: Path, target: str) -> Iterator[Entry]:
    """The folder's files, less what `.dockerignore` names; Docker refuses an ignored file by itself too."""
    for below in docker_ignore.files(context):
        if below.is_relative_to(path):
            yield Entry(posixpath.join(target, below.relative_to(path).as_posix()), below)


def _absolute(target: str, workdir: str) -> str:
    joined = posixpath.normpath(posixpath.join(workdir, target))
    return joined + ("/" if target.endswith(("/", ".")) else "")


def _content(path: Path) -> tuple[str, str]:
    if path.is_symlink():
        return "link", str(path.readlink())
    if path.is_dir():
        return "folder", ""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ("program" if path.stat().st_mode & stat.S_IXUSR else "file"), digest
