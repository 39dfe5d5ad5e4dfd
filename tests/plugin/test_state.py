"""Outputs of components, for a program in another process."""

import asyncio
import importlib
import pkgutil

import pulumi
import pytest

import components
from components.model_artifact import ModelArtifact
from plugin.state import output_names, state_of
from plugin.table import COMPONENTS
from slipway.provider.values import plain


class Made(pulumi.ComponentResource):
    plain_text: pulumi.Output[str]
    hidden: pulumi.Output[str]
    artifact: pulumi.Output[ModelArtifact]
    late: pulumi.Output[str]
    not_an_output: str

    def __init__(self):
        super().__init__("test:index:Made", "made")
        self.plain_text = pulumi.Output.from_input("a")
        self.hidden = pulumi.Output.secret("planted")
        self.artifact = pulumi.Output.from_input(
            ModelArtifact(name="m", path="/m", sha256="f", framework_version="1")
        )
        self.late = pulumi.Output.from_input(pulumi.UNKNOWN)
        self.not_an_output = "b"


def test_outputs_have_names_and_marks_of_the_wire(pulumi_mocks):
    found = {}

    def program():
        async def read():
            found["state"], found["dependencies"] = await state_of(made)

        made = Made()
        return asyncio.ensure_future(read())

    pulumi_mocks(program, preview=True)
    state = found["state"]
    assert set(state) == {"plainText", "hidden", "artifact", "late"}
    assert plain(state["plainText"]) == "a"
    assert state["hidden"].is_secret
    assert not state["plainText"].is_secret
    assert plain(state["artifact"]) == {
        "name": "m",
        "path": "/m",
        "sha256": "f",
        "framework": "",
        "frameworkVersion": "1",
    }
    assert plain(state["late"]) is pulumi.UNKNOWN


@pytest.mark.parametrize("type_", sorted(COMPONENTS))
def test_every_component_is_where_the_table_says(type_):
    kind = COMPONENTS[type_]
    assert kind.component().__name__ == type_.rpartition(":")[2]
    assert kind.args().__name__ == f"{kind.name}Args"
    assert output_names(kind.component())


def test_the_table_has_every_component():
    modules = [
        importlib.import_module(f"components.{module.name}")
        for module in pkgutil.iter_modules(components.__path__)
    ]
    types = {module.TYPE for module in modules if hasattr(module, "TYPE")}
    assert set(COMPONENTS) == types
