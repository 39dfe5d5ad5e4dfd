"""A cluster: what is asked of Azure for each argument, in which order, and with which lifecycle."""

from itertools import pairwise

import pulumi
import pytest
import yaml

from components.aks_cluster import TYPE, AksCluster, AksClusterArgs
from components.cluster.options import MaintenanceOptions
from components.cluster.pool_options import PoolOptions
from pytest_pulumi.wire import is_secret, plain

CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
WINDOW = "azure-native:containerservice:MaintenanceConfiguration"
ROLE = "azure-native:authorization:RoleAssignment"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
GUARD = "slipway:index:ClusterGuard"
FIXED = "slipway:index:FixedClusterSettings"
RULE = "azure-native:monitor:DataCollectionRule"
ASSOCIATION = "azure-native:monitor:DataCollectionRuleAssociation"
SUBSCRIPTION = "/subscriptions/11111111-1111-1111-1111-111111111111"
REGISTRY = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/reg"
LOGS = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
NETWORK = f"{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v"
SUBNET = f"{NETWORK}/subnets/machines"
OWN_NETWORK = {"subnet_id": SUBNET, "service_cidr": "10.1.0.0/16", "dns_service_ip": "10.1.0.10"}
SOMEBODY = "22222222-2222-2222-2222-222222222222"
ARGUMENTS = {
    "location": "westeurope",
    "base_name": "slipway-dev",
    "resource_group": "rg",
    "registry_id": REGISTRY,
}


@pytest.fixture
def deploy(azure_mocks):
    def run(*, preview=False, opts=None, **changes):
        def program():
            args = AksClusterArgs(**{**ARGUMENTS, **changes})
            made = AksCluster("cluster", args, opts() if opts else None)
            return {
                "kubeconfig": made.kubeconfig,
                "issuer": made.oidc_issuer,
                "kubelet": made.kubelet_object_id,
                "id": made.cluster_id,
            }

        return azure_mocks(program, preview=preview)

    return run


@pytest.fixture
def cluster(deploy):
    """The inputs of the managed cluster."""
    return lambda **changes: deploy(**changes).one(CLUSTER).inputs


def test_the_cluster_as_it_comes(cluster):
    made = cluster()
    assert made["kubernetesVersion"] == "1.36"
    assert made["resourceName"] == "slipway-dev-cluster"
    assert made["sku"] == {"name": "Base", "tier": "Standard"}
    assert made["identity"]["type"] == "UserAssigned"
    assert made["enableRBAC"] is True
    assert made["aadProfile"] == {"managed": True, "enableAzureRBAC": True}
    assert made["disableLocalAccounts"] is True
    assert made["oidcIssuerProfile"] == {"enabled": True}
    assert made["securityProfile"] == {
        "workloadIdentity": {"enabled": True},
        "imageCleaner": {"enabled": True, "intervalHours": 168},
    }
    assert made["networkProfile"] == {
        "networkPlugin": "azure",
        "networkPluginMode": "overlay",
        "networkDataplane": "cilium",
        "networkPolicy": "cilium",
        "serviceCidr": "10.0.0.0/16",
        "dnsServiceIP": "10.0.0.10",
        "podCidr": "10.244.0.0/16",
        "outboundType": "loadBalancer",
        "loadBalancerSku": "standard",
    }
    assert made["autoUpgradeProfile"] == {
        "upgradeChannel": "patch",
        "nodeOSUpgradeChannel": "NodeImage",
    }
    assert made["apiServerAccessProfile"] == {"enablePrivateCluster": False}
    assert made["addonProfiles"] == {"omsagent": {"enabled": False}}
    assert made["azureMonitorProfile"] == {"metrics": {"enabled": False}}
    assert made["workloadAutoScalerProfile"] == {"keda": {"enabled": False}}
    assert "ingressProfile" not in made  # application routing's NGINX ends in November 2026


def test_exactly_one_inline_pool_that_no_update_touches(deploy):
    for pools in ({"scoring": PoolOptions()}, {"a": PoolOptions(), "b": PoolOptions()}):
        run = deploy(pools=pools)
        (inline,) = run.one(CLUSTER).inputs["agentPoolProfiles"]
        assert inline["name"] == "system"
        assert inline["mode"] == "System"
        assert inline["nodeTaints"] == ["CriticalAddonsOnly=true:NoSchedule"]
        assert run.one(CLUSTER).options.ignore_changes == ["agentPoolProfiles"]


# Argument, its value, and where in the cluster's inputs it is found.
MUTABLE = [
    ({"authorized_ip_ranges": ["203.0.113.0/24"]}, "apiServerAccessProfile"),
    ({"private_cluster": True}, "apiServerAccessProfile"),
    ({"image_cleaner_hours": 24}, "securityProfile"),
    ({"image_cleaner_hours": None}, "securityProfile"),
    ({"keda": True}, "workloadAutoScalerProfile"),
    ({"managed_prometheus": True}, "azureMonitorProfile"),
    ({"container_insights": True, "log_workspace_resource_id": LOGS}, "addonProfiles"),
    ({"tags": {"owner": "ds"}}, "tags"),
    ({"kubernetes_version": "1.37"}, "kubernetesVersion"),
    ({"kubernetes_version": "1.36.5"}, "autoUpgradeProfile"),
    ({"purpose": "dev-test"}, "sku"),
]
FORCE_NEW = {"location", "dnsPrefix", "networkProfile", "resourceName", "resourceGroupName"}


@pytest.mark.parametrize(("changes", "where"), MUTABLE, ids=lambda value: str(value)[:40])
def test_what_can_be_updated_changes_nothing_that_replaces_the_cluster(cluster, changes, where):
    before, after = cluster(), cluster(**changes)
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    assert where in changed
    assert not changed & FORCE_NEW


def test_arguments_arrive_where_azure_has_them(cluster):
    made = cluster(
        authorized_ip_ranges=["203.0.113.7"],
        container_insights=True,
        log_workspace_resource_id=LOGS,
        managed_prometheus=True,
        keda=True,
        image_cleaner_hours=None,
        system_vm_size="Standard_D4s_v5",
        system_count=3,
        zones=(),
        tags={"owner": "ds"},
        kubernetes_version="1.36.5",
        pod_cidr="10.200.0.0/16",
        **OWN_NETWORK,
    )
    assert made["apiServerAccessProfile"]["authorizedIPRanges"] == ["203.0.113.7"]
    config = {"logAnalyticsWorkspaceResourceID": LOGS, "useAADAuth": "true"}
    assert made["addonProfiles"] == {"omsagent": {"enabled": True, "config": config}}
    assert made["azureMonitorProfile"]["metrics"]["enabled"] is True
    assert made["workloadAutoScalerProfile"]["keda"]["enabled"] is True
    assert made["securityProfile"]["imageCleaner"] == {"enabled": False}
    (inline,) = made["agentPoolProfiles"]
    assert (inline["vmSize"], inline["count"]) == ("Standard_D4s_v5", 3)
    assert "availabilityZones" not in inline
    assert inline["vnetSubnetID"] == SUBNET
    assert made["networkProfile"]["serviceCidr"] == "10.1.0.0/16"
    assert made["networkProfile"]["dnsServiceIP"] == "10.1.0.10"
    assert made["networkProfile"]["podCidr"] == "10.200.0.0/16"
    assert made["tags"] == {"owner": "ds"}
    # A patch that was chosen stays: Azure's own upgrade would be gone back to by the next update.
    assert made["autoUpgradeProfile"]["upgradeChannel"] == "none"


def test_both_maintenance_windows(deploy):
    run = deploy(maintenance=MaintenanceOptions(day="Saturday", start_hour=3, hours=6))
    windows = {each.inputs["configName"]: each.inputs for each in run.all(WINDOW)}
    assert windows.keys() == {"aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"}
    for window in windows.values():
        assert window["maintenanceWindow"] == {
            "durationHours": 6,
            "startTime": "03:00",
            "utcOffset": "+00:00",
            "schedule": {"weekly": {"dayOfWeek": "Saturday", "intervalWeeks": 1}},
        }


def test_a_pool_as_it_comes(deploy):
    pool = deploy().one(POOL)
    assert pool.inputs["vmSize"] == "Standard_D3_v2"
    assert pool.inputs["count"] == 3
    assert pool.inputs["enableAutoScaling"] is False
    assert pool.inputs["mode"] == "User"
    assert pool.inputs["availabilityZones"] == ["1", "2", "3"]
    assert pool.inputs["orchestratorVersion"] == "1.36"
    assert pool.inputs["nodeLabels"] == {"slipway.io/pool": "scoring"}
    assert pool.inputs["scaleSetPriority"] == "Regular"
    assert pool.options.ignore_changes == []
    assert deploy(purpose="dev-test").one(POOL).inputs["count"] == 1


def test_the_autoscaler_owns_the_count(deploy):
    pool = deploy(pools={"scoring": PoolOptions(min_count=3, max_count=7)}).one(POOL)
    assert pool.inputs["enableAutoScaling"] is True
    assert (pool.inputs["count"], pool.inputs["minCount"], pool.inputs["maxCount"]) == (3, 3, 7)
    assert pool.options.ignore_changes == ["count"]


def test_spot_pools_declare_what_azure_adds(deploy):
    pools = {
        "a": PoolOptions(),
        "b": PoolOptions(spot=True, taints=["x=y:NoSchedule"], labels={"l": "1"}),
    }
    spot = deploy(pools=pools).all(POOL)[1].inputs
    assert spot["scaleSetPriority"] == "Spot"
    assert spot["nodeTaints"] == [
        "x=y:NoSchedule",
        "kubernetes.azure.com/scalesetpriority=spot:NoSchedule",
    ]
    assert spot["nodeLabels"]["kubernetes.azure.com/scalesetpriority"] == "spot"
    assert spot["nodeLabels"]["l"] == "1"
    assert spot["spotMaxPrice"] == -1


def test_pools_come_one_after_the_other_and_after_the_control_plane(deploy):
    run = deploy(pools={name: PoolOptions() for name in "abc"})
    pools = run.all(POOL)
    for before, after in pairwise(pools):
        assert before.urn in after.options.depends_on
    cluster = run.one(CLUSTER)
    assert all(cluster.urn in pool.options.depends_on for pool in pools)
    assert all(pool.options.deleted_with == cluster.urn for pool in pools)


@pytest.mark.parametrize(
    "changes",
    [
        {"vm_size": "Standard_D8s_v5"},
        {"spot": True},
        {"os_disk_size_gb": 200},
    ],
    ids=str,
)
def test_what_azure_cannot_change_makes_a_pool_under_a_new_name(deploy, changes):
    both = {"keep": PoolOptions()}
    before = deploy(pools={**both, "scoring": PoolOptions()}).all(POOL)[1]
    after = deploy(pools={**both, "scoring": PoolOptions(**changes)}).all(POOL)[1]
    assert before.inputs["agentPoolName"] != after.inputs["agentPoolName"]
    # Another resource, not a replacement: the new one is there before the old one goes.
    assert before.urn != after.urn
    for name in (before.inputs["agentPoolName"], after.inputs["agentPoolName"]):
        assert name.startswith("scoring")
        assert len(name) <= 12


@pytest.mark.parametrize(
    "changes", [{"count": 5}, {"min_count": 3, "max_count": 9}, {"labels": {"a": "b"}}], ids=str
)
def test_what_azure_can_change_is_changed_in_the_pool(deploy, changes):
    before, after = (
        deploy(pools={"scoring": pool}) for pool in (PoolOptions(), PoolOptions(**changes))
    )
    assert before.one(POOL).urn == after.one(POOL).urn
    assert before.one(CLUSTER).inputs == after.one(CLUSTER).inputs


def test_the_machines_identity_may_pull(deploy):
    run = deploy()
    role = run.one(ROLE).inputs
    assert role["principalId"] == "kubelet-1"
    assert role["principalType"] == "ServicePrincipal"
    assert role["scope"] == REGISTRY
    assert role["roleDefinitionId"].endswith("/7f951dda-4ed3-4680-a7ca-43fe172d538d")
    assert run.one(ROLE).options.delete_before_replace
    assert plain(run.result["kubelet"]) == "kubelet-1"


def test_in_a_network_of_your_own_its_identity_has_a_role_first(deploy):
    run = deploy(**OWN_NETWORK, load_balancer="internal", load_balancer_subnet="front")
    scopes = {role.inputs["scope"]: role for role in run.all(ROLE)}
    for subnet in (SUBNET, f"{NETWORK}/subnets/front"):
        role = scopes[subnet]
        assert role.inputs["principalId"] == "principal-1"
        assert role.inputs["roleDefinitionId"].endswith("4d97b98b-1d4f-4787-a291-c67834d212e7")
        assert role.urn in run.one(CLUSTER).options.depends_on


def test_administrators_get_both_roles_in_the_cluster(deploy):
    run = deploy(administrators={SOMEBODY: "Group"})
    roles = [role.inputs for role in run.all(ROLE) if role.inputs["principalId"] == SOMEBODY]
    assert {role["principalType"] for role in roles} == {"Group"}
    assert all(role["scope"].endswith("/managedClusters/cluster") for role in roles)
    assert {role["roleDefinitionId"].rpartition("/")[2] for role in roles} == {
        "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
        "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    }


def test_switches_of_monitoring_bring_what_ships_it(deploy):
    assert deploy().all(RULE) == []
    run = deploy(container_insights=True, log_workspace_resource_id=LOGS, managed_prometheus=True)
    assert len(run.all(RULE)) == len(run.all(ASSOCIATION)) == 2
    cluster = "/managedClusters/cluster"
    assert all(each.inputs["resourceUri"].endswith(cluster) for each in run.all(ASSOCIATION))


def test_protection_is_by_purpose_and_the_guard_has_it(deploy):
    for changes, protected in [
        ({}, True),
        ({"purpose": "dev-test"}, False),
        ({"protect": False}, False),
        ({"purpose": "dev-test", "protect": True}, True),
    ]:
        run = deploy(**changes)
        assert bool(run.one(CLUSTER).options.protect) is protected
        assert run.one(GUARD).inputs["protect"] is protected
        # A pool makes room for another one although the cluster stays.
        assert not any(pool.options.protect for pool in run.all(POOL))


def reached(run, urn):
    direct = {one.urn: one.options.depends_on for one in run.resources}
    found, ahead = set(), [urn]
    while ahead:
        new = set(direct[ahead.pop()]) - found
        found |= new
        ahead += new
    return found


def test_the_guard_goes_before_everything_else_of_the_cluster(deploy):
    run = deploy(pools={"a": PoolOptions(), "b": PoolOptions()}, administrators={SOMEBODY: "User"})
    others = {each.urn for each in run.children(run.one(TYPE)) if each.type != GUARD}
    assert reached(run, run.one(GUARD).urn) >= others


def test_what_would_replace_the_cluster_is_looked_at_before_it(deploy):
    run = deploy(pod_cidr="10.200.0.0/16")
    fixed = run.one(FIXED)
    assert fixed.urn in run.one(CLUSTER).options.depends_on
    assert fixed.inputs == {
        "clusterName": "slipway-dev-cluster",
        "stack": "test",
        "protect": True,
        "values": {
            "base_name": "slipway-dev",
            "location": "westeurope",
            "resource_group": "rg",
            "service_cidr": "10.0.0.0/16",
            "dns_service_ip": "10.0.0.10",
            "pod_cidr": "10.200.0.0/16",
        },
    }


def test_the_kubeconfig_is_a_secret_that_asks_nobody(deploy, monkeypatch):
    for name in ("ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_USE_OIDC", "ARM_USE_MSI"):
        monkeypatch.delenv(name, raising=False)
    run = deploy()
    assert is_secret(run.result["kubeconfig"])
    user = yaml.safe_load(plain(run.result["kubeconfig"]))["users"][0]["user"]["exec"]
    assert user["args"][:3] == ["get-token", "--login", "azurecli"]
    assert user["interactiveMode"] == "Never"
    assert {call.token.rpartition(":")[2] for call in run.calls} == {
        "listManagedClusterUserCredentials"
    }


def test_previews_with_nothing_known(deploy):
    run = deploy(preview=True)
    assert run.calls == []
    assert run.one(POOL).inputs["vmSize"] == "Standard_D3_v2"


def test_every_child_sits_under_the_component_with_the_same_names_each_time(deploy):
    run, again = deploy(), deploy()
    component = run.one(TYPE)
    assert {each.type for each in run.children(component)} == {
        CLUSTER, IDENTITY, POOL, WINDOW, ROLE, GUARD, FIXED
    }  # fmt: skip
    assert [one.urn for one in run.resources] == [one.urn for one in again.resources]
    role = run.one(ROLE).inputs["roleAssignmentName"]
    assert role == again.one(ROLE).inputs["roleAssignmentName"]


def test_options_of_the_caller_are_heeded(deploy):
    run = deploy(purpose="dev-test", opts=lambda: pulumi.ResourceOptions(protect=True))
    assert run.one(TYPE).options.protect
    assert run.one(CLUSTER).options.protect


def test_a_version_whose_support_has_ended_and_an_exemption_are_told(deploy):
    assert told(deploy()) == []
    ((severity, said),) = told(deploy(kubernetes_version="1.33"))
    assert severity == "warning"
    assert "community support for Kubernetes 1.33 ended on 2026-07-31" in said
    ((severity, said),) = told(
        deploy(pools={"gpu": PoolOptions(vm_size="Standard_NC6s_v3", count=1)})
    )
    assert severity == "info"
    assert "the rule of 12 vCPU on 3 machines does not apply" in said


def told(run):
    """What its user reads."""
    return [(each.severity, each.message) for each in run.logs if each.severity != "debug"]
