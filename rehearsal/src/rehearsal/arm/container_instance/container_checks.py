"""What Azure refuses of one container before anything is made."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.arm.container_instance.rules import (
    refusal,
    require_name,
    require_one_of,
    require_port,
)

# Letters, digits, and underscores between them.
_VARIABLE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_]{0,61}[A-Za-z0-9])?")
_PROBE_LEAST = {
    "initialDelaySeconds": 0,
    "periodSeconds": 1,
    "failureThreshold": 1,
    "successThreshold": 1,
    "timeoutSeconds": 1,
}

Body = Mapping[str, Any]


def check_container(group: str, container: Body, volumes: Sequence[Body]) -> None:
    """One container: name, image, resources, variables, ports, probes, mounts. Raises ArmError."""
    name = str(container.get("name") or "<null>")
    require_name("container", name, group)
    properties = container.get("properties") or {}
    if not properties.get("image"):
        raise refusal(
            "InvalidContainerImage",
            f"The 'image' of container '{name}' in container group '{group}' is required.",
        )
    _check_requests(group, name, properties.get("resources") or {})
    for variable in properties.get("environmentVariables") or []:
        _check_variable(group, name, variable)
    for port in properties.get("ports") or []:
        require_port(group, port.get("port"))
    for kind in ("livenessProbe", "readinessProbe"):
        _check_probe(group, name, kind, properties.get(kind))
    known = {volume.get("name") for volume in volumes}
    for mount in properties.get("volumeMounts") or []:
        _check_mount_path(group, name, mount.get("mountPath"))
        if mount.get("name") not in known:
            raise refusal(
                "VolumeMountNotFound",
                f"The volume '{mount.get('name')}' mounted by container '{name}' in container group '{group}' is not "
                "among the volumes of the group.",
            )


def _check_requests(group: str, name: str, resources: Body) -> None:
    requests = resources.get("requests")
    where = f"in container '{name}' of contain group '{group}'"
    since = "since API version '2017-07-01-preview'"
    if not requests:
        raise refusal(
            "ResourceRequestsNotSpecified",
            f"The resource requests are not specified {where}. Both memory and CPU requests are required {since}.",
        )
    for key, shown in (("memoryInGB", "MemoryInGB"), ("cpu", "Cpu")):
        value = requests.get(key)
        if value is None:
            raise refusal(
                "ResourceSomeRequestsNotSpecified",
                f"The '{shown}' request is not specified {where}. It is required {since}.",
            )
        if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            raise refusal(
                "ResourceRequestsInvalid", f"The '{shown}' request '{value}' {where} is invalid."
            )
        limit = (resources.get("limits") or {}).get(key)
        if limit is not None and limit < value:
            raise refusal(
                "ResourceLimitsLessThanRequests",
                f"The resource requirement {where} is invalid. The '{shown}' limit value must be greater than or "
                "equal to the request value.",
            )


def _check_variable(group: str, container: str, variable: Body) -> None:
    name = str(variable.get("name") or "")
    if not _VARIABLE.fullmatch(name):
        raise refusal(
            "InvalidEnvironmentVariable",
            f"The environment variable name '{name}' in container '{container}' of container group '{group}' is "
            "invalid.",
        )
    if variable.get("value") is not None and variable.get("secureValue") is not None:
        raise refusal(
            "InvalidEnvironmentVariable",
            f"The environment variable '{name}' in container '{container}' of container group '{group}' has both a "
            "value and a secure value; set exactly one.",
        )


def _check_mount_path(group: str, container: str, path: str | None) -> None:
    if not path or not path.startswith("/") or ":" in path:
        raise refusal(
            "InvalidVolumeMountPath",
            f"The volume mount path '{path or '<null>'}' in container '{container}' of container group '{group}' is "
            "invalid. It must be an absolute path and cannot have a colon.",
        )


def _check_probe(group: str, container: str, kind: str, probe: Body | None) -> None:
    if probe is None:
        return
    command, get = (probe.get("exec") or {}).get("command"), probe.get("httpGet") or {}
    if bool(command) == bool(get):
        raise refusal(
            "InvalidProbe",
            f"The '{kind}' of container '{container}' in container group '{group}' is invalid: set exactly one of "
            "'exec' and 'httpGet'.",
        )
    if get:
        require_port(group, get.get("port"))
        require_one_of(
            group,
            f"{kind}.httpGet.scheme",
            get.get("scheme", "http"),
            ("http", "https"),
            "InvalidProbe",
        )
    for name, least in _PROBE_LEAST.items():
        value = probe.get(name)
        if value is not None and value < least:
            raise refusal(
                "InvalidProbe",
                f"The '{name}' '{value}' of the '{kind}' of container '{container}' in container group '{group}' is "
                f"invalid. It must be at least {least}.",
            )
