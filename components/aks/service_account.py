"""Who a service's pods are: nobody to the cluster, and to Azure the identity that they are given."""

from typing import TYPE_CHECKING

import pulumi
import pulumi_kubernetes as kubernetes

from components.aks.labels import metadata
from components.aks.names import AksNames

if TYPE_CHECKING:
    from pulumi_kubernetes.core.v1 import ServiceAccount

_CLIENT_ID = "azure.workload.identity/client-id"


def service_account(
    names: AksNames,
    namespace: pulumi.Input[str],
    client_id: pulumi.Input[str] | None,
    opts: pulumi.ResourceOptions,
) -> "ServiceAccount":
    """`client_id` is that of the identity with a federated credential for this account."""
    return kubernetes.core.v1.ServiceAccount(
        names.part("service-account"),
        metadata=metadata(
            names.service,
            names.service,
            namespace,
            None if client_id is None else {_CLIENT_ID: client_id},
        ),
        automount_service_account_token=False,
        opts=opts,
    )
