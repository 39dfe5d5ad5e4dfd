"""What Azure tells of a running container group: `instanceView` and the containers' states."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.core.containers import ContainerState
from rehearsal.core.resource import Resource
from rehearsal.core.world import World


def document(resource: Resource, world: World) -> dict[str, Any]:
    """The group with the states that the runtime knows."""
    states = {state.name: state for state in world.runtime.state(resource.id.text)}
    found = copy.deepcopy(resource.document())
    for container in found["properties"]["containers"]:
        if state := states.get(container["name"]):
            container["properties"]["instanceView"] = _view(state)
    stopped = bool(resource.private.get("stopped"))
    found["properties"]["instanceView"] = {
        "events": [],
        "state": _group_state(list(states.values()), resource, stopped=stopped),
    }
    return found


def _group_state(states: Sequence[ContainerState], resource: Resource, *, stopped: bool) -> str:
    if stopped:
        return "Stopped"
    if not states:
        return "Pending" if resource.state in ("Creating", "Updating") else "Failed"
    if any(state.state == "Running" for state in states):
        return "Running"
    if all(state.state == "Terminated" and state.exit_code == 0 for state in states):
        return "Succeeded"
    return "Pending" if any(state.state == "Waiting" for state in states) else "Failed"


def _view(state: ContainerState) -> dict[str, Any]:
    current: dict[str, Any] = {
        "state": state.state,
        "startTime": state.started_at,
        "exitCode": state.exit_code,
        "finishTime": state.finished_at,
        "detailStatus": state.detail,
    }
    view: Mapping[str, Any] = {
        "restartCount": state.restart_count,
        "currentState": {key: value for key, value in current.items() if value is not None},
        "events": [],
    }
    return dict(view)
