"""The container of a scoring service as Kubernetes wants it described."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pulumi

from components.aks.ending import Ending
from components.aks.options import AksOptions
from components.aks.secrets import CERTIFICATE, KEY, PRIMARY, SECONDARY
from components.image_ref import pinned
from components.secret_volumes import Variables
from slipway.rules.scoring_container import (
    CONCURRENT_REQUESTS,
    GRPC_PORT,
    HEALTH_PORT,
    LIVE_PATH,
    NAME,
    PATH_PREFIX,
    PORT,
    PRIMARY_KEY_FILE,
    QUEUE_WAIT_MS,
    READY_PATH,
    REQUEST_TIMEOUT_MS,
    SECONDARY_KEY_FILE,
    SECRETS,
    SECRETS_FOLDER,
    SERVE,
    SERVE_WITH_GRPC,
)

if TYPE_CHECKING:
    from pulumi_kubernetes.core.v1 import (
        ContainerArgsDict,
        EnvVarArgsDict,
        ProbeArgsDict,
        ResourceRequirementsArgsDict,
        VolumeMountArgsDict,
    )

KEYS_VOLUME, VARIABLES_VOLUME, TLS_VOLUME, SCRATCH_VOLUME = "keys", "variables", "tls", "scratch"
_KEYS_FOLDER, _TLS_FOLDER, _SCRATCH = "/var/slipway/keys", "/var/slipway/tls", "/tmp"  # noqa: S108 - the container's


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a replica is given."""

    keys: bool
    variables: bool
    tls: bool
    """Whether the server itself has the certificate, and not a Gateway before it."""
    prefix: str
    """What its addresses begin with for whoever reads its OpenAPI description."""

    def grpc(self, options: AksOptions) -> bool:
        """gRPC has no certificate, so it is closed where the server has one."""
        return options.grpc and not self.tls


def container(
    options: AksOptions, image: pulumi.Input[str], parts: Parts, ending: Ending
) -> "ContainerArgsDict":
    """One scoring server: `image` by digest, probes on the health port, nothing that it may change but /tmp."""
    ports = {"http": PORT, "health": HEALTH_PORT}
    if parts.grpc(options):
        ports["grpc"] = GRPC_PORT
    return {
        "name": NAME,
        "image": pulumi.Output.from_input(image).apply(pinned),
        # By digest: what a node has is what the registry has.
        "image_pull_policy": "IfNotPresent",
        "command": _command(options, parts),
        "env": _environment(options, parts, ending),
        "ports": [
            {"name": name, "container_port": port, "protocol": "TCP"}
            for name, port in ports.items()
        ],
        "resources": _resources(options),
        "startup_probe": _startup_probe(options, tls=parts.tls),
        "liveness_probe": _liveness_probe(options, tls=parts.tls),
        "readiness_probe": _readiness_probe(options, tls=parts.tls),
        "lifecycle": {"pre_stop": {"sleep": {"seconds": ending.before}}},
        "security_context": {
            "allow_privilege_escalation": False,
            "capabilities": {"drop": ["ALL"]},
            "read_only_root_filesystem": True,
        },
        "volume_mounts": _mounts(parts),
        # What it printed last is the first thing that is asked for when it has ended.
        "termination_message_policy": "FallbackToLogsOnError",
    }


def _command(options: AksOptions, parts: Parts) -> list[str]:
    command = [*(SERVE_WITH_GRPC if parts.grpc(options) else SERVE)]
    if parts.variables:
        command += SECRETS
    if parts.tls:
        command += [
            "--tls-cert",
            f"{_TLS_FOLDER}/{CERTIFICATE}",
            "--tls-key",
            f"{_TLS_FOLDER}/{KEY}",
        ]
    return command


def _environment(
    options: AksOptions, parts: Parts, ending: Ending
) -> "pulumi.Input[list[EnvVarArgsDict]]":
    own = {
        **ending.variables,
        CONCURRENT_REQUESTS: str(options.max_concurrent_requests),
        QUEUE_WAIT_MS: str(options.max_queue_wait_ms),
        REQUEST_TIMEOUT_MS: str(options.scoring_timeout_ms),
    }
    if parts.prefix:
        own[PATH_PREFIX] = parts.prefix
    keys = (
        {
            PRIMARY_KEY_FILE: f"{_KEYS_FOLDER}/{PRIMARY}",
            SECONDARY_KEY_FILE: f"{_KEYS_FOLDER}/{SECONDARY}",
        }
        if parts.keys
        else {}
    )
    return _listed(options.environment, own, keys)


def _listed(
    given: Variables, own: Mapping[str, str], keys: Mapping[str, str]
) -> "pulumi.Input[list[EnvVarArgsDict]]":
    """Sorted: another order would be another pod. A user's value wins over a setting, and never over the keys."""
    if isinstance(given, Mapping):
        together: dict[str, pulumi.Input[str]] = {**own, **given, **keys}
        return [{"name": name, "value": together[name]} for name in sorted(together)]
    late: pulumi.Output[Any] = pulumi.Output.from_input(cast("Any", given))
    return late.apply(lambda known: _listed(known or {}, own, keys))


def _resources(options: AksOptions) -> "ResourceRequirementsArgsDict":
    requests = {"cpu": _cpu(options.cpu_cores), "memory": _memory(options.memory_gb)}
    limits: dict[str, str] = {}
    if options.cpu_cores_limit is not None:
        limits["cpu"] = _cpu(options.cpu_cores_limit)
    if options.memory_gb_limit is not None:
        limits["memory"] = _memory(options.memory_gb_limit)
    if options.gpu_cores:
        limits["nvidia.com/gpu"] = str(options.gpu_cores)
    return {"requests": requests, "limits": limits} if limits else {"requests": requests}


def _cpu(cores: float) -> str:
    """In the form in which Kubernetes gives it back: another one would be a difference for ever."""
    milli = round(cores * 1000)
    return str(milli // 1000) if milli % 1000 == 0 else f"{milli}m"


def _memory(gigabytes: float) -> str:
    mebi = round(gigabytes * 1024)
    return f"{mebi // 1024}Gi" if mebi % 1024 == 0 else f"{mebi}Mi"


def _startup_probe(options: AksOptions, *, tls: bool) -> "ProbeArgsDict":
    """Each second, so that a short start is noticed; a model that still loads is not dead."""
    return {
        **_asking(READY_PATH, tls=tls),
        "period_seconds": 1,
        "timeout_seconds": 1,
        "failure_threshold": options.startup_seconds,
    }


def _liveness_probe(options: AksOptions, *, tls: bool) -> "ProbeArgsDict":
    chosen = options.liveness
    return {
        **_asking(LIVE_PATH, tls=tls),
        "period_seconds": chosen.period_seconds,
        "timeout_seconds": chosen.timeout_seconds,
        "failure_threshold": chosen.failure_threshold,
    }


def _readiness_probe(options: AksOptions, *, tls: bool) -> "ProbeArgsDict":
    chosen = options.readiness
    return {
        **_asking(READY_PATH, tls=tls),
        "period_seconds": chosen.period_seconds,
        "timeout_seconds": chosen.timeout_seconds,
        "success_threshold": chosen.success_threshold,
        "failure_threshold": chosen.failure_threshold,
    }


def _asking(path: str, *, tls: bool) -> "ProbeArgsDict":
    return {"http_get": {"path": path, "port": "health", "scheme": "HTTPS" if tls else "HTTP"}}


def _mounts(parts: Parts) -> "list[VolumeMountArgsDict]":
    found = {SCRATCH_VOLUME: _SCRATCH}
    found |= {KEYS_VOLUME: _KEYS_FOLDER} if parts.keys else {}
    found |= {VARIABLES_VOLUME: SECRETS_FOLDER} if parts.variables else {}
    found |= {TLS_VOLUME: _TLS_FOLDER} if parts.tls else {}
    mounts: list[VolumeMountArgsDict] = []
    for name, path in found.items():
        mount: VolumeMountArgsDict = {"name": name, "mount_path": path}
        # Whole volumes: files that are mounted one by one never change.
        mounts.append(mount if name == SCRATCH_VOLUME else {**mount, "read_only": True})
    return mounts
