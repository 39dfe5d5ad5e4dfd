"""The containers of one rehearsal, found by their labels."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from rehearsal import docker_cli
from rehearsal.core.containers import ContainerState, Event
from rehearsal.docker_cli import DockerError
from rehearsal.runtimes.terminal import Terminal

STATE = "io.slipway.rehearsal"
GROUP = "io.slipway.group"
NAME = "io.slipway.container"
FINGERPRINT = "io.slipway.fingerprint"
_STOP_SECONDS = 10
_NEVER = "0001-01-01T00:00:00Z"


def container_name(labels: Mapping[str, str], name: str) -> str:
    """Docker's name of a container."""
    return f"slipway-{labels[STATE][:6]}-{labels[GROUP]}-{name}"


class Containers:
    """Everything that carries this rehearsal's label."""

    def __init__(self, state_key: str) -> None:
        self.label = {STATE: state_key}

    def groups(self) -> set[str]:
        """Keys of all groups that have a container, running or not."""
        return {one["Config"]["Labels"].get(GROUP, "") for one in self._inspect()}

    def fingerprints(self, group: str) -> dict[str, str]:
        """Container name -> fingerprint of its specification."""
        labels = [one["Config"]["Labels"] for one in self._inspect(group)]
        return {one[NAME]: one.get(FINGERPRINT, "") for one in labels if NAME in one}

    def states(self, group: str) -> list[ContainerState]:
        """The containers' states."""
        found = [one for one in self._inspect(group) if NAME in one["Config"]["Labels"]]
        return [_state(one) for one in sorted(found, key=lambda one: str(one["Created"]))]

    def id_of(self, group: str, container: str) -> str | None:
        """Docker's id of a container."""
        ids = self._ids({GROUP: group, NAME: container})
        return ids[0] if ids else None

    def logs(
        self, group: str, container: str, tail: int | None, *, timestamps: bool = False
    ) -> str:
        """What it printed; empty for one that is not there."""
        number = self.id_of(group, container)
        if number is None:
            return ""
        words = ["logs", "--tail", "all" if tail is None else str(tail)]
        return docker_cli.call([*words, *(["--timestamps"] if timestamps else []), number])

    def console(
        self,
        group: str,
        container: str,
        before: list[str],
        after: list[str],
        size: tuple[int, int],
    ) -> Terminal:
        """`docker <before> <id> <after>` on a terminal. Raises OSError."""
        number = self.id_of(group, container)
        if number is None:
            raise ProcessLookupError(f"the container '{container}' does not run")
        return Terminal(["docker", *before, number, *after], os.environ, None, size)

    def restart(self, group: str) -> None:
        """All containers of a group, in place."""
        ids = [one["Id"] for one in self._inspect(group) if NAME in one["Config"]["Labels"]]
        if ids:
            docker_cli.call(["restart", "--time", str(_STOP_SECONDS), *ids])

    def end_unhealthy(self, number: str, *, again: bool) -> None:
        """End one whose liveness probe failed, and start it again when its policy says so."""
        with suppress(DockerError):
            docker_cli.call(["restart", "--time", "1", number] if again else ["kill", number])

    def remove(self, group: str) -> None:
        """Stop and remove all containers of a group."""
        ids = self._ids({GROUP: group})
        if ids:
            with suppress(DockerError):
                docker_cli.call(
                    ["stop", "--time", str(_STOP_SECONDS), *ids], timeout=_STOP_SECONDS + 30
                )
            docker_cli.call(["rm", "--force", "--volumes", *ids])

    def _inspect(self, group: str | None = None) -> list[dict[str, Any]]:
        ids = self._ids({GROUP: group} if group is not None else {})
        if not ids:
            return []
        found: list[dict[str, Any]] = json.loads(docker_cli.call(["inspect", *ids]))
        return found

    def _ids(self, labels: Mapping[str, str]) -> list[str]:
        wanted = {**self.label, **labels}
        filters = [
            word for name, value in wanted.items() for word in ("--filter", f"label={name}={value}")
        ]
        return docker_cli.call(["ps", "--all", "--quiet", "--no-trunc", *filters]).split()


def _state(inspected: dict[str, Any]) -> ContainerState:
    state = inspected["State"]
    phase = {"running": "Running", "exited": "Terminated", "dead": "Terminated"}
    status = phase.get(state["Status"], "Waiting")
    exited = status == "Terminated" or state["Status"] == "restarting"
    detail = ""
    if exited:
        detail = "OOMKilled" if state["OOMKilled"] else state["Error"]
        detail = detail or ("Completed" if state["ExitCode"] == 0 else "Error")
        detail = f"CrashLoopBackOff: {detail}" if status == "Waiting" else detail
    return ContainerState(
        name=inspected["Config"]["Labels"][NAME],
        state="Running"
        if status == "Running"
        else "Terminated"
        if status == "Terminated"
        else "Waiting",
        ready=status == "Running",
        restart_count=inspected["RestartCount"],
        exit_code=state["ExitCode"] if exited else None,
        detail=detail,
        started_at=_time(state["StartedAt"]),
        finished_at=_time(state["FinishedAt"]) if exited else None,
        events=_events(inspected),
    )


def _events(inspected: dict[str, Any]) -> list[Event]:
    """What Docker tells afterwards: the creation, and the last start."""
    short = str(inspected["Id"])[:12]
    known = [
        ("Created", f"Created container with id {short}", inspected["Created"]),
        ("Started", f"Started container with id {short}", inspected["State"]["StartedAt"]),
    ]
    return [
        Event(name=name, message=message, first=at, last=at)
        for name, message, given in known
        if (at := _time(given)) is not None
    ]


def _time(text: str) -> str | None:
    return None if text == _NEVER else f"{text[:19]}Z"
