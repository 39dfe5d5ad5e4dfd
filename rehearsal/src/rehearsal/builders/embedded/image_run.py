"""A Dockerfile that runs something in a finished image: FROM an image of a registry, then ARG, ENV and RUN alone.

What comes of it is whether the commands end well; an image made of it is not pushed, so that none is made. The image is
pulled and its program started as the process runtime does it.
"""

import posixpath
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rehearsal.builders.dockerfile import Instruction, Variables
from rehearsal.builders.embedded import run_line, run_step
from rehearsal.builders.embedded.run_line import Command, Mount
from rehearsal.builders.request import BuildError, BuildRequest, BuildResult
from rehearsal.core.containers import ContainerSpec, PullError
from rehearsal.distribution import image_python
from rehearsal.distribution.reference import parse
from rehearsal.machine import landlock, private_folder
from rehearsal.machine.interpreters import NoInterpreterError
from rehearsal.runtimes.process.container_folder import ContainerFolder
from rehearsal.runtimes.process.launch import CannotRunError
from rehearsal.runtimes.process.layers import LayerError
from rehearsal.runtimes.process.process_group import kill_marked
from rehearsal.runtimes.process.pull import Image, Puller
from rehearsal.runtimes.process.pythons import clean_python
from rehearsal.runtimes.process.roots import BUILDS, SharedRoots

# Nothing of a build is published: what it listens on is its own affair.
_ADDRESS = "127.0.0.1"
_FORGOTTEN_SECONDS = 86_400


@dataclass(frozen=True)
class _Place:
    """Where one Dockerfile's commands run."""

    image: Image
    python: Path
    folder: Path
    shared: SharedRoots


def base_of(request: BuildRequest, instructions: Sequence[Instruction]) -> str | None:
    """The registry's image that something is only run in; None for other Dockerfiles, and where an image is made."""
    if request.push:
        return None
    variables = Variables(request.build_args)
    for instruction in instructions:
        if instruction.name == "ARG":
            variables.declare(instruction)
        if instruction.name == "FROM":
            base = variables.expand(instruction.value)
            return base if image_python.of_base(base) is None and _is_by_digest(base) else None
    return None


def _is_by_digest(base: str) -> bool:
    try:
        return parse(base).digest is not None
    except ValueError:
        return False


class ImageRun:
    """Runs such Dockerfiles; layers are unpacked where the process runtime looks for them too."""

    def __init__(self, cache_dir: Path, ca_bundle: Path | None) -> None:
        self._cache_dir = cache_dir
        self._puller = Puller(cache_dir, ca_bundle)
        self._shared = SharedRoots(cache_dir)

    def build(
        self, request: BuildRequest, base: str, instructions: Sequence[Instruction]
    ) -> BuildResult:
        """Run the commands. Raises BuildError with the failing one's output."""
        builds = self._cache_dir / BUILDS
        private_folder.make(builds)
        _sweep(builds)
        with tempfile.TemporaryDirectory(dir=builds, prefix="run-") as folder:
            try:
                image = self._puller.pull_as(base, request.auth)
                python = clean_python(image.python or "", self._cache_dir)
            except (PullError, NoInterpreterError) as error:
                raise BuildError(str(error)) from None
            _all(request, instructions, _Place(image, python, Path(folder), self._shared))
        return BuildResult("", 0, ())


def _sweep(builds: Path) -> None:
    """What a rehearsal that was killed has left. Others may share the cache, so only what is old goes."""
    for left in builds.glob("run-*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _FORGOTTEN_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


def _all(request: BuildRequest, instructions: Sequence[Instruction], place: _Place) -> None:
    variables = Variables(request.build_args)
    for instruction in instructions:
        if instruction.name == "FROM":
            # Arguments from above the first stage are not in it.
            variables = Variables(request.build_args, env=dict(place.image.environment))
        elif instruction.name == "ARG":
            variables.declare(instruction)
        elif instruction.name == "ENV":
            variables.env.update(variables.pairs(instruction))
        elif instruction.name == "RUN":
            _run(request, instruction, variables, place)
        else:
            raise instruction.refuse(f"{instruction.name} on top of an image of a registry")


def _run(
    request: BuildRequest, instruction: Instruction, variables: Variables, place: _Place
) -> None:
    line = run_line.parse_programs(instruction)
    files = _secret_files(instruction, line.mounts, request.secrets)
    for number, command in enumerate(line.commands):
        spec = _spec(command, variables, files)
        folder = ContainerFolder(place.folder / f"container-{number}", place.folder / "rootfs")
        try:
            folder.fill(place.image, spec, place.python, place.shared)
            launch = folder.launch(place.image, spec, _ADDRESS)
        except (CannotRunError, LayerError) as error:
            raise BuildError(f"Dockerfile line {instruction.line}: {error}") from None
        try:
            call = partial(
                run_step.call, instruction, launch.command, launch.environment, launch.cwd
            )
            landlock.within(launch.grants, call)
        except BuildError as error:
            # As the image's own paths: in a container it would print these.
            raise BuildError(str(error).replace(str(folder.rootfs), "")) from None
        finally:
            kill_marked(folder.marker)  # nothing of a container outlives its command


def _spec(
    command: Command, variables: Variables, files: Mapping[str, Mapping[str, bytes]]
) -> ContainerSpec:
    return ContainerSpec(
        name="build",
        image="",
        command=command.words,
        environment={**variables.args, **variables.env, **command.environment},
        files=files,
    )


def _secret_files(
    instruction: Instruction, mounts: Sequence[Mount], secrets: Mapping[str, str]
) -> dict[str, dict[str, bytes]]:
    """Folder -> name -> content. A secret that was not given is not there, as in BuildKit."""
    found: dict[str, dict[str, bytes]] = defaultdict(dict)
    for mount in mounts:
        if mount.type != "secret":
            raise instruction.refuse(f"RUN --mount=type={mount.type}")
        folder, name = posixpath.split(mount.target)
        if mount.source in secrets:
            found[folder][name] = secrets[mount.source].encode()
    return dict(found)
