"""The cluster, to create or to use. Its form only: what creates one comes with the target `aks`, and the key
`slipway:cluster` with that (`keys`)."""

from typing import Annotated, ClassVar

from pydantic import Field

from slipway.rules.arm_ids import CLUSTER_ID
from slipway.rules.names import CLUSTER_NAME
from stacks.settings.existing import Existing, MakeOrUse
from stacks.settings.files import Kubeconfig
from stacks.settings.texts import Text


class ExistingCluster(Existing):
    """What to use, in exactly one of these ways: `stack`, `id`, `resourceGroup` and `name`, or `kubeconfig` and
    `context`."""

    forms: ClassVar[tuple[tuple[str, ...], ...]] = (*Existing.forms, ("kubeconfig", "context"))

    id: Annotated[Text, CLUSTER_ID] | None = Field(default=None, description="Its ARM id.")
    name: Annotated[Text, CLUSTER_NAME] | None = Field(
        default=None, description="Its name, beside `resourceGroup`."
    )
    kubeconfig: Kubeconfig | None = Field(
        default=None, description="File that leads to it, beside `context`; it is not exported."
    )
    context: Text | None = Field(
        default=None, description="Name of the context in the file, beside `kubeconfig`."
    )


class ClusterSettings(MakeOrUse):
    """The cluster: settings to create it, or `existing` alone to use one."""

    existing: ExistingCluster | None = Field(
        default=None, description="Use an existing one instead."
    )
