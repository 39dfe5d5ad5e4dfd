"""The default runtime: container groups as isolated processes of this machine, no Docker needed."""

import hashlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, cast

import psutil

from rehearsal.runtimes.base import ContainerSpec, ContainerState, GroupSpec, Probe, PullError
from rehearsal.runtimes.container_files import ContainerFiles, ContainerStatus, write_json
from rehearsal.runtimes.images import Images, compose
from rehearsal.runtimes.launch import Folders, Launch, prepare

_log = logging.getLogger(__name__)
_STOP_SECONDS = 35.0
_LOCALHOST = "127.0.0.1"
_KILLED = 137


class ProcessRuntime:
    """Implements `Runtime`. What runs is known from `state_dir`, so that a new process finds it again."""

    def __init__(self, state_dir: Path, cache_dir: Path, ca_bundle: Path) -> None:
        self._state = state_dir
        self._images = Images(cache_dir, ca_bundle)
        self._lock = threading.RLock()

    def start(self, group: GroupSpec) -> None:
        """Pull by digest and run; replaces a group of the same id. Raises PullError."""
        with self._lock:
            self.stop(group.id)
            folder = self._folder(group.id)
            folder.mkdir(parents=True)
            self._state.chmod(0o700)
            try:
                names = [self._make(group, spec) for spec in group.containers]
            except PullError:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            supervisors = {name: self._spawn(self._files(group.id, name)) for name in names}
            self._remember(group, supervisors)

    def stop(self, group_id: str) -> None:
        """Stop all containers and remove what they wrote; a group that is not there is no error."""
        with self._lock:
            _end_all(self._supervisors(group_id))
            shutil.rmtree(self._folder(group_id), ignore_errors=True)

    def restart(self, group_id: str) -> None:
        """Stop and start the containers in place: file system and log stay."""
        with self._lock:
            memory = self._memory(group_id)
            _end_all(self._supervisors(group_id))
            names = list(memory.get("supervisors", {}))
            for name in names:
                self._files(group_id, name).status.unlink(missing_ok=True)
            started = {name: self._spawn(self._files(group_id, name)) for name in names}
            write_json(self._folder(group_id) / "group.json", {**memory, "supervisors": started})

    def logs(self, group_id: str, container: str, tail: int | None = None) -> str:
        """What the container printed, also in its earlier runs."""
        log = self._files(group_id, container).log
        parts = [path for path in (log.with_suffix(".1"), log) if path.exists()]
        text = "".join(path.read_text(errors="replace") for path in parts)
        if tail is None:
            return text
        lines = text.splitlines(keepends=True)
        return "".join(lines[len(lines) - min(tail, len(lines)) :])

    def state(self, group_id: str) -> Sequence[ContainerState]:
        """The containers' states now."""
        supervisors = self._supervisors(group_id)
        return [
            _state(name, self._files(group_id, name), process)
            for name, process in supervisors.items()
        ]

    def recover(self, groups: Sequence[GroupSpec]) -> None:
        """Adopt what still runs as it should, start what does not, reap the rest."""
        wanted = {_key(group.id): group for group in groups}
        for folder in self._state.glob("*/group.json"):
            if folder.parent.name not in wanted:
                self.stop(json.loads(folder.read_text())["id"])
        for group in groups:
            if not self._runs_as_wanted(group):
                self._start_quietly(group)

    def _start_quietly(self, group: GroupSpec) -> None:
        try:
            self.start(group)
        except PullError as problem:
            _log.warning("container group %s could not be brought back: %s", group.name, problem)

    def _runs_as_wanted(self, group: GroupSpec) -> bool:
        if self._memory(group.id).get("fingerprint") != _fingerprint(group):
            return False
        return all(process is not None for process in self._supervisors(group.id).values())

    def _make(self, group: GroupSpec, spec: ContainerSpec) -> str:
        """The container's folder, ready to be run."""
        token = group.registry_token(spec.image.split("/", 1)[0]) if group.registry_token else ""
        image = self._images.pull(spec.image, token)
        files = self._files(group.id, spec.name)
        files.scratch.mkdir(parents=True)
        compose(image.layers, files.root)
        folders = Folders(files.root, _write_mounts(spec, files.mounts), files.scratch)
        ip = group.ip or _LOCALHOST
        launch = prepare(spec, image.config, folders, ip)
        write_json(files.plan, _plan(spec, launch, group.restart_policy, ip))
        return spec.name

    def _spawn(self, files: ContainerFiles) -> list[float]:
        """A supervisor in a session of its own; its pid and start time."""
        process = subprocess.Popen(
            [sys.executable, "-m", "rehearsal.runtimes.supervisor", str(files.folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=files.log.open("ab"),
            start_new_session=True,
        )
        # Whoever does not wait for a child keeps it as a zombie: the thread ends with the supervisor.
        threading.Thread(target=process.wait, daemon=True).start()
        return [process.pid, psutil.Process(process.pid).create_time()]

    def _remember(self, group: GroupSpec, supervisors: dict[str, list[float]]) -> None:
        write_json(
            self._folder(group.id) / "group.json",
            {"id": group.id, "fingerprint": _fingerprint(group), "supervisors": supervisors},
        )

    def _supervisors(self, group_id: str) -> dict[str, psutil.Process | None]:
        """Container name -> its supervisor; None where that is gone."""
        found = self._memory(group_id).get("supervisors", {})
        return {name: _alive(int(pid), started) for name, (pid, started) in found.items()}

    def _memory(self, group_id: str) -> dict[str, Any]:
        try:
            memory: dict[str, Any] = json.loads((self._folder(group_id) / "group.json").read_text())
        except FileNotFoundError:
            return {}
        return memory

    def _folder(self, group_id: str) -> Path:
        return self._state / _key(group_id)

    def _files(self, group_id: str, container: str) -> ContainerFiles:
        return ContainerFiles(self._folder(group_id) / container)


def _key(group_id: str) -> str:
    return hashlib.sha256(group_id.lower().encode()).hexdigest()[:16]


def _fingerprint(group: GroupSpec) -> str:
    """Changes with whatever a container runs with; a hash, as secrets are among it."""
    parts = [group.ip, group.restart_policy, [repr(asdict(one)) for one in group.containers]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _write_mounts(spec: ContainerSpec, folder: Path) -> dict[str, Path]:
    """Secret volumes, outside the image's files, for their owner only; mount path -> folder."""
    mounts = {}
    for number, (mount_path, contents) in enumerate(spec.files.items()):
        target = folder / str(number)
        target.mkdir(parents=True, mode=0o700)
        for name, content in contents.items():
            with os.fdopen(
                os.open(target / Path(name).name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                file.write(content)
        mounts[mount_path] = target
    return mounts


def _plan(spec: ContainerSpec, launch: Launch, policy: str, ip: str) -> dict[str, Any]:
    return {
        "argv": launch.argv,
        "env": dict(launch.env),
        "cwd": launch.cwd,
        "restart_policy": policy,
        "memory_bytes": int(spec.memory_gb * 1024**3),
        "cpus": _cpus(spec.cpu),
        "liveness": _probe(spec.liveness, ip),
        "readiness": _probe(spec.readiness, ip),
    }


def _cpus(cores: float) -> list[int]:
    """The processors a container may use: as many as its cores, rounded up; empty where that is not to be had."""
    if not hasattr(os, "sched_getaffinity"):
        return []
    usable = sorted(os.sched_getaffinity(0))
    return usable[-max(1, -int(-cores // 1)) :]


def _probe(probe: Probe | None, ip: str) -> dict[str, Any] | None:
    if probe is None:
        return None
    path = "/" + (probe.http_path or "/").lstrip("/")
    url = f"{probe.http_scheme}://{ip}:{probe.http_port}{path}" if probe.http_port else None
    return {
        "url": url,
        "command": list(probe.exec_command),
        "initial_delay": probe.initial_delay_seconds,
        "period": probe.period_seconds,
        "timeout": probe.timeout_seconds,
        "failures": probe.failure_threshold,
    }


def _alive(pid: int, started: float) -> psutil.Process | None:
    """That very process, not a stranger that got its number."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < 1
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def _end_all(supervisors: dict[str, psutil.Process | None]) -> None:
    """SIGTERM to each supervisor, which ends its container; SIGKILL to the session of one that does not."""
    running = [process for process in supervisors.values() if process is not None]
    for process in running:
        _signal(process, signal.SIGTERM)
    _, stubborn = psutil.wait_procs(running, timeout=_STOP_SECONDS)
    for process in stubborn:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    psutil.wait_procs(stubborn, timeout=5)


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _state(name: str, files: ContainerFiles, supervisor: psutil.Process | None) -> ContainerState:
    said = ContainerStatus.read(files.status)
    if supervisor is None and said.state != "Terminated":
        return ContainerState(
            name=name, state="Terminated", ready=False, restart_count=said.restart_count,
            exit_code=_KILLED, detail="its supervisor was killed",
        )  # fmt: skip
    return ContainerState(
        name=name,
        state=cast(Literal["Waiting", "Running", "Terminated"], said.state),
        ready=said.ready,
        restart_count=said.restart_count,
        exit_code=said.exit_code,
        detail=said.detail,
        started_at=said.started_at,
        finished_at=said.finished_at,
    )
