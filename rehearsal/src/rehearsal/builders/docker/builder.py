"""Builds by Docker's own BuildKit, and pushes with a token that only lives in a private folder."""

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from rehearsal import docker_cli
from rehearsal.builders import dockerfile
from rehearsal.builders.docker import base_image
from rehearsal.builders.dockerfile import Variables
from rehearsal.builders.request import BuildError, BuildRequest, BuildResult
from rehearsal.distribution.client import Manifest, RegistryHttp
from rehearsal.distribution.errors import DistributionError
from rehearsal.distribution.reference import parse
from rehearsal.docker_cli import DockerError

# 1980-01-01, as in the embedded builder; BuildKit dates the image with it.
_EPOCH = "315532800"
_PUSHED = re.compile(r"^([0-9a-f]{12}): Pushed\s*$", re.MULTILINE)
_BUILD_SECONDS = 3600
_LAST_CLIENT_WITH_BUILDKIT = 22


class DockerBuilder:
    """Implements `Builder` with whichever docker client on the PATH can build with BuildKit."""

    def __init__(self, ca_bundle: Path | None = None) -> None:
        self._ca_bundle = ca_bundle

    def build(self, request: BuildRequest) -> BuildResult:
        """Build, and push to each tag when asked to. Raises BuildError."""
        try:
            self._build(request)
            if not request.push:
                return BuildResult("", 0, ())
            results = [self._push(request, tag) for tag in request.tags]
        except (DockerError, DistributionError, ValueError) as error:
            raise BuildError(str(error)) from None
        return results[0]

    def _build(self, request: BuildRequest) -> None:
        program, words = _build_command()
        with (
            tempfile.TemporaryDirectory(prefix="rehearsal-build-") as private,
            _logged_in_to_bases(request) as login,
        ):
            folder = Path(private)
            file = folder / "Dockerfile"
            text, substitutes = _with_bases(request, login)
            file.write_text(text, encoding="utf-8")
            arguments = [*words, *_arguments(request, folder), "--file", str(file)]
            for base, substitute in substitutes.items():
                arguments += ["--label", f"io.slipway.base-substitute={base}={substitute}"]
            docker_cli.call(
                [*arguments, str(request.context)],
                program=program,
                environment={"DOCKER_BUILDKIT": "1", "BUILDKIT_PROGRESS": "plain", **login},
                timeout=_BUILD_SECONDS,
            )

    def _push(self, request: BuildRequest, tag: str) -> BuildResult:
        """The digest is the registry's word, not the client's."""
        reference = parse(tag)
        auth = request.auth(reference.host)
        with docker_cli.logged_in(reference.host, auth) as environment:
            printed = docker_cli.call(
                ["push", tag], environment=environment, timeout=_BUILD_SECONDS
            )
        registry = RegistryHttp(reference.host, auth, self._ca_bundle)
        manifest = registry.get_manifest(reference.repository, reference.tag or "latest")
        layers = tuple(layer["digest"] for layer in manifest.document["layers"])
        return BuildResult(manifest.digest, _sent(tag, manifest, _PUSHED.findall(printed)), layers)


def _build_command() -> tuple[str, list[str]]:
    """Which client, and how it is asked for a BuildKit build whose image lands in the daemon."""
    found = docker_cli.clients()
    for program in found:
        if docker_cli.succeeds(["buildx", "version"], program=program):
            return program, ["buildx", "build", "--load", "--provenance=false"]
    for program in found:
        version = docker_cli.call(["--version"], program=program)
        number = re.search(r"version (\d+)\.", version)
        if number and int(number[1]) <= _LAST_CLIENT_WITH_BUILDKIT:
            return program, ["build"]
    raise DockerError(
        "no docker client here can build with BuildKit: install the buildx plugin, or leave SLIPWAY_RUNTIME out"
    )


def _arguments(request: BuildRequest, private: Path) -> list[str]:
    words = ["--build-arg", f"SOURCE_DATE_EPOCH={_EPOCH}"]
    for tag in request.tags:
        words += ["--tag", tag]
    for name, value in request.build_args.items():
        words += ["--build-arg", f"{name}={value}"]
    for name, value in request.labels.items():
        words += ["--label", f"{name}={value}"]
    for number, (name, value) in enumerate(request.secrets.items()):
        path = private / f"secret-{number}"
        path.touch(mode=0o600)
        path.write_text(value, encoding="utf-8")
        words += ["--secret", f"id={name},src={path}"]
    words += ["--target", request.target] if request.target else []
    words += ["--platform", request.platform] if request.platform else []
    return words + (["--no-cache"] if request.no_cache else [])


def _logged_in_to_bases(request: BuildRequest) -> AbstractContextManager[Mapping[str, str]]:
    """For a base in a registry that wants credentials: those of the build."""
    variables = Variables(request.build_args)
    for instruction in dockerfile.read(request.dockerfile):
        if instruction.name == "ARG":
            variables.declare(instruction)
        elif instruction.name == "FROM":
            try:
                host = parse(variables.expand(instruction.value)).host
            except ValueError:
                continue
            auth = request.auth(host)
            if auth.bearer or auth.password:
                return docker_cli.logged_in(host, auth)
    return nullcontext({})


def _with_bases(request: BuildRequest, login: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The Dockerfile with bases that exist here, and base -> substitute for the others."""
    variables = Variables(request.build_args)
    lines = request.dockerfile.splitlines()
    stages: set[str] = {"scratch"}
    substitutes: dict[str, str] = {}
    for instruction in dockerfile.read(request.dockerfile):
        if instruction.name == "ARG":
            variables.declare(instruction)
        if instruction.name != "FROM":
            continue
        words = [variables.expand(word) for word in instruction.value.split()]
        at = next(i for i, word in enumerate(words) if not word.startswith("--"))
        if words[at].lower() not in stages:
            there = base_image.ensure(words[at], request.progress, pull=request.pull, login=login)
            if there != words[at]:
                substitutes[words[at]] = there
                words[at] = there
                lines[instruction.line - 1] = f"FROM {' '.join(words)}"
        stages.add(words[-1].lower())
    return "\n".join(lines) + "\n", substitutes


def _sent(tag: str, manifest: Manifest, pushed: Sequence[str]) -> int:
    """Bytes of the layers that docker said it pushed, with the configuration and the manifest."""
    inspected = docker_cli.call(["image", "inspect", "--format", "{{json .RootFS.Layers}}", tag])
    diff_ids = [str(one).removeprefix("sha256:")[:12] for one in json.loads(inspected)]
    layers = manifest.document["layers"]
    sizes = {diff: layer["size"] for diff, layer in zip(diff_ids, layers, strict=False)}
    sent = sum(int(sizes.get(one, 0)) for one in pushed)
    return sent + (int(manifest.document["config"]["size"]) if sent else 0) + len(manifest.data)
