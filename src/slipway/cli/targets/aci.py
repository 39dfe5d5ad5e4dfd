"""Services on Azure Container Instances, through Microsoft's own client."""

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from slipway.cli.components import Component, plain
from slipway.cli.scoring_client import Way
from slipway.outputs import AciServiceOutput
from slipway.rules.scoring_container import (
    EXIT_INIT_FAILED,
    NAME,
    PORT,
    PRIMARY_KEY,
    SECONDARY_KEY,
)

if TYPE_CHECKING:
    from azure.mgmt.containerinstance.models import Container, ContainerGroup, ContainerState

COMPONENT = "slipway:index:AciService"
_GROUP = "azure-native:containerinstance:ContainerGroup"
_KEYS = "slipway:index:ServiceKeys"
_SMOKE = "slipway:index:SmokeTest"
#: 128 + SIGKILL: what the kernel does to a process that needs more memory than its container has.
_KILLED = 137
#: States of a group whose container has been started, and goes on being so.
_ALIVE = ("Running", "Pending")


def errors() -> tuple[type[Exception], ...]:
    """What the functions here raise with a sentence for the user."""
    from slipway.cloud.errors import CloudError

    return (CloudError,)


def created(service: AciServiceOutput) -> bool:
    """Whether it has a resource group."""
    return bool(service.resource_group)


def described(
    component: Component, settings: Mapping[str, Any], resource_group: str
) -> AciServiceOutput:
    """A service as far as an update got with it: its container group may be there, with an address, or not."""
    group = component.child(_GROUP) or {}
    inputs, outputs = plain(group.get("inputs") or {}), plain(group.get("outputs") or {})
    container: Mapping[str, Any] = next(iter(inputs.get("containers") or ()), {})
    base = _base(outputs.get("ipAddress") or {}, settings)
    return AciServiceOutput(
        target="aci",
        name=inputs.get("containerGroupName") or settings.get("name") or component.name,
        resource_group=inputs.get("resourceGroupName") or resource_group,
        image=(inputs.get("tags") or {}).get("image") or str(settings.get("image", "")),
        image_ref=container.get("image") or "",
        scoring_uri=f"{base}/score" if base else "",
        swagger_uri=f"{base}/swagger.json" if base else "",
        auth=bool(settings.get("auth")) or PRIMARY_KEY in _secrets(inputs),
    )


def keys(component: Component) -> dict[str, str | None]:
    """From the component, which has them at an update's end; else from what it gives them to."""
    made = plain((component.child(_KEYS) or {}).get("outputs") or {})
    inputs = plain((component.child(_GROUP) or {}).get("inputs") or {})
    given = _secrets(inputs)
    names = {"primary": PRIMARY_KEY, "secondary": SECONDARY_KEY}
    return {
        which: component.outputs.get(f"{which}_key") or made.get(f"{which}Key") or given.get(name)
        for which, name in names.items()
    }


def way(component: Component) -> Way:
    """As the smoke test went; else to the group's address."""
    asked = plain((component.child(_SMOKE) or {}).get("inputs") or {})
    group = plain((component.child(_GROUP) or {}).get("outputs") or {})
    address = group.get("ipAddress") or {}
    return Way(
        connect_to=asked.get("connectTo") or address.get("fqdn") or address.get("ip"),
        authority=asked.get("authority"),
    )


def states(services: Sequence[AciServiceOutput]) -> list[Mapping[str, Any]]:
    """State, address and size of each container group."""
    from slipway.cloud.container_instances import container_instances

    groups = container_instances().container_groups
    found = []
    for service in services:
        with _asking_for(service):
            found.append(_state(groups, service))
    return found


def logs(service: AciServiceOutput, tail: int) -> str:
    """What the scoring container printed."""
    from slipway.cloud.container_instances import container_instances

    containers = container_instances().containers
    with _asking_for(service):
        listed = containers.list_logs(service.resource_group, service.name, NAME, tail=tail)
    return listed.content or ""


def restart(service: AciServiceOutput) -> None:
    """Restart the containers in place and wait until that is done."""
    from slipway.cloud.container_instances import container_instances

    groups = container_instances().container_groups
    with _asking_for(service):
        groups.begin_restart(service.resource_group, service.name).result()


@contextmanager
def _asking_for(service: AciServiceOutput) -> Iterator[None]:
    """Turn what Microsoft's client raises into a sentence."""
    from azure.core.exceptions import AzureError, ResourceNotFoundError

    from slipway.cloud.errors import CloudError, first_line

    try:
        yield
    except ResourceNotFoundError as error:
        raise CloudError(
            f"The container group {service.name!r} does not exist in the resource group {service.resource_group!r}: "
            "`pulumi up` makes it, or says what keeps it from being made."
        ) from error
    except AzureError as error:
        raise CloudError(first_line(error)) from error


def _base(address: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    tls = settings.get("tls") or {}
    host = tls.get("cname") or address.get("fqdn") or address.get("ip")
    return f"{'https' if tls else 'http'}://{host}:{PORT}" if host else ""


def _secrets(inputs: Mapping[str, Any]) -> dict[str, str | None]:
    """The secret variables, which are files of a volume; None for a value that the state does not show."""
    volumes = inputs.get("volumes")
    files = [one.get("secret") for one in volumes or () if isinstance(one, Mapping)]
    return {name: _text(content) for each in files for name, content in (each or {}).items()}


def _text(content: Any) -> str | None:
    try:
        return b64decode(content, validate=True).decode()
    except (TypeError, ValueError):
        return None


def _state(groups: Any, service: AciServiceOutput) -> Mapping[str, Any]:
    from azure.core.exceptions import ResourceNotFoundError

    try:
        group: ContainerGroup = groups.get(service.resource_group, service.name)
    except ResourceNotFoundError:
        return {"state": "not found"}
    container = next(one for one in group.containers if one.name == NAME)
    requests = container.resources.requests
    address = group.ip_address
    view = container.instance_view
    current = view.current_state if view else None
    return {
        **_run(
            group.instance_view.state if group.instance_view else group.provisioning_state, current
        ),
        "restarts": view.restart_count if view else None,
        "since": current.start_time.isoformat(timespec="seconds")
        if current and current.start_time
        else None,
        "location": group.location,
        "address": (address.fqdn or address.ip) if address else None,
        "cpu": requests.cpu,
        "memory_gb": requests.memory_in_gb,
        "problem": _problem(container),
    }


def _run(group: str | None, current: "ContainerState | None") -> dict[str, Any]:
    """The group's state, or its container's where that does not run: Azure calls a group whose container dies again
    and again Running."""
    if group not in _ALIVE or current is None or current.state in (None, "Running"):
        return {"state": group}
    detail, _, _ = (current.detail_status or "").partition(":")
    return {"state": current.state, "detail": detail or None}


def _problem(container: "Container") -> str | None:
    """Why the container ended last, as its exit code tells it."""
    view = container.instance_view
    states: list[ContainerState | None] = [view.current_state, view.previous_state] if view else []
    for state in states:
        if state is not None and state.exit_code:
            meaning = _meaning(state.exit_code, container)
            return f"the container ended with exit code {state.exit_code}{meaning}"
    return None


def _meaning(code: int, container: "Container") -> str:
    from slipway.cloud.container_instances import failed_its_health_check

    if code == _KILLED and failed_its_health_check(container.instance_view):
        return (
            ": it was killed because its health check failed; where init() needs longer than the service's "
            "startupSeconds, increase these"
        )
    if code == _KILLED:
        memory = container.resources.requests.memory_in_gb
        return (
            f": it was killed, most likely because it needed more memory than its {memory:g} GB; "
            "increase the service's memoryGb"
        )
    if code == EXIT_INIT_FAILED:
        return ": init() of the entry script raised, and its log has the traceback"
    return ""
