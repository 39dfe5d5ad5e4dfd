"""The components that other programs may use, by their type."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pulumi


@dataclass(frozen=True)
class Component:
    """A module of `components`, loaded when one is constructed: azure-native takes its time."""

    module: str
    name: str

    def args(self) -> Any:
        """Its Args class."""
        return getattr(import_module(self.module), f"{self.name}Args")

    def component(self) -> type[pulumi.ComponentResource]:
        """The component's class."""
        found: type[pulumi.ComponentResource] = getattr(import_module(self.module), self.name)
        return found


COMPONENTS: Mapping[str, Component] = {
    "slipway:index:AciService": Component("components.aci_service", "AciService"),
    "slipway:index:AksCluster": Component("components.aks_cluster", "AksCluster"),
    "slipway:index:AksService": Component("components.aks_service", "AksService"),
    "slipway:index:ModelImage": Component("components.model_image", "ModelImage"),
    "slipway:index:RegisteredModel": Component("components.registered_model", "RegisteredModel"),
    "slipway:index:Workspace": Component("components.workspace", "Workspace"),
}
