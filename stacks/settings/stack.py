"""Everything that a stack's configuration says, secrets apart.

Configuration keys are `slipway:<field>` in camelCase, and `azure-native:location`.
"""

from typing import Annotated

from pydantic import Field
from pydantic.alias_generators import to_camel

from slipway.rules.names import IMAGE_NAME, MODEL_NAME, RESOURCE_GROUP_NAME, SERVICE_NAME
from slipway.rules.regions import REGION
from stacks.settings.images import ImageSettings
from stacks.settings.models import ModelSettings
from stacks.settings.section import Section
from stacks.settings.service import ServiceSettings
from stacks.settings.targets import ByTarget
from stacks.settings.workspace import WorkspaceSettings


class Settings(Section):
    """One environment: the workspace that it creates or uses, and models, images and services by name."""

    location: Annotated[str, REGION] = Field(
        description="Azure region of everything that the stack creates, such as westeurope."
    )
    workspace: WorkspaceSettings = Field(
        default=WorkspaceSettings(), description="Workspace to create or to use."
    )
    resource_group: Annotated[str, RESOURCE_GROUP_NAME] | None = Field(
        default=None,
        description="Name of the resource group that the stack creates for its services, beside "
        "`slipway:workspace.existing`; by default made of project and stack.",
    )
    models: dict[Annotated[str, MODEL_NAME], ModelSettings] = Field(
        default={}, description="Models to register, by name."
    )
    images: dict[Annotated[str, IMAGE_NAME], ImageSettings] = Field(
        default={}, description="Images to build, by name."
    )
    services: dict[Annotated[str, SERVICE_NAME], Annotated[ServiceSettings, ByTarget()]] = Field(
        default={}, description="Services to run, by name."
    )

    def sends_telemetry(self, image: str) -> bool:
        """Whether a service of this image sends its telemetry, whichever version it runs now: a build does not
        change when a service turns to a version of it."""
        services = self.services.values()
        return any(each.app_insights and each.image.name == image for each in services)


KEYS = {
    name: "azure-native:location" if name == "location" else f"slipway:{to_camel(name)}"
    for name in Settings.model_fields
}
"""Field -> the configuration key it is read from."""
