"""What Azure tells of a running container group: `instanceView` and the containers' states."""

import copy
from collections.abc import Sequence
from typing import Any

from rehearsal.core.containers import ContainerState, Event
from rehearsal.core.resource import Resource
from rehearsal.core.world import World


def document(resource: Resource, world: World) -> dict[str, Any]:
    """The group with the states that the runtime knows."""
    states = {state.name: state for state in world.runtime.state(resource.id.text)}
    found = copy.deepcopy(resource.document())
    for container in found["properties"]["containers"]:
        if state := states.get(container["name"]):
            container["properties"]["instanceView"] = _view(state)
    found["properties"]["instanceView"] = {
        "events": [],
        "state": _group_state(list(states.values()), resource),
    }
    return found


def state(resource: Resource, world: World) -> str:
    """The state of the whole group."""
    return _group_state(world.runtime.state(resource.id.text), resource)


def _group_state(states: Sequence[ContainerState], resource: Resource) -> str:
    if resource.private.get("stopped"):
        return "Stopped"
    if not states:
        return "Pending" if resource.state in ("Creating", "Updating") else "Failed"
    if any(state.state == "Running" for state in states):
        return "Running"
    if all(state.state == "Terminated" and state.exit_code == 0 for state in states):
        return "Succeeded"
    return "Pending" if any(state.state == "Waiting" for state in states) else "Failed"


def _view(state: ContainerState) -> dict[str, Any]:
    view = {
        "restartCount": state.restart_count,
        "currentState": _current(state),
        "events": [_event(one) for one in state.events],
    }
    previous = _previous(state)
    return {**view, "previousState": previous} if previous else view


def _current(state: ContainerState) -> dict[str, Any]:
    """Only a run that is over has an exit code: one that waits for the next run has it in its previous state."""
    found: dict[str, Any] = {"state": state.state, "detailStatus": state.detail}
    if state.state != "Waiting":
        found["startTime"] = state.started_at
    if state.state == "Terminated":
        found |= {"exitCode": state.exit_code, "finishTime": state.finished_at}
    return {key: value for key, value in found.items() if value is not None}


def _previous(state: ContainerState) -> dict[str, Any] | None:
    if state.state == "Waiting" and state.exit_code is not None:
        return _terminated(
            state.exit_code, state.started_at, state.finished_at, state.detail.split(": ", 1)[-1]
        )
    if (past := state.previous) is None:
        return None
    return _terminated(past.exit_code, past.started_at, past.finished_at, past.detail)


def _terminated(code: int, start: str | None, end: str | None, detail: str) -> dict[str, Any]:
    found = {
        "state": "Terminated",
        "startTime": start,
        "exitCode": code,
        "finishTime": end,
        "detailStatus": detail,
    }
    return {key: value for key, value in found.items() if value is not None}


def _event(event: Event) -> dict[str, Any]:
    return {
        "count": event.count,
        "firstTimestamp": event.first,
        "lastTimestamp": event.last,
        "name": event.name,
        "message": event.message,
        "type": event.type,
    }
