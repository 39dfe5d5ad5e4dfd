"""The replicas of a service on a cluster: what is to be seen of them, and what they printed.

Functions of what the cluster answers; who asks it is `cloud.clusters`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slipway.rules.scoring_container import EXIT_INIT_FAILED, NAME

# Of a container that is on its way: not yet a reason to say anything.
_ON_ITS_WAY = frozenset({"ContainerCreating", "PodInitializing"})
_OUT_OF_MEMORY = "OOMKilled"

Pods = Sequence[Any]


def state_of(deployment: Any, pods: Pods) -> dict[str, Any]:
    """Of a Deployment and its pods: the state, how many are ready, how often they were restarted, and what is wrong."""
    status = deployment.status
    wanted = deployment.spec.replicas or 0
    ready = (status and status.readyReplicas) or 0
    problem = next(filter(None, map(_problem, _newest_first(pods))), None) or _refusal(status)
    return {
        "state": _state(deployment, wanted, ready),
        "detail": f"{ready} of {wanted} replicas ready",
        "replicas": wanted,
        "ready": ready,
        "restarts": sum(each.restartCount for each in map(_container, pods) if each),
        "nodes": sorted({each.spec.nodeName for each in pods if each.spec.nodeName}),
        "problem": problem,
    }


def _state(deployment: Any, wanted: int, ready: int) -> str:
    if is_rolled_out(deployment):
        return "Running"
    reason = _conditions(deployment.status).get("Progressing")
    if reason is not None and reason.reason == "ProgressDeadlineExceeded":
        return "Failed"
    return "Updating" if ready else "Waiting"


def is_rolled_out(deployment: Any) -> bool:
    """Whether all of its replicas are of its newest generation, and available."""
    status, wanted = deployment.status, deployment.spec.replicas or 0
    if status is None or (status.observedGeneration or 0) < deployment.metadata.generation:
        return False
    return (
        (status.updatedReplicas or 0)
        == (status.availableReplicas or 0)
        == wanted
        == (status.replicas or 0)
    )


def gave_up(deployment: Any) -> bool:
    """Whether Kubernetes has found that an update makes no progress."""
    return not is_rolled_out(deployment) and _state(deployment, 1, 1) == "Failed"


def merged_log(printed: Mapping[str, str], tail: int) -> str:
    """The last lines of all pods in the order of time. Each line begins with it; ours do not."""
    lines = [line.partition(" ") for text in printed.values() for line in text.splitlines()]
    lines.sort(key=lambda each: each[0])
    return "".join(f"{text}\n" for _, _, text in lines[-tail:])


def last_words(pods: Pods) -> str:
    """What a container printed before it ended, where the newest has printed nothing yet."""
    for pod in _newest_first(pods):
        ended = _ended(_container(pod))
        if ended is not None and ended.message:
            return str(ended.message)
    return ""


def _newest_first(pods: Pods) -> list[Any]:
    return sorted(pods, key=lambda pod: str(pod.metadata.creationTimestamp), reverse=True)


def _container(pod: Any) -> Any:
    statuses: Iterable[Any] = (pod.status and pod.status.containerStatuses) or ()
    return next((each for each in statuses if each.name == NAME), None)


def _problem(pod: Any) -> str | None:
    """Why a pod does not answer, as far as the cluster knows."""
    where = f" on {pod.spec.nodeName}" if pod.spec.nodeName else ""
    status = _container(pod)
    if status is None:
        unplaced = _conditions(pod.status).get("PodScheduled")
        if unplaced is not None and unplaced.status == "False":
            return f"no machine takes {pod.metadata.name}: {unplaced.message}"
        return None
    if status.ready:
        return None
    if (ended := _ended(status)) is not None:
        count = status.restartCount
        times = f", restarted {count} time{'s' if count != 1 else ''}" if count else ""
        return f"{pod.metadata.name}{where} ended with exit code {ended.exitCode}{times}{_meaning(ended, pod)}"
    waiting = status.state and status.state.waiting
    if waiting and waiting.reason not in _ON_ITS_WAY:
        said = f": {waiting.message}" if waiting.message else ""
        return f"{pod.metadata.name}{where} waits ({waiting.reason}){said}"
    return None


def _ended(status: Any) -> Any:
    if status is None:
        return None
    for state in (status.state, status.lastState):
        if state is not None and state.terminated is not None and state.terminated.exitCode:
            return state.terminated
    return None


def _meaning(ended: Any, pod: Any) -> str:
    if ended.reason == _OUT_OF_MEMORY:
        limit = _memory_limit(pod)
        return f": it needed more memory than {limit}; increase the service's memoryGbLimit"
    if ended.exitCode == EXIT_INIT_FAILED:
        return ": init() of the entry script raised, and its log has the traceback"
    return ""


def _memory_limit(pod: Any) -> str:
    limits = next(each.resources.limits for each in pod.spec.containers if each.name == NAME) or {}
    return f"its limit of {limits['memory']}" if "memory" in limits else "its machine has"


def _refusal(status: Any) -> str | None:
    """Why pods could not even be made: a quota, an admission."""
    failure = _conditions(status).get("ReplicaFailure")
    return str(failure.message) if failure is not None and failure.status == "True" else None


def _conditions(status: Any) -> dict[str, Any]:
    return {each.type: each for each in (status and status.conditions) or ()}
