"""What holds for every component: identity, constructors, files."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from dataclasses import fields, is_dataclass

import pulumi
import pytest

import components
from components.errors import InvalidArgs

TOKENS = {
    "AciService": "slipway:index:AciService",
    "AksCluster": "slipway:index:AksCluster",
    "AksService": "slipway:index:AksService",
    "ModelImage": "slipway:index:ModelImage",
    "RegisteredModel": "slipway:index:RegisteredModel",
    "Workspace": "slipway:index:Workspace",
}
MODULES = [
    importlib.import_module(f"components.{module.name}")
    for module in pkgutil.iter_modules(components.__path__)
    if not module.ispkg
]
FOUND = {
    name: (module, thing)
    for module in MODULES
    for name, thing in vars(module).items()
    if inspect.isclass(thing)
    and issubclass(thing, pulumi.ComponentResource)
    and thing.__module__ == module.__name__
}


def test_every_component_keeps_its_token():
    """A token is identity: a change of it replaces everything below, unless an alias says what it
    was."""
    assert {name: module.TYPE for name, (module, _) in FOUND.items()} == TOKENS


def test_one_component_per_module():
    modules = [module.__name__ for module, _ in FOUND.values()]
    assert len(set(modules)) == len(modules)


@pytest.mark.parametrize("name", sorted(TOKENS))
def test_constructors_look_alike(name):
    _, component = FOUND[name]
    assert list(inspect.signature(component).parameters) == ["name", "args", "opts"]


@pytest.mark.parametrize("name", sorted(TOKENS))
def test_arguments_are_frozen_and_by_keyword(name):
    module, _ = FOUND[name]
    args = getattr(module, f"{name}Args")
    assert is_dataclass(args)
    assert args.__dataclass_params__.frozen
    assert all(field.kw_only for field in fields(args))


@pytest.mark.parametrize("name", sorted(TOKENS))
def test_outputs_are_annotated(name):
    _, component = FOUND[name]
    outputs = [n for n, kind in component.__annotations__.items() if "Output" in str(kind)]
    assert outputs, "a component says what comes out of it"


def test_importing_components_registers_nothing():
    """Without an engine a registration is an error, so an import that made one would fail."""
    code = "import " + ", ".join(module.__name__ for module in MODULES)
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_refusals_are_shown_without_a_traceback():
    """Pulumi prints a RunError as its sentence. A ValueError that leaves an `apply` would be
    wrapped in one that prints the resource's inputs."""
    assert issubclass(InvalidArgs, pulumi.RunError)
    assert not issubclass(InvalidArgs, ValueError | AssertionError)
