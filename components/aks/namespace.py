"""A namespace of a service's own."""

from typing import TYPE_CHECKING

import pulumi
import pulumi_kubernetes as kubernetes

from components.aks.labels import labels
from components.aks.names import AksNames

if TYPE_CHECKING:
    from pulumi_kubernetes.core.v1 import Namespace

_SECURITY = "pod-security.kubernetes.io/{}"


def own_namespace(names: AksNames, namespace: str, opts: pulumi.ResourceOptions) -> "Namespace":
    """One that takes no pod that the restricted Pod Security Standard does not allow."""
    return kubernetes.core.v1.Namespace(
        names.part("namespace"),
        metadata={
            "name": namespace,
            "labels": {
                **labels(names.service),
                **{_SECURITY.format(mode): "restricted" for mode in ("enforce", "warn")},
            },
        },
        opts=opts,
    )
