"""Where services run: each target's settings and component. A new target is one line here.

What other rooms need to know of it, `tests/contracts/test_targets.py` says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.service_wiring import GroupWiring
from stacks.settings import aci
from stacks.settings.service import Exports, ServiceSettings, Surroundings

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


@dataclass(frozen=True)
class Target:
    """One place where services run."""

    settings: type[ServiceSettings]
    declare: Callable[[str, ServiceSettings, GroupWiring, Surroundings], Exports]
    """Declares the component of these settings."""


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
