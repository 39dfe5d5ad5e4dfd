"""Services on Azure Container Instances, through Microsoft's own client."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import AzureError, ResourceNotFoundError

from slipway.cloud.container_instances import container_instances
from slipway.cloud.errors import CloudError

if TYPE_CHECKING:
    from azure.mgmt.containerinstance.models import ContainerGroup

    from slipway.outputs import ServiceOutput

COMPONENT = "slipway:index:AciService"
_CONTAINER = "scoring"


def errors() -> tuple[type[Exception], ...]:
    """What the functions here raise with a sentence for the user."""
    return (AzureError, CloudError)


def states(services: "Sequence[ServiceOutput]") -> list[Mapping[str, Any]]:
    """State, address and size of each container group."""
    groups = container_instances().container_groups
    return [_state(groups, service) for service in services]


def logs(service: "ServiceOutput", tail: int) -> str:
    """What the scoring container printed."""
    listed = container_instances().containers.list_logs(
        service.resource_group, service.name, _CONTAINER, tail=tail
    )
    return listed.content or ""


def restart(service: "ServiceOutput") -> None:
    """Restart the containers in place and wait until that is done."""
    groups = container_instances().container_groups
    groups.begin_restart(service.resource_group, service.name).result()


def _state(groups: Any, service: "ServiceOutput") -> Mapping[str, Any]:
    try:
        group: ContainerGroup = groups.get(service.resource_group, service.name)
    except ResourceNotFoundError:
        return {"state": "not found"}
    requests = group.containers[0].resources.requests
    address = group.ip_address
    return {
        "state": group.instance_view.state if group.instance_view else group.provisioning_state,
        "location": group.location,
        "address": (address.fqdn or address.ip) if address else None,
        "cpu": requests.cpu,
        "memory_gb": requests.memory_in_gb,
    }
