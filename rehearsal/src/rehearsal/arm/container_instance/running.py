"""From a container group of ARM to one that runs: the runtime's terms, and the wait until it is ready."""

import base64
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from rehearsal.arm.container_instance import identities, secure_values
from rehearsal.core.containers import ContainerSpec, ContainerState, GroupSpec, Probe, PullError
from rehearsal.core.errors import ArmError, OperationFailedError
from rehearsal.core.resource import Resource
from rehearsal.core.world import World

_POLL_SECONDS = 0.1
_LOG_LINES = 40
_FAILED = "ContainerGroupFailed"

Body = Mapping[str, Any]


def start(resource: Resource, world: World) -> None:
    """Runs the group and waits until its containers run and are ready.

    Raises ArmError (InaccessibleImage) when an image cannot be pulled, OperationFailedError with the
    container's last log lines when one ends or does not become ready.
    """
    try:
        world.runtime.start(spec(resource, world))
    except PullError as problem:
        images = ", ".join(one["properties"]["image"] for one in resource.properties["containers"])
        raise identities.inaccessible(images, resource.id.name, str(problem)) from problem
    wait(resource, world)


def restart(resource: Resource, world: World) -> None:
    """Restarts the containers in place and waits as `start` does."""
    counts = {state.name: state.restart_count for state in world.runtime.state(resource.id.text)}
    world.runtime.restart(resource.id.text)
    wait(resource, world, {name: count + 1 for name, count in counts.items()})


def wait(
    resource: Resource, world: World, restarts: Mapping[str, int] = MappingProxyType({})
) -> None:
    """Waits for readiness, at most as long as the world's limits say.

    `restarts`: how often each container may have restarted; more means that it ended by itself.
    """
    deadline = time.monotonic() + world.limits.ready_seconds
    policy = resource.properties["restartPolicy"]
    while True:
        states = world.runtime.state(resource.id.text)
        for state in states:
            if _has_ended(state, policy, restarts.get(state.name, 0)):
                raise _failure(resource, state, _end_of(state), world)
        if states and all(_has_arrived(state, policy) for state in states):
            return
        if time.monotonic() > deadline:
            raise _late(resource, states, world)
        time.sleep(_POLL_SECONDS)


def spec(resource: Resource, world: World) -> GroupSpec:
    """The group in the runtime's terms, secure values included."""
    properties = resource.private["properties"]
    files = {one["name"]: _secret_files(one) for one in properties.get("volumes") or []}
    return GroupSpec(
        id=resource.id.text,
        name=resource.id.name,
        ip=_published(resource.properties.get("ipAddress") or {}),
        containers=tuple(_container(one, files) for one in properties["containers"]),
        restart_policy=_policy(properties),
        registry_token=lambda server: identities.pull_token(server, properties, world),
    )


def refuse_what_no_runtime_has(properties: Body) -> None:
    """Azure has these; the rehearsal says that it does not, rather than to run something else."""
    lacking = [name for name in ("initContainers", "extensions") if properties.get(name)]
    for volume in properties.get("volumes") or []:
        lacking += [
            f"volumes.{kind}"
            for kind in ("azureFile", "gitRepo", "emptyDir")
            if volume.get(kind) is not None
        ]
    if properties.get("osType") == "Windows":
        lacking.append("osType 'Windows'")
    if lacking:
        raise ArmError(
            501,
            "NotSupportedByRehearsal",
            f"The rehearsal does not have {', '.join(lacking)} of container groups (Azure does).",
        )


def _published(address: Body) -> str | None:
    """Where this machine reaches the group; a private address is reached from its virtual network alone."""
    return None if address.get("type") == "Private" else address.get("ip")


def _container(container: Body, files: Mapping[str, Mapping[str, bytes]]) -> ContainerSpec:
    properties = container["properties"]
    requests = properties["resources"]["requests"]
    return ContainerSpec(
        name=container["name"],
        image=properties["image"],
        command=tuple(properties.get("command") or ()),
        environment={
            one["name"]: str(one.get("secureValue") or one.get("value") or "")
            for one in properties.get("environmentVariables") or []
        },
        ports=tuple(int(one["port"]) for one in properties.get("ports") or []),
        cpu=float(requests["cpu"]),
        memory_gb=float(requests["memoryInGB"]),
        liveness=_probe(properties.get("livenessProbe")),
        readiness=_probe(properties.get("readinessProbe")),
        files={
            one["mountPath"]: files[one["name"]] for one in properties.get("volumeMounts") or []
        },
    )


def _probe(probe: Body | None) -> Probe | None:
    if not probe:
        return None
    get = probe.get("httpGet") or {}
    return Probe(
        http_path=(get.get("path") or "/") if get else None,
        http_port=int(get["port"]) if get else None,
        http_scheme=str(get.get("scheme") or "http").lower(),
        exec_command=tuple((probe.get("exec") or {}).get("command") or ()),
        initial_delay_seconds=int(probe.get("initialDelaySeconds") or 0),
        period_seconds=int(probe.get("periodSeconds") or 10),
        timeout_seconds=int(probe.get("timeoutSeconds") or 1),
        failure_threshold=int(probe.get("failureThreshold") or 3),
        success_threshold=int(probe.get("successThreshold") or 1),
    )


def _secret_files(volume: Body) -> dict[str, bytes]:
    return {
        name: base64.b64decode(content) for name, content in (volume.get("secret") or {}).items()
    }


def _policy(properties: Body) -> Literal["Always", "OnFailure", "Never"]:
    given = properties.get("restartPolicy") or "Always"
    return "Never" if given == "Never" else "OnFailure" if given == "OnFailure" else "Always"


def _has_ended(state: ContainerState, policy: str, restarts: int) -> bool:
    if policy == "Always":
        # A container that should run always and has ended once is not one that works.
        return state.state == "Terminated" or state.restart_count > restarts
    return state.exit_code not in (None, 0)


def _has_arrived(state: ContainerState, policy: str) -> bool:
    if state.state == "Running":
        return state.ready
    return state.state == "Terminated" and state.exit_code == 0 and policy != "Always"


def _end_of(state: ContainerState) -> str:
    if state.exit_code is not None:
        return (
            f"terminated with exit code {state.exit_code} (restarted {state.restart_count} times)"
        )
    return f"ended and was restarted {state.restart_count} times"


def _late(
    resource: Resource, states: Sequence[ContainerState], world: World
) -> OperationFailedError:
    policy = resource.properties["restartPolicy"]
    for state in states:
        if not _has_arrived(state, policy):
            seconds = f"{world.limits.ready_seconds:g} seconds"
            what = f"is {state.state} and did not become ready within {seconds}"
            return _failure(resource, state, what, world)
    return OperationFailedError(
        409,
        _FAILED,
        f"The container group '{resource.id.name}' did not start: the runtime does not know it.",
    )


def _failure(
    resource: Resource, state: ContainerState, what: str, world: World
) -> OperationFailedError:
    log = world.runtime.logs(resource.id.text, state.name, _LOG_LINES).rstrip()
    log = secure_values.mask(log or "(it has printed nothing)", resource.private["properties"])
    detail = f" {state.detail}." if state.detail else ""
    return OperationFailedError(
        409,
        _FAILED,
        f"The container '{state.name}' in container group '{resource.id.name}' {what}.{detail} "
        f"Its last log lines:\n{log}",
    )
