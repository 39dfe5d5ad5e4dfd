"""Which composition a stack's `slipway:target` names."""

from collections.abc import Callable, Mapping

import pulumi

from stacks import aci
from stacks.configuration import Secrets
from stacks.settings import Settings

Deploy = Callable[[Settings, Secrets], Mapping[str, pulumi.Input[object]]]

TOPOLOGIES: Mapping[str, Deploy] = {"aci": aci.deploy}


def deploy(settings: Settings, secrets: Secrets) -> Mapping[str, pulumi.Input[object]]:
    """Declare the stack's topology and return what it exports."""
    return TOPOLOGIES[settings.target](settings, secrets)
