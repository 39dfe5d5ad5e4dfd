import pytest

from components.aci_service import AciServiceArgs
from components.aks_service import AksServiceArgs
from components.cluster_wiring import ClusterWiring


@pytest.fixture
def aci_arguments():
    """The arguments of a service, with what a test changes."""

    def make(**changes):
        return AciServiceArgs(
            **{
                "service_name": "diabetes",
                "location": "westeurope",
                "resource_group": "rg",
                "image": "reg.azurecr.io/images/diabetes-image@sha256:" + "a" * 64,
                "image_id": "diabetes-image:7",
                "registry": "reg.azurecr.io",
                "pull_identity": "/identity",
                "dns_name_label": "diabetes-dev",
                **changes,
            }
        )

    return make


@pytest.fixture
def aks_arguments():
    """The same on a cluster."""

    def make(**changes):
        return AksServiceArgs(
            **{
                "service_name": "diabetes",
                "image": "reg.azurecr.io/images/diabetes-image@sha256:" + "a" * 64,
                "image_id": "diabetes-image:7",
                "registry": "reg.azurecr.io",
                "cluster": ClusterWiring(
                    kubeconfig="planted-kubeconfig", context="aks", identifier="/the/cluster"
                ),
                **changes,
            }
        )

    return make
