"""The models of a stack's images: those that it registers, and registered ones."""

from typing import Any

import pulumi

from components.registered_model import RegisteredModel, RegisteredModelArgs
from slipway import outputs
from slipway.rules.references import ModelReference
from stacks.refusals import in_settings
from stacks.settings.problems import below
from stacks.settings.stack import KEYS, Settings


class Models:
    """Every model of the stack, declared once."""

    def __init__(self, settings: Settings, login_server: pulumi.Input[str]) -> None:
        self._login_server = login_server
        self._registered = {
            name: self._declared(below(KEYS["models"], name), name, name, **model.arguments())
            for name, model in settings.models.items()
        }
        self._looked_up: dict[ModelReference, RegisteredModel] = {}

    def get(self, model: ModelReference) -> RegisteredModel:
        """The model that an image names."""
        if model.version is None:
            return self._registered[model.name]
        if model not in self._looked_up:
            self._looked_up[model] = self._declared(
                KEYS["images"], str(model), model.name, version=model.version
            )
        return self._looked_up[model]

    def export(self) -> dict[str, Any]:
        """The models that the stack registers."""
        return {
            name: outputs.exported(
                outputs.ModelOutput, id=model.model_id, version=model.version, digest=model.digest
            )
            for name, model in self._registered.items()
        }

    def _declared(
        self, section: str, name: str, model_name: str, **arguments: Any
    ) -> RegisteredModel:
        with in_settings(section):
            return RegisteredModel(
                name,
                RegisteredModelArgs(
                    login_server=self._login_server, model_name=model_name, **arguments
                ),
            )
