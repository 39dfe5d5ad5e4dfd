"""Services on a cluster of Kubernetes, through its own API."""

import time
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from slipway.cli.components import Component, plain
from slipway.cli.scoring_client import Way
from slipway.outputs import AksServiceOutput
from slipway.rules.scoring_container import NAME, PRIMARY_KEY_FILE

if TYPE_CHECKING:
    from lightkube import Client

COMPONENT = "slipway:index:AksService"
_DEPLOYMENT = "kubernetes:apps/v1:Deployment"
_PROVIDER = "pulumi:providers:kubernetes"
_SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a type
_KEYS = "slipway:index:ServiceKeys"
_SMOKE = "slipway:index:SmokeTest"
_IMAGE = "slipway.io/image"
_PODS = "slipway.io/service"
_RESTARTED = "kubectl.kubernetes.io/restartedAt"
_ARM_ID = "/subscriptions/"
_LOOK_SECONDS = 1.0


def errors() -> tuple[type[Exception], ...]:
    """What the functions here raise with a sentence for the user."""
    from slipway.cloud.errors import CloudError

    return (CloudError,)


def created(service: AksServiceOutput) -> bool:
    """Whether it is known which cluster it is on."""
    return bool(service.cluster_id or service.context)


def described(
    component: Component, settings: Mapping[str, Any], resource_group: str
) -> AksServiceOutput:
    """A service as far as an update got with it: its Deployment may be there or not."""
    made = plain((component.child(_DEPLOYMENT) or {}).get("inputs") or {})
    about, pod = made.get("metadata") or {}, _pod(made)
    container: Mapping[str, Any] = next(iter(pod.get("containers") or ()), {})
    provider = plain((component.child(_PROVIDER) or {}).get("inputs") or {})
    cluster = str(provider.get("clusterIdentifier") or "")
    is_arm = cluster.startswith(_ARM_ID)
    keys = {each["name"] for each in container.get("env") or ()}
    return AksServiceOutput(
        target="aks",
        name=about.get("name") or settings.get("name") or component.name,
        namespace=about.get("namespace") or settings.get("namespace") or "default",
        cluster_id=cluster if is_arm else "",
        context="" if is_arm else cluster,
        image=(about.get("annotations") or {}).get(_IMAGE) or str(settings.get("image", "")),
        image_ref=container.get("image") or "",
        auth=bool(settings.get("auth", True)) or PRIMARY_KEY_FILE in keys,
    )


def keys(component: Component) -> dict[str, str | None]:
    """From the component, which has them at an update's end; else from what it gives them to."""
    made = plain((component.child(_KEYS) or {}).get("outputs") or {})
    given = _given(component)
    return {
        which: component.outputs.get(f"{which}_key") or made.get(f"{which}Key") or given.get(which)
        for which in ("primary", "secondary")
    }


def way(component: Component) -> Way:
    """As the smoke test went; else to where the update found it."""
    asked = plain((component.child(_SMOKE) or {}).get("inputs") or {})
    return Way(
        connect_to=asked.get("connectTo") or component.outputs.get("address"),
        authority=asked.get("authority"),
    )


def states(services: Sequence[AksServiceOutput]) -> list[Mapping[str, Any]]:
    """How many replicas of each are ready, where, and what is wrong with others."""
    clients: dict[tuple[str, str], Client] = {}
    return [_state(_client(service, clients), service) for service in services]


def logs(service: AksServiceOutput, tail: int) -> str:
    """What all of its replicas printed, in the order of time."""
    from lightkube import ApiError

    from slipway.cloud.clusters import asking
    from slipway.cloud.replicas import last_words, merged_log

    client = _client(service)
    with asking(_cluster(service)):
        pods = _pods(client, service)
        printed: dict[str, str] = {}
        for pod in pods:
            name = pod.metadata.name
            try:
                printed[name] = "".join(
                    client.log(
                        name,
                        namespace=service.namespace,
                        container=NAME,
                        tail_lines=tail,
                        timestamps=True,
                    )
                )
            except ApiError:  # it has not started, and so has printed nothing
                continue
    return merged_log(printed, tail) or last_words(pods)


def restart(service: AksServiceOutput) -> None:
    """Start new replicas beside the old ones, and wait until they have taken their place."""
    from lightkube.resources.apps_v1 import Deployment

    from slipway.cloud.clusters import asking
    from slipway.cloud.errors import CloudError
    from slipway.cloud.replicas import gave_up, is_rolled_out, state_of

    client = _client(service)
    now = {_RESTARTED: datetime.now(UTC).isoformat(timespec="seconds")}
    change = {"spec": {"template": {"metadata": {"annotations": now}}}}
    with asking(_cluster(service)):
        client.patch(Deployment, service.name, change, namespace=service.namespace)
        while True:
            found = client.get(Deployment, service.name, namespace=service.namespace)
            if is_rolled_out(found):
                return
            if gave_up(found):
                problem = state_of(found, _pods(client, service))["problem"]
                raise CloudError(
                    f"{service.name} was not restarted: {problem or 'its new replicas do not get ready'}. "
                    "The old ones go on answering."
                )
            time.sleep(_LOOK_SECONDS)


def _state(client: "Client", service: AksServiceOutput) -> Mapping[str, Any]:
    from lightkube import ApiError
    from lightkube.resources.apps_v1 import Deployment

    from slipway.cloud.clusters import asking, is_missing
    from slipway.cloud.replicas import state_of

    with asking(_cluster(service)):
        try:
            found = client.get(Deployment, service.name, namespace=service.namespace)
        except ApiError as error:
            if is_missing(error):
                return {"state": "not found"}
            raise
        return state_of(found, _pods(client, service))


def _pods(client: "Client", service: AksServiceOutput) -> list[Any]:
    from lightkube.resources.core_v1 import Pod

    return list(client.list(Pod, namespace=service.namespace, labels={_PODS: service.name}))


def _client(
    service: AksServiceOutput, known: "dict[tuple[str, str], Client] | None" = None
) -> "Client":
    from slipway.cloud.clusters import cluster_client

    clients = {} if known is None else known
    place = (service.cluster_id, service.context)
    if place not in clients:
        clients[place] = cluster_client(*place)
    return clients[place]


def _cluster(service: AksServiceOutput) -> str:
    return service.cluster_id or service.context


def _pod(deployment: Mapping[str, Any]) -> Mapping[str, Any]:
    template: Mapping[str, Any] = (deployment.get("spec") or {}).get("template") or {}
    spec: Mapping[str, Any] = template.get("spec") or {}
    return spec


def _given(component: Component) -> dict[str, str | None]:
    """The keys as the Secret has them; None for one that the state does not show."""
    return {name: _text(value) for one in _secrets(component) for name, value in one.items()}


def _secrets(component: Component) -> Iterator[Mapping[str, Any]]:
    for child in component.children:
        if child["type"] == _SECRET:
            data = plain(child.get("inputs") or {}).get("data")
            if isinstance(data, Mapping) and "primary" in data:
                yield data


def _text(content: Any) -> str | None:
    try:
        return b64decode(content, validate=True).decode()
    except (TypeError, ValueError):
        return None
