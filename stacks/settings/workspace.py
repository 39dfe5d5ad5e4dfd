"""The workspace: a resource group with registry, pull identity and logs, to create or to use."""

from typing import Annotated

from pydantic import Field

from components.workspace import WorkspaceArgs
from slipway.rules.arm_ids import RESOURCE_GROUP_ID
from slipway.rules.names import RESOURCE_GROUP_NAME, WORKSPACE_NAME
from stacks.settings.derived import made_of
from stacks.settings.existing import Existing, MakeOrUse
from stacks.settings.texts import Text


class ExistingWorkspace(Existing):
    """What to use, in exactly one of these ways: `stack`, `id`, or `resourceGroup` and `name`."""

    id: Annotated[Text, RESOURCE_GROUP_ID] | None = Field(
        default=None, description="ARM id of its resource group."
    )
    name: Annotated[Text, RESOURCE_GROUP_NAME] | None = Field(
        default=None,
        description="Its base name, beside `resourceGroup`; as a rule they are the same.",
    )


@made_of(WorkspaceArgs, without=("location", "base_name"))
class WorkspaceSettings(MakeOrUse):
    """The resource group with registry, pull identity and logs: settings to create it, or `existing`
    alone to use one that another stack created."""

    existing: ExistingWorkspace | None = Field(
        default=None, description="Use an existing one instead."
    )
    name: Annotated[Text, WORKSPACE_NAME] = Field(
        default="slipway",
        description="First part of all physical names, before the stack's. The registry's name, "
        "made of both, must be new among all registries of Azure.",
    )
