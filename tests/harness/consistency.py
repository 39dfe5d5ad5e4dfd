"""Nothing orphaned, nothing twice: a stack's state compared with what there is."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.harness.deployment import Deployment

_STATED = {"models": "models.diabetes.id", "images": "services.diabetes.image"}
_GROUP = "azure-native:containerinstance:ContainerGroup"


def problems(deployment: Deployment) -> list[str]:
    """What stands in only one of state, rehearsal, registry and process table; empty when all agree."""
    engine = deployment.engine
    resources = engine.resources()
    azure = [one for one in resources if one["type"].startswith("azure-native:")]
    there = deployment.rehearsal.resources()
    return [
        *(f"pending: {one['type']} {one['resource']['urn']}" for one in engine.pending()),
        *(f"half-done in the state: {one['urn']}" for one in resources if _half_done(one)),
        *_twice("in the state", (one["urn"] for one in resources)),
        *_difference(sorted(one["id"].lower() for one in azure), there),
        *_numbers(deployment, resources),
        *_processes(deployment, sum(one["type"] == _GROUP for one in azure)),
        *(f"left running: {one}" for one in engine.left_running()),
    ]


def nothing(deployment: Deployment) -> list[str]:
    """What is left after a destroy."""
    return [
        *(f"in the state: {one['urn']}" for one in deployment.engine.resources()),
        *(f"in the rehearsal: {one}" for one in deployment.rehearsal.resources()),
        *_processes(deployment, 0),
        *(f"left running: {one}" for one in deployment.engine.left_running()),
    ]


def _half_done(resource: dict[str, Any]) -> bool:
    return bool(resource.get("delete") or resource.get("pendingReplacement"))


def _difference(state: list[str], there: list[str]) -> list[str]:
    return [
        *_twice("in the state", state),
        *(f"orphaned: {one}" for one in there if one not in state),
        *(f"only in the state: {one}" for one in state if one not in there),
    ]


def _numbers(deployment: Deployment, resources: list[dict[str, Any]]) -> list[str]:
    """Numbers are consecutive, each content has one, and the state names one that is there."""
    if not any(one["type"] == "slipway:index:ModelVersion" for one in resources):
        return []
    found = []
    for what, content in (("models", "sha256"), ("images", "content_key")):
        listed = deployment.listed(what)
        versions = [one["version"] for one in listed]
        if versions != list(range(1, len(versions) + 1)):
            found.append(f"the numbers of {what} have gaps: {versions}")
        found += _twice(f"as content of {what}", (one[content] for one in listed))
        known = {one["id"] for one in listed}
        said = deployment.output(_STATED[what])
        found += [] if said in known else [f"{said} is said by the stack, and not in {what}"]
    return found


def _processes(deployment: Deployment, expected: int) -> list[str]:
    running = deployment.rehearsal.containers()
    if len(running) == expected:
        return []
    return [f"{len(running)} containers run ({running}), {expected} should"]


def _twice(where: str, values: Iterable[str]) -> list[str]:
    return [f"twice {where}: {one}" for one, count in Counter(values).items() if count > 1]
