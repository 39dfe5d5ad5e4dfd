"""Builds a real OCI image from a context and its Dockerfile without Docker.

Files are copied, packages really installed and compiled; only the base image is not fetched, because processes
run on this machine's own Python: the manifest's annotation names the base, the base's tag the Python version.
"""

import hashlib
import json
import platform
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal.builders import dockerfile
from rehearsal.builders.dockerfile import Instruction, Variables
from rehearsal.builders.embedded import (
    copy_step,
    image_config,
    image_run,
    push,
    run_line,
    run_step,
    tree,
)
from rehearsal.builders.embedded.image_config import ImageConfig
from rehearsal.builders.embedded.image_run import ImageRun
from rehearsal.builders.embedded.layer import Entry, Layer
from rehearsal.builders.embedded.layer_cache import LayerCache
from rehearsal.builders.embedded.push import Image
from rehearsal.builders.embedded.run_step import Workplace
from rehearsal.builders.request import BuildError, BuildRequest, BuildResult
from rehearsal.distribution import image_python
from rehearsal.distribution.client import RegistryHttp, sha256
from rehearsal.distribution.errors import DistributionError
from rehearsal.distribution.reference import parse
from rehearsal.machine import interpreters
from rehearsal.machine.interpreters import NoInterpreterError

_STEPS_WITHOUT_FILES = frozenset(
    ["CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "STOPSIGNAL", "USER", "WORKDIR"]
)


@dataclass
class _Build:
    """One build under way."""

    request: BuildRequest
    variables: Variables
    config: ImageConfig = field(default_factory=ImageConfig)
    layers: list[Layer] = field(default_factory=list)

    @property
    def python(self) -> str:
        """The version that the base has, else the one that the image is labelled with; empty where neither tells."""
        labelled = self.config.labels.get(image_python.LABEL, "")
        return image_python.of_base(self.config.base) or labelled


class EmbeddedBuilder:
    """Implements `Builder`. Layers are kept in `cache_dir`/layers by what they were made from."""

    def __init__(self, cache_dir: Path, ca_bundle: Path | None = None) -> None:
        self._cache = LayerCache(cache_dir / "layers")
        self._image_run = ImageRun(cache_dir, ca_bundle)
        self._ca_bundle = ca_bundle

    def build(self, request: BuildRequest) -> BuildResult:
        """Build, and push to each tag when asked to. Raises BuildError."""
        if request.target:
            raise BuildError(f"target {request.target!r}: build stages need SLIPWAY_RUNTIME=docker")
        instructions = dockerfile.parse(request.dockerfile)
        if (base := image_run.base_of(request, instructions)) is not None:
            return self._image_run.build(request, base, instructions)
        image = self._image(request, instructions)
        sent = self._push(request, image) if request.push else 0
        return BuildResult(image.digest, sent, tuple(layer.digest for layer in image.layers))

    def _image(self, request: BuildRequest, instructions: Sequence[Instruction]) -> Image:
        build = _Build(request, Variables(request.build_args))
        for instruction in instructions:
            self._step(build, instruction)
        build.config.labels.update(request.labels)
        config = build.config.document(build.layers, build.variables.env)
        descriptor = {"digest": sha256(config), "size": len(config)}
        manifest = image_config.manifest(descriptor, build.layers, build.config.base)
        return Image(
            config=config,
            config_digest=sha256(config),
            manifest=manifest,
            media_type=image_config.MANIFEST_TYPE,
            digest=sha256(manifest),
            layers=tuple(build.layers),
        )

    def _step(self, build: _Build, instruction: Instruction) -> None:
        if instruction.name == "ARG":
            build.variables.declare(instruction)
        elif instruction.name == "FROM":
            _base(build, instruction)
        elif instruction.name == "ENV":
            build.variables.env.update(build.variables.pairs(instruction))
            build.config.note(instruction, empty=True)
        elif instruction.name in _STEPS_WITHOUT_FILES:
            build.config.apply(instruction, build.variables)
        else:
            build.layers.append(
                self._copy(build, instruction)
                if instruction.name == "COPY"
                else self._run(build, instruction)
            )
            build.config.note(instruction, empty=False)

    def _copy(self, build: _Build, instruction: Instruction) -> Layer:
        entries = copy_step.entries(
            instruction, build.variables, build.request.context, build.config.workdir
        )
        key = copy_step.key(entries)
        return self._cached(build, key) or self._cache.put(key, lambda _: entries)

    def _run(self, build: _Build, instruction: Instruction) -> Layer:
        line = run_line.parse(instruction)
        key = _run_key(build, instruction, line)
        cached = self._cached(build, key)
        if cached is not None:
            return cached
        build.request.progress(f"Dockerfile line {instruction.line}: {_summary(line)}")

        def entries(root: Path) -> Iterable[Entry]:
            return _run_in(root, build, instruction, line)

        return self._cache.put(key, entries)

    def _cached(self, build: _Build, key: str) -> Layer | None:
        return None if build.request.no_cache else self._cache.get(key)

    def _push(self, request: BuildRequest, image: Image) -> int:
        sent = 0
        for tag in request.tags:
            try:
                reference = parse(tag)
                registry = RegistryHttp(
                    reference.host, request.auth(reference.host), self._ca_bundle
                )
                sent += push.push(image, registry, reference, request.progress)
            except (ValueError, DistributionError) as error:
                raise BuildError(f"push of {tag}: {error}") from None
        return sent


def _base(build: _Build, instruction: Instruction) -> None:
    """FROM: the base must be Python's own image, whose tag or else a label says the version."""
    words = [build.variables.expand(word) for word in instruction.value.split()]
    if len(words) != 1 or not image_python.is_pythons(words[0]):
        raise instruction.refuse(f"a base other than Python's own image ({' '.join(words)})")
    build.config.base = words[0]


def _run_key(build: _Build, instruction: Instruction, line: run_line.RunLine) -> str:
    """Everything that can change what a RUN leaves behind; secrets give access, not content.

    The Python is the image's own, never the one that runs the rehearsal.
    """
    mounted = [build.request.context / one.source for one in line.mounts if one.type == "bind"]
    described = {
        "before": [layer.digest for layer in build.layers],
        "run": instruction.value,
        "env": build.variables.env,
        "mounts": [_content(path) for path in mounted],
        "python": build.python,
        "machine": [platform.system(), platform.machine(), *platform.libc_ver()],
    }
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def _content(path: Path) -> str:
    if path.is_dir():
        return copy_step.key([Entry(str(p.relative_to(path)), p) for p in sorted(path.rglob("*"))])
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _run_in(
    root: Path, build: _Build, instruction: Instruction, line: run_line.RunLine
) -> list[Entry]:
    folders = {word for command in line.commands for word in command.words if word.startswith("/")}
    tree.unpack_below(build.layers, folders, root)
    before = tree.snapshot(root)
    with tempfile.TemporaryDirectory(prefix="rehearsal-build-") as private:
        place = Workplace(
            root=root,
            context=build.request.context,
            private=Path(private),
            python=_interpreter(build, instruction),
            secrets=build.request.secrets,
        )
        run_step.run(instruction, line, place)
    empty = root.parent / "whiteout"
    empty.touch()
    return tree.changed(before, root, empty)


def _interpreter(build: _Build, instruction: Instruction) -> Path:
    if not build.python:
        raise instruction.refuse(
            f"a base that does not tell its Python ({build.config.base}) without a label {image_python.LABEL}"
        )
    try:
        return interpreters.find(build.python)
    except NoInterpreterError as error:
        raise BuildError(f"Dockerfile line {instruction.line}: {error}") from None


def _summary(line: run_line.RunLine) -> str:
    names = {"pip": "installing packages", "compileall": "compiling"}
    words = [names.get(command.words[2], "") for command in line.commands if len(command.words) > 2]
    return " and ".join(dict.fromkeys(word for word in words if word))
