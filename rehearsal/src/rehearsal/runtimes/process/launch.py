"""How a container's command is run as a plain process: which program, which arguments, which environment.

There is no chroot, so a path of the image becomes the path of the same file in the composed root. There is no
network of the group's own either, so "all interfaces" (0.0.0.0, ::) and "this group" (localhost, 127.0.0.1)
become the group's loopback address. Both are done to whole words of the command and whole values of the
environment (also to each part of `/a:/b`, to `--flag=a` and to addresses with a port or `http://` around them);
a path or address that a program composes by itself is not seen, and one that listens beyond loopback is ended.
"""

import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rehearsal.core.containers import ContainerSpec
from rehearsal.machine import rooted
from rehearsal.machine.landlock import Grant
from rehearsal.machine.rooted import OutsideError
from rehearsal.runtimes.process.pull import Image

MARKER = "SLIPWAY_CONTAINER"
_PYTHON = re.compile(r"^(?:/usr/(?:local/)?bin/)?python(?:3(?:\.\d+)?)?$")
_SHELLS = {"sh", "bash", "/bin/sh", "/bin/bash", "/usr/bin/env"}
_HERE = re.compile(
    r"^((?:https?|grpc|tcp)://)?(?:0\.0\.0\.0|::1?|\[::1?\]|localhost|127\.0\.0\.1)(?=$|:\d+(?:/|$)|/)"
)
_FLAG = re.compile(r"^(--?[\w-]+=)(.*)$", re.DOTALL)
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class CannotRunError(Exception):
    """A command that only a real container can run; one sentence."""


@dataclass(frozen=True)
class Places:
    """The folders of one container on this machine: `mounts` maps mount paths to folders."""

    rootfs: Path
    tmp: Path
    mounts: Mapping[str, Path]
    marker: str


@dataclass(frozen=True)
class Launch:
    """A process to start."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    cwd: Path
    grants: Sequence[Grant] = ()
    """What of this machine it may touch."""


def plan(image: Image, spec: ContainerSpec, places: Places, ip: str, python: Path) -> Launch:
    """What to start for `spec`. Raises CannotRunError."""
    rewrite = _Rewrite(places, ip)
    environment = {
        "LANG": "C.UTF-8",
        **dict.fromkeys(_THREADS, str(max(1, math.ceil(spec.cpu)))),
        **image.environment,
        **spec.environment,
    }
    rewritten = {name: rewrite.value(value) for name, value in environment.items()}
    rewritten |= {
        "PATH": f"{python.parent}:/usr/local/bin:/usr/bin:/bin",
        "TMPDIR": str(places.tmp),
        MARKER: places.marker,
    }
    command = list(spec.command) or image.command
    if not command:
        raise CannotRunError("the image has no command: give the container one")
    words = command_words(command, rewrite, python)
    return Launch(tuple(words), rewritten, _folder(image, places))


def side_command(command: tuple[str, ...], places: Places, ip: str, python: Path) -> list[str]:
    """The command of an exec probe or a console. Raises CannotRunError."""
    return command_words(list(command), _Rewrite(places, ip), python)


def command_words(command: list[str], rewrite: "_Rewrite", python: Path) -> list[str]:
    """The command with this machine's program and paths."""
    return [_program(command[0], rewrite, python), *map(rewrite.value, command[1:])]


def _program(word: str, rewrite: "_Rewrite", python: Path) -> str:
    if _PYTHON.match(word):
        return str(python)
    if word in _SHELLS:
        return word
    path = rewrite.path(word)
    if path != word and os.access(path, os.X_OK):
        return path
    raise CannotRunError(
        f"the command {word!r} is neither Python nor in the image's own layers: "
        "running it needs a real container, set SLIPWAY_RUNTIME=docker"
    )


def _folder(image: Image, places: Places) -> Path:
    parts = image.workdir_parts
    try:
        with rooted.folder(places.rootfs, parts, make=True):
            return places.rootfs.joinpath(*parts)
    except OutsideError as problem:
        raise CannotRunError(
            f"the image's working directory {image.workdir!r} is not inside the image: {problem}"
        ) from None


class _Rewrite:
    """Paths and addresses of the image into those of this machine."""

    def __init__(self, places: Places, ip: str) -> None:
        self._places = places
        self._ip = ip

    def value(self, text: str) -> str:
        """A word of a command or a value of the environment."""
        flag = _FLAG.match(text)
        if flag:
            return flag[1] + self.value(flag[2])
        if _HERE.match(text):
            return _HERE.sub(rf"\g<1>{self._ip}" if "://" in text else self._ip, text)
        parts = text.split(":")
        if all(part.startswith("/") for part in parts):
            return ":".join(map(self.path, parts))
        return text

    def path(self, text: str) -> str:
        """A path, where it is a mount's, /tmp's or the image's."""
        for mount, folder in {**self._places.mounts, "/tmp": self._places.tmp}.items():  # noqa: S108 - a name
            if text == mount or text.startswith(f"{mount.rstrip('/')}/"):
                return f"{folder}{text[len(mount.rstrip('/')) :]}"
        inside = self._places.rootfs / text.strip("/")
        if text.startswith("/") and text.strip("/") and os.path.lexists(inside):
            return str(inside) + ("/" if text.endswith("/") else "")
        return text
