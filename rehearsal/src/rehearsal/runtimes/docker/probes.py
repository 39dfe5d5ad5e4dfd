"""Probes of a group of real containers: Docker has health checks of its own kind, ACI's are asked from here."""

import threading
import time
from dataclasses import replace

from rehearsal import docker_cli
from rehearsal.core.containers import ContainerSpec, ContainerState, GroupSpec, Probe
from rehearsal.runtimes import probing
from rehearsal.runtimes.docker.containers import Containers
from rehearsal.runtimes.probing import ProbeState

_TICK_SECONDS = 0.1


class ProbeWatch:
    """Asks the probes of one group until it is stopped."""

    def __init__(self, group: GroupSpec, key: str, containers: Containers) -> None:
        self._group = group
        self._key = key
        self._containers = containers
        self._leaving = threading.Event()
        self._specs = {
            spec.name: spec for spec in group.containers if spec.liveness or spec.readiness
        }
        self._states = {spec.name: self._armed(spec) for spec in self._specs.values()}
        self._thread = threading.Thread(target=self._watch, name=f"probes-{key}", daemon=True)
        if self._specs:
            self._thread.start()

    def with_readiness(self, state: ContainerState) -> ContainerState:
        """The state, ready only when the readiness probe passes."""
        readiness = self._states.get(state.name, {}).get("readiness")
        return replace(state, ready=state.ready and (readiness is None or readiness.passing))

    def stop(self) -> None:
        """Ask no more."""
        self._leaving.set()
        if self._thread.is_alive():
            self._thread.join()

    def _armed(self, spec: ContainerSpec) -> dict[str, ProbeState]:
        now = time.monotonic()
        probes = {"liveness": spec.liveness, "readiness": spec.readiness}
        return {
            name: ProbeState(probe, lambda one: self._check(spec, one), now)
            for name, probe in probes.items()
            if probe is not None
        }

    def _check(self, spec: ContainerSpec, probe: Probe) -> bool:
        if probe.http_port is not None:
            # From this machine the container is seen where its ports are published.
            return self._group.ip is not None and probing.get(probe, self._group.ip)
        number = self._containers.id_of(self._key, spec.name)
        words = ["exec", number or "", *probe.exec_command]
        return number is not None and docker_cli.succeeds(words, timeout=probe.timeout_seconds)

    def _watch(self) -> None:
        while not self._leaving.wait(_TICK_SECONDS):
            for name, probes in list(self._states.items()):
                for probe in probes.values():
                    probe.tick(time.monotonic())
                liveness = probes.get("liveness")
                if liveness is not None and liveness.failed and not self._leaving.is_set():
                    self._end(name)

    def _end(self, name: str) -> None:
        number = self._containers.id_of(self._key, name)
        if number is not None:
            self._containers.end_unhealthy(number, again=self._group.restart_policy != "Never")
        self._states[name] = self._armed(self._specs[name])
