"""`docker run` for one container: limits, ports, environment, secret files."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rehearsal import docker_cli
from rehearsal.core.containers import ContainerSpec, GroupSpec
from rehearsal.distribution import image_python
from rehearsal.runtimes.docker.containers import NAME, container_name

_POLICIES = {"Always": "unless-stopped", "OnFailure": "on-failure", "Never": "no"}
_LOGS = ["--log-driver", "json-file", "--log-opt", "max-size=4m", "--log-opt", "max-file=2"]
_SHARED = "shared-network"


def start_shared(group: GroupSpec, labels: Mapping[str, str], folder: Path) -> str | None:
    """For a group of several: a container that only holds the network they share, as in ACI."""
    if len(group.containers) < 2:
        return None
    name = container_name(labels, _SHARED)
    ports = [port for spec in group.containers for port in spec.ports]
    options = ["--name", name, "--restart", "unless-stopped", "--entrypoint", "sleep"]
    options += [*_labels(labels, None), *_published(group, ports)]
    docker_cli.call(["run", "--detach", *options, group.containers[0].image, "infinity"])
    return name


def start(
    group: GroupSpec,
    spec: ContainerSpec,
    labels: Mapping[str, str],
    folder: Path,
    shared: str | None,
) -> None:
    """Run one container. Raises DockerError."""
    network = (
        ["--network", f"container:{shared}"] if shared else _published(group, list(spec.ports))
    )
    options = ["--name", container_name(labels, spec.name), *_labels(labels, spec.name)]
    options += ["--restart", _POLICIES[group.restart_policy], *_LOGS]
    options += ["--cpus", str(spec.cpu), "--memory", f"{int(spec.memory_gb * 1024)}m"]
    options += ["--security-opt", "no-new-privileges", *_root(spec.image)]
    options += [*network, *_mounts(spec, folder / spec.name)]
    with _environment_file(spec) as environment:
        docker_cli.call(["run", "--detach", *options, "--env-file", environment, *_command(spec)])


def remove_files(folder: Path) -> None:
    """The secret files of a group."""
    shutil.rmtree(folder, ignore_errors=True)


def _labels(labels: Mapping[str, str], container: str | None) -> list[str]:
    found = dict(labels) | ({NAME: container} if container else {})
    return [word for name, value in found.items() for word in ("--label", f"{name}={value}")]


def _published(group: GroupSpec, ports: list[int]) -> list[str]:
    if group.ip is None:
        return []
    return [word for port in ports for word in ("--publish", f"{group.ip}:{port}:{port}")]


def _root(image: str) -> list[str]:
    """Images with the label promise to write to /tmp only, and are held to it; others may write, as on Azure."""
    printed = docker_cli.call(["image", "inspect", "--format", "{{json .Config.Labels}}", image])
    labels: dict[str, Any] | None = json.loads(printed)
    if not labels or image_python.LABEL not in labels:
        return []
    return ["--read-only", "--tmpfs", "/tmp:rw,nosuid,mode=1777"]  # noqa: S108  # the container's own


@contextmanager
def _environment_file(spec: ContainerSpec) -> Iterator[str]:
    """A private file, as arguments are seen by everybody. Its form has no place for a line break."""
    broken = [name for name, value in spec.environment.items() if "\n" in value]
    if broken:
        raise docker_cli.DockerError(
            f"the environment variable {broken[0]} of container {spec.name} holds a line break, "
            "which docker's --env-file has no form for: pass it as a secret file"
        )
    descriptor, path = tempfile.mkstemp(prefix="rehearsal-env-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in spec.environment.items())
        yield path
    finally:
        Path(path).unlink(missing_ok=True)


def _mounts(spec: ContainerSpec, folder: Path) -> list[str]:
    """Secret volumes. The files are readable in the container for its user, who is not this one; on this machine
    the private folder above them keeps everybody else out."""
    words: list[str] = []
    for mount, files in spec.files.items():
        place = folder / hashlib.sha256(mount.encode()).hexdigest()[:12]
        place.mkdir(parents=True, exist_ok=True)
        folder.parent.chmod(0o700)
        for name, content in files.items():
            path = place / Path(name).name
            path.write_bytes(content)
            path.chmod(0o644)
        place.chmod(0o755)
        words += ["--volume", f"{place}:{mount}:ro"]
    return words


def _command(spec: ContainerSpec) -> list[str]:
    """ACI's `command` stands for entry point and arguments together."""
    if not spec.command:
        return [spec.image]
    return ["--entrypoint", spec.command[0], spec.image, *spec.command[1:]]
