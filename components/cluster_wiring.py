"""How a program reaches the cluster that its services run on: made by it, or only used."""

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class ClusterWiring:
    """One cluster of Kubernetes."""

    kubeconfig: pulumi.Input[str]
    """What leads to it, as YAML or JSON: a secret, whether it comes as one or not."""
    context: str | None = None
    """Context in the kubeconfig; its current one by default."""
    identifier: pulumi.Input[str]
    """What stays the same for as long as it is the same cluster: its ARM id, or else the context. Another one means
    that everything in the cluster is replaced."""
    oidc_issuer: pulumi.Input[str] | None = None
    """Issuer of its service accounts' tokens, where workload identity is on."""
