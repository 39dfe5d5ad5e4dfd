"""The cluster of a stack: created, looked up, or reached by a kubeconfig."""

import pulumi
import pytest

from pytest_pulumi.wire import is_secret, plain
from slipway import outputs
from stacks.cluster import ClusterOwner, declare
from stacks.settings.cluster import ClusterSettings

CLUSTER = "azure-native:containerservice:ManagedCluster"
PROVIDER = "pulumi:providers:kubernetes"
GET = "slipway:index:getCluster"
READ = "pulumi:pulumi:readStackOutputs"
CREDENTIALS = "azure-native:containerservice:listManagedClusterUserCredentials"
STACK = "organization/slipway/platform"
ID = "/subscriptions/other/resourceGroups/team/providers/Microsoft.ContainerService/managedClusters/c"
FOUND = {
    "id": ID,
    "name": "c",
    "resourceGroup": "team",
    "location": "westeurope",
    "kubernetesVersion": "1.36.5",
    "oidcIssuer": "https://issuer.example.net/",
    "kubeletObjectId": "kubelet-2",
}


@pytest.fixture
def deploy(azure_mocks):
    def run(settings, *, services=False, platform=None, preview=False, **found):
        def program():
            made = declare(
                ClusterSettings.model_validate(settings),
                ClusterOwner(
                    location="westeurope",
                    base_name="team-dev",
                    resource_group="rg",
                    registry_id="/subscriptions/s/resourceGroups/rg/providers/registry",
                ),
            )
            if services:
                made.for_services()
            wiring = {key: value for key, value in vars(made.wiring).items() if value is not None}
            return {"export": made.export, **wiring}

        functions = {GET: {**FOUND, **found}, READ: {"outputs": platform or {}}}
        return azure_mocks(program, functions=functions, preview=preview)

    return run


def asked(run, token):
    return [plain(call.args) for call in run.calls if call.token == token]


def test_one_that_is_created_is_wired_and_exported(deploy):
    run = deploy({"keda": True})
    assert run.one(CLUSTER).inputs["workloadAutoScalerProfile"] == {"keda": {"enabled": True}}
    assert is_secret(run.result["kubeconfig"])
    assert run.result["oidc_issuer"] == "https://issuer.example.net/"
    assert run.result["export"]["location"] == "westeurope"
    assert run.result["export"]["loadBalancer"] == "public"
    assert run.result["export"]["id"] == run.result["identifier"]
    assert asked(run, GET) == []


@pytest.mark.parametrize("settings", [{}, {"existing": {"id": ID}}], ids=["created", "used"])
def test_services_get_one_provider_that_goes_with_a_cluster_of_the_stacks_own(deploy, settings):
    assert deploy(settings).all(PROVIDER) == []
    run = deploy(settings, services=True)
    provider = run.one(PROVIDER)
    assert plain(provider.inputs["clusterIdentifier"]) == run.result["identifier"]
    assert is_secret(provider.inputs["kubeconfig"])
    gone_with = provider.options.deleted_with
    assert gone_with == (run.one(CLUSTER).urn if settings == {} else "")


@pytest.mark.parametrize(
    ("existing", "where"),
    [
        ({"id": ID}, {"resourceGroup": "team", "name": "c", "subscriptionId": "other"}),
        ({"resourceGroup": "team", "name": "c"}, {"resourceGroup": "team", "name": "c"}),
        ({"stack": STACK}, {"resourceGroup": "team", "name": "c", "subscriptionId": "other"}),
    ],
    ids=["id", "names", "stack"],
)
def test_each_way_ends_in_one_question_and_nothing_is_declared(deploy, existing, where):
    platform = outputs.export(
        cluster={"name": "c", "id": ID, "loadBalancer": "internal", "loadBalancerSubnet": "front"}
    )
    run = deploy({"existing": existing, "purpose": "dev-test"}, platform=platform)
    (question,) = asked(run, GET)
    registry = "/subscriptions/s/resourceGroups/rg/providers/registry"
    assert question == {**where, "registryId": registry, "purpose": "dev-test"}
    assert [each.type for each in run.resources if each.custom] == []
    assert run.result["identifier"] == ID
    export = {"name": "c", "id": ID, "resourceGroup": "team", "location": "westeurope"}
    front = {"loadBalancer": "internal", "loadBalancerSubnet": "front"}
    assert run.result["export"] == (export | front if "stack" in existing else export)
    assert is_secret(run.result["kubeconfig"])
    (credentials,) = asked(run, CREDENTIALS)
    assert credentials["format"] == "exec"


@pytest.mark.parametrize(
    ("platform", "said"),
    [
        (outputs.export(), "exports nothing, and no cluster"),
        (
            outputs.export(cluster={"name": "kind"}),
            "only uses one by a kubeconfig (context kind), which it does not export",
        ),
    ],
    ids=["none", "kubeconfig"],
)
def test_a_stack_that_has_none_to_share_is_refused(deploy, platform, said):
    with pytest.raises(pulumi.RunError, match=r"slipway:cluster\.existing\.stack must be") as told:
        deploy({"existing": {"stack": STACK}}, platform=platform)
    assert said in str(told.value)


def test_a_version_whose_support_ended_is_told(deploy):
    run = deploy({"existing": {"id": ID}}, kubernetesVersion="1.33.5")
    ((severity, said),) = told(run)
    assert severity == "warning"
    assert "slipway:cluster.existing: community support for Kubernetes 1.33 ended" in said
    assert told(deploy({"existing": {"id": ID}})) == []


def test_a_kubeconfig_is_taken_as_it_is_and_not_exported(deploy, tmp_path):
    file = tmp_path / "config"
    file.write_text("kind: Config\n")
    run = deploy({"existing": {"kubeconfig": str(file), "context": "mine"}})
    assert run.calls == []
    assert [each.type for each in run.resources if each.custom] == []
    assert is_secret(run.result["kubeconfig"])
    assert run.result["context"] == run.result["identifier"] == "mine"
    assert run.result["export"] == {"name": "mine"}


def told(run):
    """What its user reads."""
    return [(each.severity, each.message) for each in run.logs if each.severity != "debug"]
