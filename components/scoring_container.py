"""The container of a scoring service as ACI wants it described."""

from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pulumi

from components.image_ref import pinned
from components.service_wiring import TlsMaterial
from slipway.rules.scoring_container import (
    DRAIN_SECONDS,
    GRPC_PORT,
    LIVE_PATH,
    NAME,
    PORT,
    READY_PATH,
    SERVE,
)

if TYPE_CHECKING:
    from pulumi_azure_native import containerinstance as aci

    Environment = pulumi.Input[list[aci.EnvironmentVariableArgsDict]]

Variables = pulumi.Input[Mapping[str, pulumi.Input[str]]]

_DRAIN = {DRAIN_SECONDS: "0"}
"""Nothing in front of a container group stops sending to one that is not ready: a wait would only lengthen the
interruption. Requests under way are finished all the same."""

_TLS_VOLUME = "tls-files"
_TLS_FOLDER = "/var/slipway/tls"
_CERTIFICATE, _KEY = "certificate.pem", "key.pem"

# ACI's `command` takes the place of the image's whole entry point, so it repeats it.
_SERVE_TLS = (
    *SERVE,
    "--tls-cert",
    f"{_TLS_FOLDER}/{_CERTIFICATE}",
    "--tls-key",
    f"{_TLS_FOLDER}/{_KEY}",
)


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
    """One scoring server: `image` by digest, `plain` and `secret` environment, probes of both kinds."""
    container: aci.ContainerArgsDict = {
        "name": NAME,
        "image": pulumi.Output.from_input(image).apply(pinned),
        # Requests only: in a group of one container limits would have to equal them.
        "resources": {"requests": {"cpu": cpu, "memory_in_gb": memory_gb}},
        "ports": [{"port": port, "protocol": "TCP"} for port in ports(tls=tls, grpc=grpc)],
        "environment_variables": _environment(plain, secret),
        "liveness_probe": _probe(LIVE_PATH, tls=tls, initial_delay=startup_seconds),
        "readiness_probe": _probe(READY_PATH, tls=tls, initial_delay=1),
    }
    if not grpc:
        container["command"] = list(SERVE)
    if tls:
        container["command"] = list(_SERVE_TLS)
        container["volume_mounts"] = [
            {"name": _TLS_VOLUME, "mount_path": _TLS_FOLDER, "read_only": True}
        ]
    return container


def ports(*, tls: bool, grpc: bool) -> list[int]:
    """What the container listens on, and its group's address lets through. gRPC has no certificate, so
    it is closed where the service has one."""
    return [PORT, GRPC_PORT] if grpc and not tls else [PORT]


def tls_volume(tls: TlsMaterial) -> "aci.VolumeArgsDict":
    """A secret volume: in memory, and never shown by Azure again."""
    return {
        "name": _TLS_VOLUME,
        "secret": {
            _CERTIFICATE: pulumi.Output.from_input(tls.certificate).apply(_base64),
            _KEY: pulumi.Output.secret(tls.key).apply(_base64),
        },
    }


def _environment(plain: Variables, secret: Variables) -> "Environment":
    if isinstance(plain, Mapping) and isinstance(secret, Mapping):
        return _listed(plain, secret)
    # Names that are not known yet. A map that is secret as a whole hides every variable.
    return pulumi.Output.all(plain, pulumi.Output.secret(secret)).apply(
        lambda both: _listed(both[0] or {}, both[1] or {})
    )


def _listed(
    plain: Mapping[str, pulumi.Input[str]], secret: Mapping[str, pulumi.Input[str]]
) -> "list[aci.EnvironmentVariableArgsDict]":
    # Sorted: ACI keeps the order, and a mere reordering would restart the container.
    shown: list[aci.EnvironmentVariableArgsDict] = [
        {"name": name, "value": value}
        for name, value in sorted({**_DRAIN, **plain}.items(), key=_name)
    ]
    hidden: list[aci.EnvironmentVariableArgsDict] = [
        {"name": name, "secure_value": pulumi.Output.secret(secret[name])}
        for name in sorted(secret)
    ]
    return shown + hidden


def _name(variable: tuple[str, object]) -> str:
    return variable[0]


def _probe(path: str, *, tls: bool, initial_delay: int) -> "aci.ContainerProbeArgsDict":
    """Asks every 10 s. ACI has no startup probe, so liveness begins when the start must be over:
    a model that still loads is not dead."""
    return {
        "http_get": {"path": path, "port": PORT, "scheme": "https" if tls else "http"},
        "initial_delay_seconds": initial_delay,
        "period_seconds": 10,
        "timeout_seconds": 5,
        "failure_threshold": 3,
    }


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
