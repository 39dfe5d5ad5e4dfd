"""Where services run: each target's settings and component. A new target is one line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pulumi

from components.service_wiring import ServiceWiring
from stacks.settings import aci
from stacks.settings.service import Owner, ServiceSettings

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class ScoringService(Protocol):
    """What the component of every target gives out."""

    service_name: pulumi.Output[str]
    scoring_uri: pulumi.Output[str]
    swagger_uri: pulumi.Output[str]


@dataclass(frozen=True)
class Target:
    """One place where services run."""

    settings: type[ServiceSettings]
    declare: Callable[[str, ServiceSettings, ServiceWiring, pulumi.Output[Owner]], ScoringService]


TARGETS: Mapping[str, Target] = {
    "aci": Target(aci.AciSettings, aci.declare),
}


class ByTarget:
    """Says to pydantic that a service's settings are those of its target."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        from pydantic_core import core_schema

        choices = {name: handler(target.settings) for name, target in TARGETS.items()}
        return core_schema.tagged_union_schema(choices, discriminator="target")
