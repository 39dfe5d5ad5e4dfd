"""Clusters of Kubernetes, as somebody who is signed in to Azure reaches them, or has a context for them."""

import os
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.cloud.errors import CloudError, first_line

if TYPE_CHECKING:
    from lightkube import Client, KubeConfig

_API_VERSION = "2025-09-01"
# What every cluster with Entra is to it: the application whose tokens its API server takes.
_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630/.default"
_FORBIDDEN, _NOT_FOUND, _UNAUTHORIZED = 403, 404, 401


def cluster_client(cluster_id: str, context: str) -> "Client":
    """A client of the cluster with that ARM id, or else of that context. Raises CloudError."""
    # Loaded only when it is asked for: most of a second of imports.
    from lightkube import Client

    config = _of_arm(cluster_id) if cluster_id else _of_context(context)
    with asking(cluster_id or context):
        return Client(config=config.get(None if cluster_id else context), field_manager="slipway")


@contextmanager
def asking(cluster: str) -> Iterator[None]:
    """Turn what the client raises into a sentence."""
    from httpx2 import HTTPError
    from lightkube import ApiError
    from lightkube.core.exceptions import ConfigError

    name = cluster.rpartition("/")[2]
    try:
        yield
    except ApiError as error:
        raise CloudError(_refused(name, error)) from error
    except HTTPError as error:
        raise CloudError(
            f"the cluster {name} does not answer: {first_line(error)}. Is it started, and may this machine reach it?"
        ) from error
    except FileNotFoundError as error:
        raise CloudError(
            f"the kubeconfig for {name} signs in by {error.filename}, which is not on the PATH: install it"
        ) from error
    except (ConfigError, KeyError) as error:
        raise CloudError(
            f"the kubeconfig for {name} cannot be used: {first_line(error)}"
        ) from error


def clusters() -> list[str]:
    """ARM ids of the subscription's clusters. Raises CloudError."""
    from slipway.cloud.arm_client import ArmClient
    from slipway.cloud.credential import subscription_id

    path = (
        f"/subscriptions/{subscription_id()}/providers/Microsoft.ContainerService/managedClusters"
    )
    return [each["id"] for each in ArmClient().pages(path, _API_VERSION)]


def images_in(cluster_id: str) -> dict[str, list[str]]:
    """Namespace and name of each pod in a cluster -> its containers' images. Raises CloudError."""
    client = cluster_client(cluster_id, "")
    from lightkube.resources.core_v1 import Pod

    with asking(cluster_id):
        return {
            f"{pod.metadata.namespace}/{pod.metadata.name}": _images(pod)
            for pod in client.list(Pod, namespace="*")
            if pod.metadata is not None
        }


def _images(pod: Any) -> list[str]:
    return [each.image for each in (*pod.spec.containers, *(pod.spec.initContainers or ()))]


def is_missing(error: Any) -> bool:
    """Whether a cluster says that there is no such object."""
    return bool(error.status.code == _NOT_FOUND)


def _refused(name: str, error: Any) -> str:
    said = error.status.message or first_line(error)
    if error.status.code == _FORBIDDEN:
        return (
            f"the cluster {name} refused: {said}. You need the role Azure Kubernetes Service RBAC Writer on it, or the "
            "like in Kubernetes"
        )
    if error.status.code == _UNAUTHORIZED:
        return f"the cluster {name} does not know who asks: sign in again"
    return f"the cluster {name} refused: {said}"


def _of_arm(cluster_id: str) -> "KubeConfig":
    """By a token of whoever is signed in: no program of the kubeconfig is started, and nothing asks for a code."""
    import yaml
    from lightkube import KubeConfig
    from lightkube.config.models import User

    from slipway.cloud.arm_client import ArmClient
    from slipway.cloud.credential import credential

    answer = ArmClient().post(f"{cluster_id}/listClusterUserCredential", _API_VERSION)
    if answer is None:
        raise CloudError(f"there is no cluster {cluster_id}")
    config = KubeConfig.from_dict(yaml.safe_load(b64decode(answer["kubeconfigs"][0]["value"])))
    for name, user in config.users.items():
        if user.exec is not None:
            config.users[name] = User(token=credential().get_token(_SERVER).token)
    return config


def _of_context(context: str) -> "KubeConfig":
    from lightkube import KubeConfig

    places = [Path(each) for each in os.environ.get("KUBECONFIG", "").split(os.pathsep) if each]
    places = places or [Path.home() / ".kube" / "config"]
    with asking(context):
        for place in places:
            if place.is_file() and context in (found := KubeConfig.from_file(place)).contexts:
                return found
    raise CloudError(
        f"no kubeconfig has the context {context!r}, which leads to the service's cluster: looked in "
        f"{', '.join(map(str, places))}; name others in KUBECONFIG"
    )
