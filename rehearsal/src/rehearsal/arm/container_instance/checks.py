"""What Azure refuses of a container group before anything is made: names, sizes, ports, labels."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.core.errors import ArmError

MAX_CONTAINERS = 60
MAX_VOLUMES = 20
MAX_PORTS = 5
MIN_CPU, MAX_CPU = 1.0, 4.0
MIN_MEMORY, MAX_MEMORY = 1.0, 16.0
_NAME = re.compile(r"(?!.*--)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_LABEL = re.compile(r"[a-z][a-z0-9-]{3,61}[a-z0-9]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")

Body = Mapping[str, Any]


def check(name: str, location: str, properties: Body) -> None:
    """Raises ArmError with the first thing that Azure would refuse."""
    _require_name("container group", name, name)
    containers = properties.get("containers") or []
    if not 1 <= len(containers) <= MAX_CONTAINERS:
        raise _refusal(
            "InvalidContainers",
            f"The container group '{name}' has {len(containers)} containers; 1 to 60 are possible.",
        )
    _require_one_of(name, "osType", properties.get("osType"), ("Windows", "Linux"), "InvalidOsType")
    _require_one_of(
        name,
        "restartPolicy",
        properties.get("restartPolicy", "Always"),
        ("Always", "OnFailure", "Never"),
        "InvalidRestartPolicy",
    )
    _refuse_doubles(name, [container.get("name") for container in containers])
    for container in containers:
        _check_container(name, container, properties.get("volumes") or [])
    _check_size(name, location, properties)
    _check_address(name, properties)
    _check_volumes(name, properties.get("volumes") or [])


def totals(containers: Sequence[Body]) -> tuple[float, float, int]:
    """CPU cores, memory in GB and GPUs that the group requests."""
    requests = [container["properties"]["resources"]["requests"] for container in containers]
    cpu = sum(float(request["cpu"]) for request in requests)
    memory = sum(float(request["memoryInGB"]) for request in requests)
    gpus = sum(int((request.get("gpu") or {}).get("count", 0)) for request in requests)
    return round(cpu, 2), round(memory, 2), gpus


def _check_container(group: str, container: Body, volumes: Sequence[Body]) -> None:
    name = str(container.get("name") or "<null>")
    _require_name("container", name, group)
    properties = container.get("properties") or {}
    if not properties.get("image"):
        raise _refusal(
            "InvalidContainerImage",
            f"The 'image' of container '{name}' in container group '{group}' is required.",
        )
    _check_requests(group, name, properties.get("resources") or {})
    for variable in properties.get("environmentVariables") or []:
        _check_variable(group, name, variable)
    for port in properties.get("ports") or []:
        _require_port(group, port.get("port"))
    for kind in ("livenessProbe", "readinessProbe"):
        _check_probe(group, name, kind, properties.get(kind))
    known = {volume.get("name") for volume in volumes}
    for mount in properties.get("volumeMounts") or []:
        if mount.get("name") not in known:
            raise _refusal(
                "VolumeMountNotFound",
                f"The volume '{mount.get('name')}' mounted by container '{name}' in container group '{group}' is not "
                "among the volumes of the group.",
            )


def _check_requests(group: str, name: str, resources: Body) -> None:
    requests = resources.get("requests")
    where = f"in container '{name}' of contain group '{group}'"
    since = "since API version '2017-07-01-preview'"
    if not requests:
        raise _refusal(
            "ResourceRequestsNotSpecified",
            f"The resource requests are not specified {where}. Both memory and CPU requests are required {since}.",
        )
    for key, shown in (("memoryInGB", "MemoryInGB"), ("cpu", "Cpu")):
        value = requests.get(key)
        if value is None:
            raise _refusal(
                "ResourceSomeRequestsNotSpecified",
                f"The '{shown}' request is not specified {where}. It is required {since}.",
            )
        if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            raise _refusal(
                "ResourceRequestsInvalid", f"The '{shown}' request '{value}' {where} is invalid."
            )
        limit = (resources.get("limits") or {}).get(key)
        if limit is not None and limit < value:
            raise _refusal(
                "ResourceLimitsLessThanRequests",
                f"The resource requirement {where} is invalid. The '{shown}' limit value must be greater than or "
                "equal to the request value.",
            )


def _check_size(group: str, location: str, properties: Body) -> None:
    containers = properties["containers"]
    cpu, memory, gpus = totals(containers)
    if cpu < MIN_CPU or memory < MIN_MEMORY:
        raise _refusal(
            "ResourceRequestsInvalid",
            f"The resource requests of container group '{group}' are invalid: '{cpu:g}' CPU '{memory:g}' GB memory "
            f"were requested, a container group has at least {MIN_CPU:g} CPU and {MIN_MEMORY:g} GB memory.",
        )
    for container in containers:
        limits = container["properties"]["resources"].get("limits") or {}
        for key, shown, total in (("memoryInGB", "MemoryInGB", memory), ("cpu", "Cpu", cpu)):
            if (limits.get(key) or 0) > total:
                raise _refusal(
                    "ContainerLimitGreaterThanContainerGroupTotalRequest",
                    f"The '{shown}' limit '{limits[key]:g}' in container '{container['name']}' is greater than the "
                    f"total request '{total:g}' of container group '{group}'.",
                )
    if cpu > MAX_CPU or memory > MAX_MEMORY or gpus:
        network = " virtual network" if properties.get("subnetIds") else ""
        gpu = f" '{gpus}' GPU" if gpus else ""
        raise ArmError(
            409,
            "ServiceUnavailable",
            f"The requested resource is not available in the location '{location}' at this moment. Please retry with "
            f"a different resource request or in another location. Resource requested: '{cpu:g}' CPU '{memory:g}' GB "
            f"memory{gpu} '{properties['osType']}' OS{network}",
        )


def _check_address(group: str, properties: Body) -> None:
    address, subnets = properties.get("ipAddress"), properties.get("subnetIds")
    if not address:
        return
    kind = address.get("type")
    _require_one_of(group, "ipAddress.type", kind, ("Public", "Private"), "InvalidIPAddressType")
    ports = address.get("ports") or []
    if not ports:
        raise _refusal(
            "MissingIpAddressPorts",
            f"The ports in the 'ipAddress' of container group '{group}' cannot be empty.",
        )
    if len(ports) > MAX_PORTS:
        raise _refusal(
            "TooManyIpAddressPorts",
            f"The 'ipAddress' of container group '{group}' has {len(ports)} ports; at most {MAX_PORTS} are possible.",
        )
    for port in ports:
        _require_port(group, port.get("port"))
    if (kind == "Private") != bool(subnets):
        raise _refusal(
            "InvalidIPAddressType",
            f"The ipAddress type '{kind}' of container group '{group}' is invalid: Private goes with 'subnetIds', "
            "Public without.",
        )
    _check_label(group, address.get("dnsNameLabel"), private=kind == "Private")


def _check_label(group: str, label: str | None, *, private: bool) -> None:
    if label is None:
        return
    if private:
        raise _refusal(
            "DnsNameLabelNotSupported",
            f"The DNS name label '{label}' in container group '{group}' is invalid: a private address has none.",
        )
    if not _LABEL.fullmatch(label):
        raise _refusal(
            "InvalidDnsNameLabel",
            f"The DNS name label '{label}' in container group '{group}' is invalid. It can contain only lowercase "
            "letters, numbers and hyphens. The first character must be a letter. The last character must be a letter "
            "or number. The value must be between 5 and 63 characters long.",
        )


def _check_volumes(group: str, volumes: Sequence[Body]) -> None:
    if len(volumes) > MAX_VOLUMES:
        raise _refusal(
            "TooManyVolumes",
            f"The container group '{group}' has {len(volumes)} volumes; at most {MAX_VOLUMES} are possible.",
        )
    _refuse_doubles(group, [volume.get("name") for volume in volumes])
    for volume in volumes:
        for file, content in (volume.get("secret") or {}).items():
            try:
                base64.b64decode(content, validate=True)
            except (binascii.Error, TypeError, ValueError):
                raise _refusal(
                    "InvalidSecretVolume",
                    f"The file '{file}' of secret volume '{volume.get('name')}' in container group '{group}' is not "
                    "base64 encoded.",
                ) from None


def _check_variable(group: str, container: str, variable: Body) -> None:
    name = str(variable.get("name") or "")
    if not _VARIABLE.fullmatch(name):
        raise _refusal(
            "InvalidEnvironmentVariable",
            f"The environment variable name '{name}' in container '{container}' of container group '{group}' is "
            "invalid.",
        )
    if variable.get("value") is not None and variable.get("secureValue") is not None:
        raise _refusal(
            "InvalidEnvironmentVariable",
            f"The environment variable '{name}' in container '{container}' of container group '{group}' has both a "
            "value and a secure value; set exactly one.",
        )


def _check_probe(group: str, container: str, kind: str, probe: Body | None) -> None:
    if probe is not None and bool(probe.get("exec")) == bool(probe.get("httpGet")):
        raise _refusal(
            "InvalidProbe",
            f"The '{kind}' of container '{container}' in container group '{group}' is invalid: set exactly one of "
            "'exec' and 'httpGet'.",
        )


def _require_name(what: str, name: str, group: str) -> None:
    if not _NAME.fullmatch(name):
        raise _refusal(
            f"Invalid{what.title().replace(' ', '')}Name",
            f"The {what} name '{name}' in container group '{group}' is invalid. It can contain only lowercase letters, "
            "numbers and hyphens, the hyphens neither at an end nor side by side, and must be between 1 and 63 "
            "characters long.",
        )


def _require_port(group: str, port: Any) -> None:
    if not isinstance(port, int | float) or port != int(port) or not 1 <= port <= 65535:
        raise _refusal(
            "InvalidPort",
            f"The port '{port}' in container group '{group}' is invalid. It must be between 1 and 65535.",
        )


def _require_one_of(group: str, what: str, value: Any, allowed: Sequence[str], code: str) -> None:
    if value not in allowed:
        shown = "<null>" if value is None else value
        raise _refusal(
            code,
            f"The '{what}' for container group '{group}' is invalid (received '{shown}'). The value must be one of "
            f"'{','.join(allowed)}'.",
        )


def _refuse_doubles(group: str, names: Sequence[Any]) -> None:
    doubles = sorted({str(name) for name in names if names.count(name) > 1})
    if doubles:
        raise _refusal(
            "DuplicateName",
            f"The name '{doubles[0]}' is used more than once in container group '{group}'.",
        )


def _refusal(code: str, message: str) -> ArmError:
    return ArmError(400, code, message)
