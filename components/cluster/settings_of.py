"""A cluster's options as Azure's API has them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from components.cluster.options import SYSTEM_POOL, ClusterOptions
from slipway.rules.kubernetes_versions import minor

if TYPE_CHECKING:
    from pulumi_azure_native.containerservice import (
        ContainerServiceNetworkProfileArgsDict,
        MaintenanceWindowArgsDict,
        ManagedClusterAgentPoolProfileArgsDict,
        ManagedClusterAPIServerAccessProfileArgsDict,
        ManagedClusterAutoUpgradeProfileArgsDict,
        ManagedClusterSecurityProfileArgsDict,
        ManagedClusterSecurityProfileImageCleanerArgsDict,
    )

_SERVICE_CIDR, _DNS_SERVICE_IP = "10.0.0.0/16", "10.0.0.10"


def fixed(options: ClusterOptions) -> Mapping[str, str]:
    """What azure-native replaces the cluster for, by the names of arguments: Azure cannot change it."""
    return {
        "service_cidr": options.service_cidr or _SERVICE_CIDR,
        "dns_service_ip": options.dns_service_ip or _DNS_SERVICE_IP,
        "pod_cidr": options.pod_cidr,
    }


def network_profile(options: ClusterOptions) -> "ContainerServiceNetworkProfileArgsDict":
    """Azure CNI with an overlay, so that pods take no addresses of the subnet; what Azure cannot change is stated."""
    values = fixed(options)
    return {
        "network_plugin": "azure",
        "network_plugin_mode": "overlay",
        # Without an engine for them network policies are accepted and do nothing.
        "network_dataplane": "cilium",
        "network_policy": "cilium",
        "service_cidr": values["service_cidr"],
        "dns_service_ip": values["dns_service_ip"],
        "pod_cidr": values["pod_cidr"],
        "outbound_type": "loadBalancer",
        "load_balancer_sku": "standard",
    }


def system_pool(options: ClusterOptions) -> "ManagedClusterAgentPoolProfileArgsDict":
    """The pool that is part of the cluster, for as long as there is the cluster: the last one cannot be deleted, and
    none can be added or renamed through the cluster."""
    pool: ManagedClusterAgentPoolProfileArgsDict = {
        "name": SYSTEM_POOL,
        "mode": "System",
        "type": "VirtualMachineScaleSets",
        "vm_size": options.system_vm_size,
        "count": options.system_count,
        "os_type": "Linux",
        # The only taint that Azure allows on it: services have pools of their own.
        "node_taints": ["CriticalAddonsOnly=true:NoSchedule"],
    }
    if options.zones:
        pool["availability_zones"] = list(options.zones)
    if options.subnet_id is not None:
        pool["vnet_subnet_id"] = options.subnet_id
    return pool


def api_server(options: ClusterOptions) -> "ManagedClusterAPIServerAccessProfileArgsDict":
    """Who reaches the API server."""
    access: ManagedClusterAPIServerAccessProfileArgsDict = {
        "enable_private_cluster": options.private_cluster
    }
    if options.authorized_ip_ranges:
        access["authorized_ip_ranges"] = list(options.authorized_ip_ranges)
    return access


def security(options: ClusterOptions) -> "ManagedClusterSecurityProfileArgsDict":
    """Workload identity, and whether unused images are removed."""
    hours = options.image_cleaner_hours
    cleaner: ManagedClusterSecurityProfileImageCleanerArgsDict = {"enabled": hours is not None}
    if hours is not None:
        cleaner["interval_hours"] = hours
    return {"workload_identity": {"enabled": True}, "image_cleaner": cleaner}


def upgrades(options: ClusterOptions) -> "ManagedClusterAutoUpgradeProfileArgsDict":
    """Patches come by themselves where a minor version was chosen. A patch that was chosen would be gone back to by the
    next update if Azure raised it."""
    chosen = options.kubernetes_version
    return {
        "upgrade_channel": "patch" if minor(chosen) == chosen else "none",
        "node_os_upgrade_channel": "NodeImage",
    }


def maintenance_windows(options: ClusterOptions) -> "Mapping[str, MaintenanceWindowArgsDict]":
    """Both windows by Azure's names for them: of Kubernetes' versions, and of the machines' images."""
    when = options.maintenance
    window: MaintenanceWindowArgsDict = {
        "duration_hours": when.hours,
        "start_time": f"{when.start_hour:02}:00",
        "utc_offset": "+00:00",
        "schedule": {"weekly": {"day_of_week": when.day, "interval_weeks": 1}},
    }
    return {"aksManagedAutoUpgradeSchedule": window, "aksManagedNodeOSUpgradeSchedule": window}
