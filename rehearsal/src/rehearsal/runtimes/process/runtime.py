"""Runs container groups as isolated local processes from images that were really pulled. Needs no Docker.

Isolated means: a session of its own, a clean environment, an interpreter without this machine's packages, the
image's files composed in a folder of their own, its processors and memory limited, its ports on the group's
own loopback address; and confined to its own files where the kernel has Landlock (see `confinement`).
"""

import hashlib
import json
import math
import os
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rehearsal.core.consoles import Console
from rehearsal.core.containers import ContainerSpec, ContainerState, GroupSpec, PullError
from rehearsal.distribution import image_python
from rehearsal.machine import private_file, private_folder
from rehearsal.machine.interpreters import NoInterpreterError
from rehearsal.runtimes.fingerprints import Fingerprints
from rehearsal.runtimes.process import record
from rehearsal.runtimes.process.container import Container, Settings
from rehearsal.runtimes.process.container_folder import ContainerFolder, exit_file
from rehearsal.runtimes.process.events import Events
from rehearsal.runtimes.process.layers import LayerError
from rehearsal.runtimes.process.process_group import ProcessGroup, Started, kill_marked
from rehearsal.runtimes.process.pull import Image, Puller
from rehearsal.runtimes.process.pythons import clean_python
from rehearsal.runtimes.process.roots import CONTAINERS, SharedRoots


@dataclass(frozen=True)
class Pulled:
    """What a container is made of, and what has happened until it was here."""

    image: Image
    python: Path
    events: Events


class ProcessRuntime:
    """Implements `Runtime`. State below `state_dir`/groups; layers and roots below `cache_dir`."""

    def __init__(
        self, state_dir: Path, cache_dir: Path, ca_bundle: Path | None, back_off: float = 1.0
    ) -> None:
        self._groups_dir = state_dir / "groups"
        self._cache_dir = cache_dir
        self._back_off = back_off
        self._puller = Puller(cache_dir, ca_bundle)
        self._shared = SharedRoots(cache_dir)
        self._fingerprints = Fingerprints(state_dir / "fingerprint.key")
        self._lock = threading.RLock()
        self._running: dict[str, dict[str, Container]] = {}
        self._failed: dict[str, list[ContainerState]] = {}
        self._next_cpu = 0
        # Starting and stopping take seconds; they wait for one another within a group only.
        self._groups: dict[str, threading.RLock] = {}

    def start(self, group: GroupSpec) -> None:
        """Pull by digest and run; replaces a group of the same id. Raises PullError."""
        pulled = self._pull(group)
        private_folder.make(self._cache_dir / CONTAINERS)
        with self._one(group.id):
            self.stop(group.id)
            self._note(group)
            started = {
                spec.name: self._started(group, spec, pulled[spec.name])
                for spec in group.containers
            }
            with self._lock:
                self._running[group.id] = started

    def stop(self, group_id: str) -> None:
        """Stop all containers and remove what they wrote; a group that is not there is no error."""
        with self._one(group_id):
            with self._lock:
                self._failed.pop(group_id, None)
                running = self._running.pop(group_id, {})
            self._stop_all(running)
            self._reap(self._groups_dir / _key(group_id))

    def restart(self, group_id: str) -> None:
        """Stop and start the containers in place, keeping the group."""
        for container in self._containers(group_id).values():
            container.restart()

    def logs(
        self, group_id: str, container: str, tail: int | None = None, *, timestamps: bool = False
    ) -> str:
        """What the container printed, also of its last run when it has exited; empty for an unknown one."""
        running = self._containers(group_id).get(container)
        return running.logs(tail, timestamps=timestamps) if running is not None else ""

    def execute(
        self, group_id: str, container: str, command: str, size: tuple[int, int]
    ) -> Console:
        """Run a program in a running container, on a terminal of so many rows and columns. Raises OSError."""
        return self._running_container(group_id, container).execute(command, size)

    def attach(self, group_id: str, container: str) -> Console:
        """What a running container prints from now on. Raises OSError."""
        return self._running_container(group_id, container).attach()

    def _running_container(self, group_id: str, container: str) -> Container:
        found = self._containers(group_id).get(container)
        if found is None:
            raise ProcessLookupError(f"the container '{container}' does not run")
        return found

    def state(self, group_id: str) -> Sequence[ContainerState]:
        """The containers' states now."""
        with self._lock:
            failed = self._failed.get(group_id, [])
        return failed or [one.state() for one in self._containers(group_id).values()]

    def recover(self, groups: Sequence[GroupSpec]) -> None:
        """After a kill of the rehearsal: adopt what still runs, start what should, reap the rest."""
        wanted = {_key(group.id) for group in groups}
        for group_id in [one for one in self._running if _key(one) not in wanted]:
            self.stop(group_id)
        folders = [path for path in _folders(self._groups_dir) if path.name not in wanted]
        for folder in folders:
            self._reap(folder)
        for group in groups:
            try:
                self._recover(group)
            except PullError as error:
                self._failed[group.id] = [_waiting(spec, str(error)) for spec in group.containers]

    def _one(self, group_id: str) -> threading.RLock:
        with self._lock:
            return self._groups.setdefault(_key(group_id), threading.RLock())

    def _recover(self, group: GroupSpec) -> None:
        kept = {
            spec.name: record.read(self._folder(group, spec).record) for spec in group.containers
        }
        same = all(
            one is not None and one.fingerprint == self._fingerprints.of(group, spec)
            for spec, one in ((spec, kept[spec.name]) for spec in group.containers)
        )
        if not same or not all(self._folder(group, spec).is_filled for spec in group.containers):
            self.start(group)
            return
        pulled = self._pull(group)
        adopted = {}
        for spec in group.containers:
            container = self._container(group, spec, pulled[spec.name], fill=False)
            if (one := kept[spec.name]) is not None:
                container.adopt(one)
            adopted[spec.name] = container
        with self._lock:
            self._running[group.id] = adopted

    def _pull(self, group: GroupSpec) -> dict[str, Pulled]:
        found = {}
        for spec in group.containers:
            events = Events()
            events.note("Pulling", f'pulling image "{spec.image}"')
            image = self._puller.pull(spec.image, group.registry_token)
            events.note("Pulled", f'Successfully pulled image "{spec.image}"')
            try:
                python = clean_python(_wanted_python(image), self._cache_dir)
            except NoInterpreterError as error:
                raise PullError(f"{spec.image}: {error}") from None
            found[spec.name] = Pulled(image, python, events)
        return found

    def _started(self, group: GroupSpec, spec: ContainerSpec, pulled: Pulled) -> Container:
        try:
            container = self._container(group, spec, pulled, fill=True)
        except LayerError as error:
            raise PullError(f"{spec.image}: {error}") from None
        container.start()
        return container

    def _container(
        self, group: GroupSpec, spec: ContainerSpec, pulled: Pulled, *, fill: bool
    ) -> Container:
        folder = self._folder(group, spec)
        if fill:
            folder.fill(pulled.image, spec, pulled.python, self._shared)
        else:
            folder.use(spec, pulled.python)
        ip = group.ip or _hidden_address(group.id)
        settings = Settings(
            spec=spec,
            ip=ip,
            restart_policy=group.restart_policy,
            cpus=self._cpus(spec.cpu),
            fingerprint=self._fingerprints.of(group, spec),
            back_off=self._back_off,
        )
        prepare = partial(folder.launch, pulled.image, spec, ip)
        return Container(settings, folder, prepare, pulled.events)

    def _folder(self, group: GroupSpec, spec: ContainerSpec) -> ContainerFolder:
        root = self._groups_dir / _key(group.id) / spec.name
        return ContainerFolder(root, self._rootfs_dir(root.parent) / spec.name)

    def _rootfs_dir(self, group_folder: Path) -> Path:
        """Named by the state folder too: several rehearsals may share a cache."""
        return self._cache_dir / CONTAINERS / f"{_key(str(self._groups_dir))}-{group_folder.name}"

    def _cpus(self, cpu: float) -> frozenset[int]:
        """As many processors as the container may use, taking turns between containers."""
        available = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
        count = min(max(1, math.ceil(cpu)), len(available))
        with self._lock:
            first, self._next_cpu = self._next_cpu, self._next_cpu + count
        return frozenset(available[(first + i) % len(available)] for i in range(count))

    def _containers(self, group_id: str) -> dict[str, Container]:
        with self._lock:
            return dict(self._running.get(group_id, {}))

    def _stop_all(self, containers: dict[str, Container]) -> None:
        """At the same time, so that a group needs no longer than its slowest container."""
        threads = [threading.Thread(target=one.stop) for one in containers.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _note(self, group: GroupSpec) -> None:
        path = self._groups_dir / _key(group.id) / "group.json"
        private_file.write(path, json.dumps({"id": group.id, "name": group.name}).encode())

    def _reap(self, folder: Path) -> None:
        """End what a rehearsal left running there and remove its files."""
        for container in _folders(folder):
            kept = record.read(container / "run.json")
            if kept is not None:
                started = Started(kept.pid, kept.created)
                ProcessGroup(started, str(container), exit_file(container)).end(0.0)
            kill_marked(str(container))
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(self._rootfs_dir(folder), ignore_errors=True)


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _key(text: str) -> str:
    return hashlib.sha256(text.lower().encode()).hexdigest()[:16]


def _hidden_address(group_id: str) -> str:
    """A loopback address that is not published, for a group without one of its own."""
    digest = hashlib.sha256(group_id.lower().encode()).digest()
    return f"127.{128 + digest[0] % 127}.{digest[1]}.{1 + digest[2] % 254}"


def _wanted_python(image: Image) -> str:
    if image.python is None:
        raise NoInterpreterError(
            "the image does not tell which Python it wants: build it from Python's own image (FROM python:3.11-slim), "
            f"give it the label {image_python.LABEL}, or use SLIPWAY_RUNTIME=docker"
        )
    return image.python


def _waiting(spec: ContainerSpec, detail: str) -> ContainerState:
    return ContainerState(name=spec.name, state="Waiting", ready=False, detail=detail)
