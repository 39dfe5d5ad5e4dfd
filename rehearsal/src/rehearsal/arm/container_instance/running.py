"""From a container group of ARM to one that runs, in the runtime's terms."""

import base64
from collections.abc import Mapping
from typing import Any, Literal

from rehearsal.arm.container_instance import identities
from rehearsal.core.containers import ContainerSpec, GroupSpec, Probe, PullError
from rehearsal.core.errors import ArmError
from rehearsal.core.resource import Resource
from rehearsal.core.world import World

Body = Mapping[str, Any]


def start(resource: Resource, world: World) -> None:
    """Runs the group; it is there as soon as its containers run, whatever their probes say, as on Azure.

    Raises ArmError (InaccessibleImage) when an image cannot be pulled.
    """
    try:
        world.runtime.start(spec(resource, world))
    except PullError as problem:
        images = ", ".join(one["properties"]["image"] for one in resource.properties["containers"])
        raise identities.inaccessible(images, resource.id.name, str(problem)) from problem


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
