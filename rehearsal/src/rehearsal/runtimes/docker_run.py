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

from rehearsal.docker_cli import client
from rehearsal.runtimes.base import ContainerSpec, GroupSpec
from rehearsal.runtimes.docker_containers import NAME, container_name
from rehearsal.runtimes.pull import PYTHON_LABEL

_POLICIES = {"Always": "unless-stopped", "OnFailure": "on-failure", "Never": "no"}
_LOGS = ["--log-driver", "json-file", "--log-opt", "max-size=4m", "--log-opt", "max-file=2"]
_SHARED = "slipway-network"


def start_shared(group: GroupSpec, labels: Mapping[str, str], folder: Path) -> str | None:
    """For a group of several: a container that only holds the network they share, as in ACI."""
    if len(group.containers) < 2:
        return None
    name = container_name(labels, _SHARED)
    ports = [port for spec in group.containers for port in spec.ports]
    client.call(
        [
            "run", "--detach", "--name", name, "--restart", "unless-stopped", "--entrypoint", "sleep",
            *_labels(labels, None), *_published(group, ports), group.containers[0].image, "infinity",
        ]
    )  # fmt: skip
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
    with _environment_file(spec) as environment:
        client.call(
            [
                "run", "--detach", "--name", container_name(labels, spec.name),
                "--restart", _POLICIES[group.restart_policy],
                "--cpus", str(spec.cpu), "--memory", f"{int(spec.memory_gb * 1024)}m",
                "--security-opt", "no-new-privileges", *_root(spec.image), *_LOGS, *_labels(labels, spec.name),
                *network, *_mounts(spec, folder / spec.name), "--env-file", environment, *_command(spec),
            ]
        )  # fmt: skip


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
    """Our own images write nothing but to /tmp; others may, as they may on Azure."""
    printed = client.call(["image", "inspect", "--format", "{{json .Config.Labels}}", image])
    labels: dict[str, Any] | None = json.loads(printed)
    if not labels or PYTHON_LABEL not in labels:
        return []
    return ["--read-only", "--tmpfs", "/tmp:rw,nosuid,mode=1777"]  # noqa: S108  # the container's own


@contextmanager
def _environment_file(spec: ContainerSpec) -> Iterator[str]:
    """A private file, as arguments are seen by everybody. Its form has no place for a line break."""
    broken = [name for name, value in spec.environment.items() if "\n" in value]
    if broken:
        raise client.DockerError(
            f"the environment variable {broken[0]} of container {spec.name} holds a line break, "
            "which docker's --env-file has no form for: pass it as a secret file"
        )
    descriptor, path = tempfile.mkstemp(prefix="slipway-env-")
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
