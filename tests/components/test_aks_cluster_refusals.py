"""What an `AksCluster` is not built from: every argument with its sentence."""

import pytest

from components.aks_cluster import AksClusterArgs
from components.cluster.options import MaintenanceOptions
from components.cluster.pool_options import PoolOptions
from components.errors import InvalidArgs
from slipway.rules.kubernetes_versions import told

SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n"
ARGUMENTS = {
    "location": "westeurope",
    "base_name": "slipway-dev",
    "resource_group": "rg",
    "registry_id": "/registry",
}
ALL_OR_NONE = "a cluster in a network of your own needs subnet_id, service_cidr, dns_service_ip, or none of them"


def pools(**scoring):
    return {"pools": {"scoring": PoolOptions(**scoring)}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            pools(count=2),
            "pools must have at least 12 vCPU on at least 3 machines for purpose production, got 8 vCPU on 2 machines "
            "(scoring: 2 x Standard_D3_v2 (4 vCPU each) = 8 vCPU): 8 vCPU are 4 fewer than 12 and 2 machines are 1 "
            "fewer than 3; the smallest change is pools.scoring.count: 3 (12 vCPU on 3 machines), or purpose: dev-test "
            "for a cluster that is not for production",
        ),
        (
            pools(min_count=1, max_count=9),
            "pools must have at least 12 vCPU on at least 3 machines for purpose production, got 4 vCPU on 1 machine "
            "(scoring: at least 1 x Standard_D3_v2 (4 vCPU) = 4 vCPU): 4 vCPU are 8 fewer than 12 and 1 machine is 2 "
            "fewer than 3; the smallest change is pools.scoring.min_count: 3 (12 vCPU on 3 machines), or purpose: "
            "dev-test for a cluster that is not for production",
        ),
        (
            pools(vm_size="Standard_Q8s_v9"),
            "pools.scoring.vm_size must be a size whose vCPU is known, got 'Standard_Q8s_v9'; state them by vcpus "
            "beside it, or bring the table up to date: `az vm list-skus --resource-type virtualMachines --output json "
            "| slipway sizes refresh`",
        ),
        (
            pools(vm_size="large"),
            "pools.scoring.vm_size must be a size of Azure's virtual machines such as Standard_D3_v2, got 'large'",
        ),
        (
            pools(vcpus=16),
            "pools.scoring.vcpus must be 4, as Standard_D3_v2 has, got 16; leave it out",
        ),
        (pools(count=-1), "pools.scoring.count must be 0 to 1000, got -1"),
        (
            pools(min_count=3),
            "pools.scoring.min_count must be given with max_count: the autoscaler needs both",
        ),
        (
            pools(max_count=3),
            "pools.scoring.max_count must be given with min_count: the autoscaler needs both",
        ),
        (
            pools(min_count=5, max_count=3),
            "pools.scoring.min_count must be at most max_count (3), got 5",
        ),
        (
            pools(min_count=3, max_count=5, count=4),
            "pools.scoring.count must not be given beside min_count and max_count: the autoscaler decides, got 4",
        ),
        (
            pools(taints=["gpu", "a=b:Never"]),
            "pools.scoring.taints must be key=value:Effect with one of NoSchedule, PreferNoSchedule and NoExecute, got "
            "'gpu', 'a=b:Never'",
        ),
        (pools(os_disk_size_gb=1), "pools.scoring.os_disk_size_gb must be 30 to 2048, got 1"),
        (
            {"pools": {"Big-Pool": PoolOptions()}},
            "pools must have names of 1-8 lower-case letters and digits, beginning with a letter, got 'Big-Pool'",
        ),
        (
            {"pools": {"system": PoolOptions()}},
            "pools must not have the name 'system', which the system pool has",
        ),
        ({"kubernetes_version": "1.12"}, f"kubernetes_version must be one of {told()}, or a patch"),
        ({"system_count": 0}, "system_count must be 1 to 100, got 0"),
        ({"system_vm_size": "small"}, "system_vm_size must be a size of Azure's virtual machines"),
        ({"zones": ("1", "1")}, "zones must name each zone once, got 1 twice"),
        (
            {"administrators": {"me": "User"}},
            "administrators must have object ids of Entra (GUIDs), got 'me'",
        ),
        (
            {"subnet_id": "mine", "service_cidr": "10.1.0.0/16", "dns_service_ip": "10.1.0.10"},
            "subnet_id must be the ARM id of a subnet (/subscriptions/…/virtualNetworks/…/subnets/…), got 'mine'",
        ),
        (
            {"subnet_id": SUBNET, "service_cidr": "10.1.0.0/16"},
            f"dns_service_ip must be given beside subnet_id and service_cidr: {ALL_OR_NONE}",
        ),
        (
            {"service_cidr": "10.1.0.0/16", "dns_service_ip": "10.1.0.10"},
            f"subnet_id must be given beside service_cidr and dns_service_ip: {ALL_OR_NONE}",
        ),
        (
            {"subnet_id": SUBNET, "service_cidr": "10.1.0.0/16", "dns_service_ip": "10.2.0.10"},
            "dns_service_ip must be in service_cidr (10.1.0.0/16), got '10.2.0.10'",
        ),
        (
            {"subnet_id": SUBNET, "service_cidr": "10.1.0.0/16", "dns_service_ip": "10.1.0.1"},
            "dns_service_ip must not be the first address of service_cidr, which the cluster's API server has, got "
            "'10.1.0.1'",
        ),
        (
            {"subnet_id": SUBNET, "service_cidr": "10.1.0.0/16", "dns_service_ip": "ten"},
            "dns_service_ip must be an IPv4 address, got 'ten'",
        ),
        (
            {"subnet_id": SUBNET, "service_cidr": "10.244.0.0/20", "dns_service_ip": "10.244.0.10"},
            "service_cidr must not overlap pod_cidr (10.244.0.0/16), got 10.244.0.0/20",
        ),
        (
            {"pod_cidr": "10.1.0.1/16"},
            "pod_cidr must be a range of IPv4 addresses such as 10.0.0.0/16, got '10.1.0.1/16'",
        ),
        (
            {"authorized_ip_ranges": ["203.0.113.0/24", "home"]},
            "authorized_ip_ranges must be IPv4 addresses or ranges such as 203.0.113.0/24, got 'home'",
        ),
        (
            {"authorized_ip_ranges": ["203.0.113.0/24"], "private_cluster": True},
            "authorized_ip_ranges must not be given beside private_cluster: a private API server has no public address",
        ),
        (
            {"load_balancer_subnet": "front"},
            "load_balancer_subnet has no effect without load_balancer: internal, got 'front'",
        ),
        (
            {"load_balancer_subnet": "front", "load_balancer": "internal"},
            "load_balancer_subnet must be given beside subnet_id, whose network has it, got 'front'",
        ),
        (
            {"load_balancer_subnet": "a b", "load_balancer": "internal"},
            "load_balancer_subnet must be 1-80 letters, digits",
        ),
        ({"image_cleaner_hours": 1}, "image_cleaner_hours must be 24 to 2160, got 1"),
        (
            {"maintenance": MaintenanceOptions(hours=2)},
            "maintenance.hours must be 4 to 24, got 2",
        ),
        (
            {"maintenance": MaintenanceOptions(start_hour=24)},
            "maintenance.start_hour must be 0 to 23, got 24",
        ),
        (
            {"container_insights": True},
            "container_insights needs log_workspace_resource_id, which was not given",
        ),
        ({"base_name": "--"}, "base_name must contain a letter or a digit, got '--'"),
    ],
    ids=lambda value: "" if isinstance(value, str) else str(value)[:60],
)
def test_refused(changes, said):
    with pytest.raises(InvalidArgs) as refusal:
        AksClusterArgs(**{**ARGUMENTS, **changes})
    assert str(refusal.value).startswith(f"AksClusterArgs: {said}")


def test_all_problems_at_once():
    with pytest.raises(InvalidArgs) as refusal:
        AksClusterArgs(
            **ARGUMENTS,
            kubernetes_version="2",
            system_count=0,
            pools={"a": PoolOptions(count=-1), "b": PoolOptions(min_count=1)},
        )
    assert refusal.value.problems.keys() == {
        "kubernetes_version",
        "system_count",
        "pools.a.count",
        "pools.b.min_count",
    }


@pytest.mark.parametrize(
    "changes",
    [
        pools(vm_size="Standard_Q8s_v9", vcpus=8),
        pools(vm_size="Standard_NC6s_v3", count=1),
        pools(vm_size="Standard_NP10s", count=1, taints=["fpga=yes:NoSchedule"]),
        {**pools(count=1), "purpose": "dev-test"},
    ],
    ids=str,
)
def test_not_refused(changes):
    assert AksClusterArgs(**{**ARGUMENTS, **changes})
