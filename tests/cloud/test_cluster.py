"""Reading a cluster: what is told of one that is not ready for services."""

import copy

import pytest

from slipway.cloud import cluster
from slipway.cloud.cluster import ClusterPlace, read_cluster
from slipway.cloud.errors import CloudError

REGISTRY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
PLACE = ClusterPlace("s", "g", "c")
DOCUMENT = {
    "id": PLACE.id,
    "name": "c",
    "location": "westeurope",
    "properties": {
        "kubernetesVersion": "1.36",
        "currentKubernetesVersion": "1.36.5",
        "oidcIssuerProfile": {"enabled": True, "issuerURL": "https://issuer"},
        "identityProfile": {"kubeletidentity": {"objectId": "kubelet-1", "resourceId": "/kubelet"}},
        "agentPoolProfiles": [
            {
                "name": "system",
                "vmSize": "Standard_D2s_v5",
                "count": 3,
                "nodeTaints": ["CriticalAddonsOnly=true:NoSchedule"],
            },
            {
                "name": "scoring",
                "vmSize": "Standard_D4s_v5",
                "count": 7,
                "enableAutoScaling": True,
                "minCount": 3,
                "maxCount": 9,
            },
        ],
    },
}


@pytest.fixture
def azure(monkeypatch):
    """What ARM has; only reading is possible."""
    there = {"document": copy.deepcopy(DOCUMENT), "roles": {ACR_PULL}, "listed": []}

    class Client:
        def get(self, url, _api_version):
            assert url == PLACE.id
            return there["document"]

        def pages(self, url, _api_version):
            assert url == PLACE.id.rpartition("/")[0]
            return iter(there["listed"])

    def roles(_client, scope, principal):
        assert (scope, principal) == (REGISTRY, "kubelet-1")
        return there["roles"]

    monkeypatch.setattr(cluster, "ArmClient", Client)
    monkeypatch.setattr(cluster, "roles_at", roles)
    return there


def read(purpose="production"):
    return read_cluster(PLACE, registry_id=REGISTRY, purpose=purpose)


def test_what_services_need_to_know(azure):
    found = read()
    assert (found.id, found.name, found.resource_group) == (PLACE.id, "c", "g")
    assert found.kubernetes_version == "1.36.5"
    assert found.oidc_issuer == "https://issuer"
    assert found.kubelet_object_id == "kubelet-1"


def test_one_that_is_not_there_is_told_with_those_that_are(azure):
    azure["document"], azure["listed"] = None, [{"name": "prod"}, {"name": "dev"}]
    with pytest.raises(CloudError, match=r"The cluster 'c' was not found in .*: dev, prod; check"):
        read()


def test_a_missing_role_is_told_with_identity_role_scope_and_command(azure):
    azure["roles"] = set()
    with pytest.raises(CloudError) as told:
        read()
    assert str(told.value) == (
        f"The cluster {PLACE.id} may not pull images: the identity of its machines /kubelet has no role AcrPull at "
        f"{REGISTRY}. The stack that makes the cluster or the registry grants it; by hand it is granted with: az role "
        "assignment create --assignee-object-id kubelet-1 --assignee-principal-type ServicePrincipal --role AcrPull "
        f"--scope {REGISTRY}"
    )


def test_its_capacity_is_counted_with_the_autoscalers_minimum_and_without_tainted_pools(azure):
    azure["document"]["properties"]["agentPoolProfiles"][1]["minCount"] = 2
    with pytest.raises(CloudError) as told:
        read()
    assert (
        "system: 3 x Standard_D2s_v5 (2 vCPU each) = 6 vCPU, not counted as it has the taint"
        in str(told.value)
    )
    assert "scoring: at least 2 x Standard_D4s_v5 (4 vCPU each) = 8 vCPU" in str(told.value)
    assert "the smallest change is its pools.scoring.minCount: 3" in str(told.value)
    assert read("dev-test").name == "c"


def test_all_that_it_lacks_is_told_at_once(azure):
    azure["roles"] = set()
    azure["document"]["properties"]["agentPoolProfiles"][1]["vmSize"] = "Standard_Q1"
    with pytest.raises(CloudError) as told:
        read()
    first, second = str(told.value).splitlines()
    assert "vCPU are not known (Standard_Q1): bring the table up to date" in first
    assert "may not pull images" in second


def test_one_without_an_identity_of_its_machines_is_refused(azure):
    azure["document"]["properties"]["identityProfile"] = None
    with pytest.raises(CloudError, match="kubeletidentity"):
        read()
