"""A service on Azure Container Instances: its settings, and the component that they become."""

from typing import ClassVar, Literal

from pydantic import Field

from components.aci.names import dns_name_label
from components.aci.options import AciOptions
from components.aci_service import AciService, AciServiceArgs
from components.service_wiring import GroupWiring
from stacks.settings.derived import made_of
from stacks.settings.service import Exports, GroupSettings, ServiceSettings, Surroundings, wired


@made_of(AciOptions)
class AciSettings(GroupSettings):
    """A service on Azure Container Instances: one container, the quickest target to set up."""

    options: ClassVar[type[AciOptions]] = AciOptions

    target: Literal["aci"] = Field(description="Where the service runs.")


def declare(
    name: str, settings: ServiceSettings, wiring: GroupWiring, around: Surroundings
) -> Exports:
    """Declare the service of these settings."""
    options = settings.arguments()
    if options["dns_name_label"] is None and options["subnet_id"] is None:
        options["dns_name_label"] = around.owner.apply(
            lambda parts: dns_name_label(wiring.service_name, *parts)
        )
    service = AciService(name, AciServiceArgs(**options, **wired(AciServiceArgs, wiring)))
    return {
        "name": service.service_name,
        "resource_group": wiring.resource_group,
        "scoring_uri": service.scoring_uri,
        "swagger_uri": service.swagger_uri,
    }
