"""The workspace: a resource group with registry, pull identity and logs, to create or to use."""

from typing import Annotated

from pydantic import Field

from components.workspace import WorkspaceArgs
from slipway.rules.names import WORKSPACE_NAME
from stacks.settings.derived import made_of
from stacks.settings.existing import MakeOrUse
from stacks.settings.texts import Text


@made_of(WorkspaceArgs, without=("location", "base_name"))
class WorkspaceSettings(MakeOrUse):
    """The resource group with registry, pull identity and logs: settings to create it, or `existing`
    alone to use one that another stack created."""

    name: Annotated[Text, WORKSPACE_NAME] = Field(
        default="slipway",
        description="First part of all physical names, before the stack's. The registry's name, "
        "made of both, must be new among all registries of Azure.",
    )
