"""The provider for what is inside a cluster: one for each cluster, and never the one that a kubeconfig of the machine
happens to lead to."""

import pulumi
import pulumi_kubernetes as kubernetes

from components.cluster_wiring import ClusterWiring


def cluster_provider(
    name: str, cluster: ClusterWiring, opts: pulumi.ResourceOptions | None = None
) -> kubernetes.Provider:
    """The provider of that cluster. It is told the cluster's identity, so that a new kubeconfig replaces nothing."""
    return kubernetes.Provider(
        name,
        kubeconfig=pulumi.Output.secret(cluster.kubeconfig),
        context=cluster.context,
        cluster_identifier=cluster.identifier,
        # Otherwise a changed Secret is deleted and made again: in between no pod starts.
        enable_secret_mutable=True,
        enable_server_side_apply=True,
        # A cluster that does not answer is an error: what is in it must stay in the state.
        delete_unreachable=False,
        opts=opts,
    )
