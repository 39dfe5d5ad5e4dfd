"""What collects a cluster's logs and metrics: the switches of the cluster alone ship nothing."""

from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from components.cluster.names import ClusterNames

_LOGS, _METRICS = "Microsoft-ContainerInsights-Group-Default", "Microsoft-PrometheusMetrics"


@dataclass(frozen=True, kw_only=True)
class Monitored:
    """The cluster whose logs and metrics are collected, and where what collects them lives."""

    parent: pulumi.Resource
    name: str
    """First part of the resources' names in the stack."""
    names: ClusterNames
    resource_group: pulumi.Input[str]
    location: pulumi.Input[str]
    cluster_id: pulumi.Input[str]

    def options(self) -> pulumi.ResourceOptions:
        """Part of the cluster's component."""
        return pulumi.ResourceOptions(parent=self.parent)


def collect_logs(of: Monitored, log_workspace_id: pulumi.Input[str]) -> None:
    """Container Insights into a Log Analytics workspace (its ARM id)."""
    rule = azure.monitor.DataCollectionRule(
        f"{of.name}-logs",
        data_collection_rule_name=f"{of.names.collection}-logs",
        resource_group_name=of.resource_group,
        location=of.location,
        kind="Linux",
        data_sources={
            "extensions": [
                {
                    "name": "ContainerInsights",
                    "extension_name": "ContainerInsights",
                    "streams": [_LOGS],
                }
            ]
        },
        destinations={
            "log_analytics": [{"name": "workspace", "workspace_resource_id": log_workspace_id}]
        },
        data_flows=[{"streams": [_LOGS], "destinations": ["workspace"]}],
        opts=of.options(),
    )
    _associate(of, "logs", rule.id)


def collect_metrics(of: Monitored) -> pulumi.Output[str]:
    """Managed Prometheus into an Azure Monitor workspace of its own, whose ARM id is returned."""
    workspace = azure.monitor.AzureMonitorWorkspace(
        f"{of.name}-prometheus",
        azure_monitor_workspace_name=of.names.prometheus,
        resource_group_name=of.resource_group,
        location=of.location,
        opts=of.options(),
    )
    endpoint = azure.monitor.DataCollectionEndpoint(
        f"{of.name}-metrics-endpoint",
        data_collection_endpoint_name=f"{of.names.collection}-metrics",
        resource_group_name=of.resource_group,
        location=of.location,
        kind="Linux",
        opts=of.options(),
    )
    rule = azure.monitor.DataCollectionRule(
        f"{of.name}-metrics",
        data_collection_rule_name=f"{of.names.collection}-metrics",
        resource_group_name=of.resource_group,
        location=of.location,
        kind="Linux",
        data_collection_endpoint_id=endpoint.id,
        data_sources={
            "prometheus_forwarder": [{"name": "PrometheusDataSource", "streams": [_METRICS]}]
        },
        destinations={
            "monitoring_accounts": [{"name": "workspace", "account_resource_id": workspace.id}]
        },
        data_flows=[{"streams": [_METRICS], "destinations": ["workspace"]}],
        opts=of.options(),
    )
    _associate(of, "metrics", rule.id)
    return workspace.id


def _associate(of: Monitored, what: str, rule_id: pulumi.Input[str]) -> None:
    azure.monitor.DataCollectionRuleAssociation(
        f"{of.name}-{what}-association",
        association_name=f"{of.names.collection}-{what}",
        resource_uri=of.cluster_id,
        data_collection_rule_id=rule_id,
        opts=of.options(),
    )
