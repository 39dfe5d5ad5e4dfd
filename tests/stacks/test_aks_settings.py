"""A service with `target: aks`, as a stack declares it."""

import pulumi
import pulumi_kubernetes
import pytest
from pydantic import ValidationError

from components.cluster_wiring import ClusterWiring
from components.errors import InvalidArgs
from components.service_wiring import GroupWiring
from slipway import outputs
from stacks.settings import aks
from stacks.settings.service import ServiceCluster, Surroundings

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c"
GIVEN = {
    "target": "aks",
    "image": "diabetes-image:7",
    "namespace": "scoring",
    "autoscale": {"minReplicas": 2, "metric": "concurrency"},
    "gateway": {"name": "shared"},
    "liveness": {"periodSeconds": "20"},
    "maxConcurrentRequests": 4,
}


def wiring():
    return GroupWiring(
        service_name="diabetes",
        image="reg.azurecr.io/images/diabetes-image@sha256:" + "a" * 64,
        image_id="diabetes-image:7",
        registry="reg.azurecr.io",
        location="westeurope",
        resource_group="rg",
        pull_identity="/identity",
    )


@pytest.fixture
def declared(azure_mocks):
    def declare(identifier=ID, **changes):
        def program():
            cluster = ClusterWiring(kubeconfig="planted-kubeconfig", identifier=identifier)
            made = pulumi_kubernetes.Provider("cluster", kubeconfig="planted-kubeconfig")
            around = Surroundings(
                owner=pulumi.Output.from_input(("mlw",)),
                cluster=ServiceCluster(wiring=cluster, provider=made),
            )
            settings = aks.AksSettings.model_validate(GIVEN | changes)
            return aks.declare("diabetes", settings, wiring(), around)

        return azure_mocks(program)

    return declare


def test_settings_become_arguments(declared):
    run = declared()
    scaled = run.one("kubernetes:keda.sh/v1alpha1:ScaledObject").inputs
    assert scaled["metadata"]["namespace"] == "scoring"
    assert scaled["spec"]["minReplicaCount"] == 2
    assert scaled["spec"]["triggers"][0]["metadata"]["targetValue"] == "2.8"
    (container,) = run.one("kubernetes:apps/v1:Deployment").inputs["spec"]["template"]["spec"][
        "containers"
    ]
    assert container["livenessProbe"]["periodSeconds"] == 20


def test_services_of_a_stack_share_its_clusters_provider(declared):
    assert declared().one("pulumi:providers:kubernetes").name == "cluster"


@pytest.mark.parametrize(
    ("identifier", "cluster_id", "context"), [(ID, ID, ""), ("my-context", "", "my-context")]
)
def test_exports_where_it_is_and_nothing_that_leads_in(declared, identifier, cluster_id, context):
    run = declared(identifier)
    exported = outputs.exported(
        outputs.AksServiceOutput,
        target="aks",
        image="diabetes-image:7",
        image_ref="reg@sha256",
        auth=True,
        **run.result,
    )
    assert exported == {
        "target": "aks",
        "name": "diabetes",
        "namespace": "scoring",
        "clusterId": cluster_id,
        "context": context,
        "scoringUri": "http://20.0.0.5/api/v1/service/diabetes/score",
        "swaggerUri": "http://20.0.0.5/api/v1/service/diabetes/swagger.json",
        "image": "diabetes-image:7",
        "imageRef": "reg@sha256",
        "auth": True,
    }


def test_keys_are_asked_for_by_default():
    assert aks.AksSettings.model_validate(GIVEN).arguments()["auth"] is True


def test_problems_are_told_as_they_are_written():
    settings = aks.AksSettings.model_validate(
        GIVEN | {"numReplicas": 3, "gateway": {"namespace": "gateways"}, "cpuCoresLimit": 0.05}
    )
    assert dict(settings.problems()) == {
        "numReplicas": "must not be given beside autoscale: the number is fixed, or it follows the load, got 3",
        "gateway.namespace": "has no effect without name, got 'gateways'",
        "cpuCoresLimit": "must be at least cpuCores, which is 0.1, got 0.05",
    }


def test_what_is_no_setting_of_it_is_refused():
    with pytest.raises(ValidationError, match="logs"):
        aks.AksSettings.model_validate(GIVEN | {"logs": True})


def test_needs_a_cluster():
    settings = aks.AksSettings.model_validate(GIVEN)
    around = Surroundings(owner=pulumi.Output.from_input(("mlw",)))
    with pytest.raises(InvalidArgs, match="target needs a cluster: give slipway:cluster"):
        aks.declare("diabetes", settings, wiring(), around)
