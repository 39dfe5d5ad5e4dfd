"""Reading a cluster that exists: what services need to know of it, and whether it is ready for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slipway.cloud.arm_client import ArmClient
from slipway.cloud.arm_ids import TYPES
from slipway.cloud.errors import CloudError
from slipway.cloud.role_assignments import roles_at
from slipway.rules.cluster_capacity import Pool, Purpose, Words, refusal
from slipway.rules.roles import MAY_PULL
from slipway.rules.vm_sizes import vcpus

_CLUSTER = TYPES["azure-native:containerservice:ManagedCluster"]
_SHOWN = 10


@dataclass(frozen=True)
class ClusterPlace:
    """Where a cluster is looked for."""

    subscription: str
    resource_group: str
    name: str

    @property
    def id(self) -> str:
        """Its ARM id."""
        return _CLUSTER.template.format(
            subscription=self.subscription,
            resourceGroupName=self.resource_group,
            resourceName=self.name,
        )


@dataclass(frozen=True, kw_only=True)
class ExistingCluster:
    """A cluster as ARM describes it."""

    id: str
    name: str
    resource_group: str
    location: str
    kubernetes_version: str
    oidc_issuer: str
    """Empty where it has none, and so no workload identity."""
    kubelet_object_id: str


def read_cluster(place: ClusterPlace, *, registry_id: str, purpose: Purpose) -> ExistingCluster:
    """Read it, and change nothing. Raises CloudError where it is not there, with all that it lacks else."""
    client = ArmClient()
    document = client.get(place.id, _CLUSTER.api_version)
    if document is None:
        raise CloudError(_not_there(client, place))
    if problems := [*_capacity(document, purpose), *_pull(client, document, registry_id)]:
        raise CloudError("\n".join(f"The cluster {document['id']} {why}" for why in problems))
    known = document["properties"]
    return ExistingCluster(
        id=document["id"],
        name=document["name"],
        resource_group=place.resource_group,
        location=document["location"],
        kubernetes_version=known.get("currentKubernetesVersion") or known["kubernetesVersion"],
        oidc_issuer=(known.get("oidcIssuerProfile") or {}).get("issuerURL") or "",
        kubelet_object_id=_kubelet(document).get("objectId") or "",
    )


def _not_there(client: ArmClient, place: ClusterPlace) -> str:
    group = place.id.partition("/providers/")[0]
    found = sorted(
        one["name"] for one in client.pages(place.id.rpartition("/")[0], _CLUSTER.api_version)
    )
    has = ", ".join(found[:_SHOWN]) or "none"
    return (
        f"The cluster {place.name!r} was not found in {group}, whose clusters are: {has}; check the names and the "
        "subscription, or deploy it first."
    )


def _capacity(document: Mapping[str, Any], purpose: Purpose) -> Iterator[str]:
    pools = document["properties"].get("agentPoolProfiles") or []
    unknown = sorted({pool["vmSize"] for pool in pools if vcpus(pool["vmSize"]) is None})
    if unknown:
        yield (
            f"has machines whose vCPU are not known ({', '.join(unknown)}): bring the table up to date with `az vm "
            "list-skus --resource-type virtualMachines --output json | slipway sizes refresh`"
        )
        return
    words = Words("its pools", "count", "minCount", "slipway:cluster.purpose")
    if why := refusal([_pool(each) for each in pools], purpose, words=words):
        yield why


def _pool(found: Mapping[str, Any]) -> Pool:
    scaled = bool(found.get("enableAutoScaling"))
    return Pool(
        name=found["name"],
        vm_size=found["vmSize"],
        vcpus=vcpus(found["vmSize"]) or 0,
        machines=int(found.get("minCount" if scaled else "count") or 0),
        autoscaled=scaled,
        taints=tuple(found.get("nodeTaints") or ()),
        spot=found.get("scaleSetPriority") == "Spot",
    )


def _pull(client: ArmClient, document: Mapping[str, Any], registry_id: str) -> Iterator[str]:
    kubelet = _kubelet(document)
    principal = kubelet.get("objectId")
    if principal is None:
        yield "has no identity of its machines (kubeletidentity), with which they could pull images"
    elif not roles_at(client, registry_id, principal) & set(MAY_PULL):
        yield (
            f"may not pull images: the identity of its machines {kubelet.get('resourceId', principal)} has no role "
            f"AcrPull at {registry_id}. The stack that makes the cluster or the registry grants it; by hand it is "
            f"granted with: az role assignment create --assignee-object-id {principal} "
            f"--assignee-principal-type ServicePrincipal --role AcrPull --scope {registry_id}"
        )


def _kubelet(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (document["properties"].get("identityProfile") or {}).get(
        "kubeletidentity"
    ) or {}
    return found
