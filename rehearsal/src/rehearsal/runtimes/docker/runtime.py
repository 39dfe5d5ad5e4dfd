"""Runs container groups as real containers, through the docker command line."""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path

from rehearsal import docker_cli
from rehearsal.core.consoles import Console
from rehearsal.core.containers import ContainerSpec, ContainerState, GroupSpec, PullError
from rehearsal.distribution.auth import RegistryAuth
from rehearsal.distribution.client import RegistryHttp
from rehearsal.distribution.errors import DistributionError
from rehearsal.distribution.reference import parse
from rehearsal.docker_cli import DockerError
from rehearsal.runtimes.docker import run
from rehearsal.runtimes.docker.containers import FINGERPRINT, GROUP, Containers
from rehearsal.runtimes.docker.probes import ProbeWatch
from rehearsal.runtimes.fingerprints import Fingerprints

_PULL_SECONDS = 1800


class DockerRuntime:
    """Implements `Runtime`. Containers carry labels of this rehearsal, so that it finds them again after a kill.

    Restarts are Docker's own affair (`--restart`), so they go on while no rehearsal runs.
    """

    def __init__(self, state_dir: Path, ca_bundle: Path | None) -> None:
        self._files = state_dir / "groups"
        self._ca_bundle = ca_bundle
        self._fingerprints = Fingerprints(state_dir / "fingerprint.key")
        self._containers = Containers(_key(str(state_dir.resolve())))
        self._lock = threading.RLock()
        self._groups: dict[str, GroupSpec] = {}
        self._probes: dict[str, ProbeWatch] = {}
        self._failed: dict[str, list[ContainerState]] = {}

    def start(self, group: GroupSpec) -> None:
        """Pull by digest and run; replaces a group of the same id. Raises PullError."""
        for spec in group.containers:
            _pull(group, spec, self._ca_bundle)
        with self._lock:
            self.stop(group.id)
            key = _key(group.id)
            try:
                self._run(group, key)
            except DockerError as error:
                self._containers.remove(key)
                raise PullError(str(error)) from None
            self._watch(group)

    def stop(self, group_id: str) -> None:
        """Stop all containers and remove what they wrote; a group that is not there is no error."""
        with self._lock:
            self._failed.pop(group_id, None)
            self._groups.pop(group_id, None)
            if (watch := self._probes.pop(group_id, None)) is not None:
                watch.stop()
            self._containers.remove(_key(group_id))
            run.remove_files(self._files / _key(group_id))

    def restart(self, group_id: str) -> None:
        """Stop and start the containers in place, keeping the group."""
        self._containers.restart(_key(group_id))

    def logs(
        self, group_id: str, container: str, tail: int | None = None, *, timestamps: bool = False
    ) -> str:
        """What the container printed, also of its last run when it has exited; empty for an unknown one."""
        return self._containers.logs(_key(group_id), container, tail, timestamps=timestamps)

    def execute(
        self, group_id: str, container: str, command: str, size: tuple[int, int]
    ) -> Console:
        """Run a program in a running container, on a terminal of so many rows and columns. Raises OSError."""
        return self._containers.console(
            _key(group_id), container, ["exec", "--interactive", "--tty"], [command], size
        )

    def attach(self, group_id: str, container: str) -> Console:
        """What a running container prints from now on. Raises OSError."""
        return self._containers.console(
            _key(group_id), container, ["logs", "--follow", "--tail", "0"], [], (24, 80)
        )

    def state(self, group_id: str) -> Sequence[ContainerState]:
        """The containers' states now."""
        with self._lock:
            failed, watch = self._failed.get(group_id), self._probes.get(group_id)
        if failed:
            return failed
        states = self._containers.states(_key(group_id))
        return [watch.with_readiness(one) for one in states] if watch else states

    def recover(self, groups: Sequence[GroupSpec]) -> None:
        """After a kill of the rehearsal: adopt what still runs, start what should, reap the rest."""
        wanted = {_key(group.id): group for group in groups}
        for group_id in [one for one in self._groups if _key(one) not in wanted]:
            self.stop(group_id)
        for key in self._containers.groups() - wanted.keys():
            self._containers.remove(key)
            run.remove_files(self._files / key)
        for key, group in wanted.items():
            try:
                self._recover(key, group)
            except PullError as error:
                self._failed[group.id] = [
                    ContainerState(name=spec.name, state="Waiting", ready=False, detail=str(error))
                    for spec in group.containers
                ]

    def _recover(self, key: str, group: GroupSpec) -> None:
        kept = self._containers.fingerprints(key)
        wanted = {spec.name: self._fingerprints.of(group, spec) for spec in group.containers}
        if kept == wanted:
            with self._lock:
                self._watch(group)
        else:
            self.start(group)

    def _run(self, group: GroupSpec, key: str) -> None:
        shared = run.start_shared(group, self._labels(key), self._files / key)
        for spec in group.containers:
            labels = {**self._labels(key), FINGERPRINT: self._fingerprints.of(group, spec)}
            run.start(group, spec, labels, self._files / key, shared)

    def _labels(self, key: str) -> dict[str, str]:
        return {**self._containers.label, GROUP: key}

    def _watch(self, group: GroupSpec) -> None:
        self._groups[group.id] = group
        self._probes[group.id] = ProbeWatch(group, _key(group.id), self._containers)


def _pull(group: GroupSpec, spec: ContainerSpec, ca_bundle: Path | None) -> None:
    """Asks the registry itself first: a daemon that has the image would not ask whether this identity may."""
    try:
        reference = parse(spec.image)
    except ValueError as error:
        raise PullError(str(error)) from None
    if reference.digest is None:
        raise PullError(
            f"{spec.image} names a tag: images are pulled by digest (repository@sha256:...)"
        )
    bearer = group.registry_token(reference.host) if group.registry_token else ""
    auth = RegistryAuth(bearer=bearer)
    try:
        RegistryHttp(reference.host, auth, ca_bundle).get_manifest(
            reference.repository, reference.digest
        )
        with docker_cli.logged_in(reference.host, auth) as environment:
            docker_cli.call(
                ["pull", "--quiet", spec.image], environment=environment, timeout=_PULL_SECONDS
            )
    except (DockerError, DistributionError) as error:
        raise PullError(f"{spec.image}: {error}") from None


def _key(text: str) -> str:
    return hashlib.sha256(text.lower().encode()).hexdigest()[:16]
