"""What Azure refuses of a container group before anything is made: names, sizes, ports, labels."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.arm.container_instance.container_checks import check_container
from rehearsal.arm.container_instance.rules import (
    refusal,
    refuse_doubles,
    require_name,
    require_one_of,
    require_port,
)
from rehearsal.core.errors import ArmError

MAX_CONTAINERS = 60
MAX_VOLUMES = 20
MAX_PORTS = 5
MIN_CPU, MAX_CPU = 1.0, 31.0
MIN_MEMORY, MAX_MEMORY = 1.0, 240.0
_VOLUME = re.compile(r"(?!.*--)[a-z0-9][-a-z0-9]{3,61}[a-z0-9]")
_LABEL = re.compile(r"[a-z][a-z0-9-]{3,61}[a-z0-9]")

Body = Mapping[str, Any]


def check(name: str, location: str, properties: Body) -> None:
    """Raises ArmError with the first thing that Azure would refuse."""
    require_name("container group", name, name)
    containers = properties.get("containers") or []
    if not 1 <= len(containers) <= MAX_CONTAINERS:
        raise refusal(
            "InvalidContainers",
            f"The container group '{name}' has {len(containers)} containers; 1 to 60 are possible.",
        )
    require_one_of(name, "osType", properties.get("osType"), ("Windows", "Linux"), "InvalidOsType")
    require_one_of(
        name,
        "restartPolicy",
        properties.get("restartPolicy", "Always"),
        ("Always", "OnFailure", "Never"),
        "InvalidRestartPolicy",
    )
    refuse_doubles(name, [container.get("name") for container in containers])
    for container in containers:
        check_container(name, container, properties.get("volumes") or [])
    _refuse_shared_ports(name, containers)
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


def _check_size(group: str, location: str, properties: Body) -> None:
    containers = properties["containers"]
    cpu, memory, gpus = totals(containers)
    if cpu < MIN_CPU or memory < MIN_MEMORY:
        raise refusal(
            "ResourceRequestsInvalid",
            f"The resource requests of container group '{group}' are invalid: '{cpu:g}' CPU '{memory:g}' GB memory "
            f"were requested, a container group has at least {MIN_CPU:g} CPU and {MIN_MEMORY:g} GB memory.",
        )
    for container in containers:
        limits = container["properties"]["resources"].get("limits") or {}
        for key, shown, total in (("memoryInGB", "MemoryInGB", memory), ("cpu", "Cpu", cpu)):
            if (limits.get(key) or 0) > total:
                raise refusal(
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
    require_one_of(group, "ipAddress.type", kind, ("Public", "Private"), "InvalidIPAddressType")
    ports = address.get("ports") or []
    if not ports:
        raise refusal(
            "MissingIpAddressPorts",
            f"The ports in the 'ipAddress' of container group '{group}' cannot be empty.",
        )
    if len(ports) > MAX_PORTS:
        raise refusal(
            "TooManyIpAddressPorts",
            f"The 'ipAddress' of container group '{group}' has {len(ports)} ports; at most {MAX_PORTS} are possible.",
        )
    for port in ports:
        require_port(group, port.get("port"))
    _check_exposed(group, ports, properties["containers"])
    if (kind == "Private") != bool(subnets):
        raise refusal(
            "InvalidIPAddressType",
            f"The ipAddress type '{kind}' of container group '{group}' is invalid: Private goes with 'subnetIds', "
            "Public without.",
        )
    _check_label(group, address.get("dnsNameLabel"), private=kind == "Private")


def _check_label(group: str, label: str | None, *, private: bool) -> None:
    if label is None:
        return
    if private:
        raise refusal(
            "DnsNameLabelNotSupported",
            f"The DNS name label '{label}' in container group '{group}' is invalid: a private address has none.",
        )
    if not _LABEL.fullmatch(label):
        raise refusal(
            "InvalidDnsNameLabel",
            f"The DNS name label '{label}' in container group '{group}' is invalid. It can contain only lowercase "
            "letters, numbers and hyphens. The first character must be a letter. The last character must be a letter "
            "or number. The value must be between 5 and 63 characters long.",
        )


def _check_volumes(group: str, volumes: Sequence[Body]) -> None:
    if len(volumes) > MAX_VOLUMES:
        raise refusal(
            "TooManyVolumes",
            f"The container group '{group}' has {len(volumes)} volumes; at most {MAX_VOLUMES} are possible.",
        )
    refuse_doubles(group, [volume.get("name") for volume in volumes])
    for volume in volumes:
        _check_volume_name(group, volume.get("name"))
        for file, content in (volume.get("secret") or {}).items():
            try:
                base64.b64decode(content, validate=True)
            except (binascii.Error, TypeError, ValueError):
                raise refusal(
                    "InvalidSecretVolume",
                    f"The file '{file}' of secret volume '{volume.get('name')}' in container group '{group}' is not "
                    "base64 encoded.",
                ) from None


def check_credentials(group: str, properties: Body) -> None:
    """One for each server. Raises ArmError."""
    servers = [
        str(one.get("server") or "").lower()
        for one in properties.get("imageRegistryCredentials") or []
    ]
    for server in servers:
        if not server or servers.count(server) > 1:
            raise refusal(
                "DuplicateImageRegistryCredentials" if server else "InvalidImageRegistryCredential",
                f"The image registry credentials of container group '{group}' are invalid: the server '{server}' "
                f"{'has more than one' if server else 'is empty'}.",
            )


def _check_volume_name(group: str, name: str | None) -> None:
    if not name or not _VOLUME.fullmatch(name):
        raise refusal(
            "InvalidVolumeName",
            f"The volume name '{name or '<null>'}' in container group '{group}' is invalid. It can contain only "
            "lowercase letters, numbers and hyphens, the hyphens neither at an end nor side by side, and must be "
            "between 5 and 63 characters long.",
        )


def _exposed(port: Body) -> tuple[int, str]:
    return int(port["port"]), str(port.get("protocol") or "TCP").upper()


def _check_exposed(group: str, ports: Sequence[Body], containers: Sequence[Body]) -> None:
    """What the address has, some container has, and nothing twice."""
    within = {
        _exposed(port)
        for container in containers
        for port in container["properties"].get("ports") or []
    }
    given = [_exposed(port) for port in ports]
    for port in given:
        if given.count(port) > 1:
            raise refusal(
                "DuplicatePorts",
                f"The port '{port[0]}' is more than once in the 'ipAddress' of container group '{group}'.",
            )
        if port not in within:
            raise refusal(
                "IpAddressPortNotExposed",
                f"The port '{port[0]}' with protocol '{port[1]}' in the 'ipAddress' of container group '{group}' is "
                "not exposed by any of its containers.",
            )


def _refuse_shared_ports(group: str, containers: Sequence[Body]) -> None:
    """The containers of a group share one network."""
    seen: dict[tuple[int, str], str] = {}
    for container in containers:
        for port in container["properties"].get("ports") or []:
            key, name = _exposed(port), container["name"]
            if key in seen:
                raise refusal(
                    "DuplicateContainerPort",
                    f"The port '{key[0]}' of container '{name}' in container group '{group}' is used by container "
                    f"'{seen[key]}' already: containers of a group share its ports.",
                )
            seen[key] = name
