"""The IoT hub, to create or to use. Its form only: what creates one comes with the target `edge`, and the key
`slipway:hub` with that (`keys`)."""

from collections.abc import Collection, Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from slipway.rules.arm_ids import HUB_ID, PROVISIONING_ID
from slipway.rules.names import HUB_NAME, PROVISIONING_NAME
from stacks.settings.existing import Existing, MakeOrUse
from stacks.settings.texts import Text


class ExistingHub(Existing):
    """What to use, in exactly one of these ways: `stack`, `id`, or `resourceGroup` and `name`."""

    id: Annotated[Text, HUB_ID] | None = Field(default=None, description="Its ARM id.")
    name: Annotated[Text, HUB_NAME] | None = Field(
        default=None, description="Its name, beside `resourceGroup`."
    )


class ExistingProvisioning(Existing):
    """What to use, in exactly one of these ways: `stack`, `id`, or `resourceGroup` and `name`."""

    id: Annotated[Text, PROVISIONING_ID] | None = Field(default=None, description="Its ARM id.")
    name: Annotated[Text, PROVISIONING_NAME] | None = Field(
        default=None, description="Its name, beside `resourceGroup`."
    )


class ProvisioningSettings(MakeOrUse):
    """The provisioning service: settings to create it, or `existing` alone to use one."""

    existing: ExistingProvisioning | None = Field(
        default=None, description="Use an existing one instead."
    )


class HubSettings(MakeOrUse):
    """The IoT hub: settings to create it, or `existing` to use one."""

    beside: ClassVar[Collection[str]] = ("dps",)

    existing: ExistingHub | None = Field(default=None, description="Use an existing one instead.")
    dps: ProvisioningSettings | None = Field(
        default=None, description="Provisioning service that brings devices to the hub."
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Those of the hub, and of the provisioning service."""
        yield from super().problems()
        if self.dps is not None:
            for where, why in self.dps.problems():
                yield f"dps.{where}", why
