"""A service on Azure Kubernetes Service: its settings, and the component that they become."""

from typing import ClassVar, Literal

import pulumi
from pydantic import Field

from components.aks.options import AksOptions
from components.aks_service import AksService, AksServiceArgs
from components.errors import InvalidArgs
from components.service_wiring import GroupWiring
from stacks.settings.derived import made_of
from stacks.settings.service import Exports, ServiceCluster, ServiceSettings, Surroundings, wired

_ARM_ID = "/subscriptions/"


@made_of(AksOptions)
class AksSettings(ServiceSettings):
    """A service on Azure Kubernetes Service: the target for production. Its container's output goes where the cluster
    sends that of all its containers."""

    options: ClassVar[type[AksOptions]] = AksOptions

    target: Literal["aks"] = Field(description="Where the service runs.")


def declare(
    name: str, settings: ServiceSettings, wiring: GroupWiring, around: Surroundings
) -> Exports:
    """Declare the service of these settings. Raises `InvalidArgs` in a stack without a cluster."""
    cluster = around.cluster
    if cluster is None:
        raise InvalidArgs(
            AksServiceArgs.__name__,
            {
                "target": "needs a cluster: give slipway:cluster, to create one or to use one, got 'aks'"
            },
        )
    arguments = AksServiceArgs(
        **settings.arguments(), **wired(AksServiceArgs, wiring), cluster=cluster.wiring
    )
    service = AksService(name, arguments, _inside(cluster))
    named = pulumi.Output.from_input(cluster.wiring.identifier)
    return {
        "name": service.service_name,
        "namespace": service.namespace,
        "cluster_id": named.apply(lambda known: known if known.startswith(_ARM_ID) else ""),
        "context": named.apply(lambda known: "" if known.startswith(_ARM_ID) else known),
        "scoring_uri": service.scoring_uri,
        "swagger_uri": service.swagger_uri,
    }


def _inside(cluster: ServiceCluster) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(providers=[cluster.provider], deleted_with=cluster.made)
