"""The container of a scoring service as ACI wants it described."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import pulumi

from components.image_ref import pinned
from components.secret_volumes import Variables, depending, flags, is_some, mounts
from slipway.rules.scoring_container import (
    DRAIN_SECONDS,
    GRPC_PORT,
    HEALTH_PORT,
    LIVE_PATH,
    NAME,
    PORT,
    READY_PATH,
    SERVE,
    SERVE_WITH_GRPC,
)

if TYPE_CHECKING:
    from pulumi_azure_native import containerinstance as aci

    Environment = pulumi.Input[list[aci.EnvironmentVariableArgsDict]]

_DRAIN = {DRAIN_SECONDS: "0"}
"""Nothing in front of a container group stops sending to one that is not ready: a wait would only lengthen the
interruption. Requests under way are finished all the same."""


def scoring_container(
    *,
    image: pulumi.Input[str],
    cpu: float,
    memory_gb: float,
    plain: Variables,
    secret: Variables,
    tls: bool,
    grpc: bool,
    startup_seconds: int,
) -> "aci.ContainerArgsDict":
    """One scoring server: `image` by digest, `plain` environment, the files of `secret`, probes of both kinds.

    Nothing in it is secret: the provider hides the whole list of containers, the image included, for a single value.
    """
    container: aci.ContainerArgsDict = {
        "name": NAME,
        "image": pulumi.Output.from_input(image).apply(pinned),
        # Requests only: in a group of one container limits would have to equal them.
        "resources": {"requests": {"cpu": cpu, "memory_in_gb": memory_gb}},
        "ports": [
            {"port": port, "protocol": "TCP"} for port in (*ports(tls=tls, grpc=grpc), HEALTH_PORT)
        ],
        "environment_variables": _environment(plain),
        "liveness_probe": _probe(LIVE_PATH, tls=tls, initial_delay=startup_seconds),
        "readiness_probe": _probe(READY_PATH, tls=tls, initial_delay=1),
    }
    some = is_some(secret)
    command = depending(some, lambda given: _command(tls=tls, grpc=grpc, secrets=given))
    container["command"] = command
    mounted = depending(some, lambda given: mounts(tls=tls, variables=given))
    if mounted is not None:
        container["volume_mounts"] = mounted
    return container


def ports(*, tls: bool, grpc: bool) -> list[int]:
    """What the group's address lets through. gRPC has no certificate, so
    it is closed where the service has one."""
    return [PORT, GRPC_PORT] if grpc and not tls else [PORT]


def _command(*, tls: bool, grpc: bool, secrets: bool) -> list[str]:
    """ACI's `command` takes the place of the image's whole entry point, so that an older image is started alike."""
    serve = SERVE if tls or not grpc else SERVE_WITH_GRPC
    return [*serve, *flags(tls=tls, variables=secrets)]


def _environment(plain: Variables) -> "Environment":
    if isinstance(plain, Mapping):
        return _listed(plain)
    late: pulumi.Output[Any] = pulumi.Output.from_input(cast("Any", plain))
    return late.apply(_listed)


def _listed(plain: Mapping[str, pulumi.Input[str]]) -> "list[aci.EnvironmentVariableArgsDict]":
    # Sorted: ACI keeps the order, and a mere reordering would restart the container.
    return [
        {"name": name, "value": value}
        for name, value in sorted({**_DRAIN, **plain}.items(), key=_name)
    ]


def _name(variable: tuple[str, object]) -> str:
    return variable[0]


def _probe(path: str, *, tls: bool, initial_delay: int) -> "aci.ContainerProbeArgsDict":
    """Asks every 10 s. ACI has no startup probe, so liveness begins when the start must be over:
    a model that still loads is not dead."""
    return {
        "http_get": {"path": path, "port": HEALTH_PORT, "scheme": "https" if tls else "http"},
        "initial_delay_seconds": initial_delay,
        "period_seconds": 10,
        "timeout_seconds": 5,
        "failure_threshold": 3,
    }
