"""Every Azure resource that a component makes can be looked up by `slipway recover`."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pulumi
import pytest

from slipway.cloud.arm_ids import TYPES

ROOT = Path(__file__).resolve().parents[2]
AZURE = "pulumi_azure_native"


def made_by_components():
    """Resource classes of azure-native that the components' source names, by type token."""
    found = {}
    for path in sorted((ROOT / "components").rglob("*.py")):
        for module, name in named(ast.parse(path.read_text(encoding="utf-8"))):
            thing = getattr(importlib.import_module(f"{AZURE}.{module}"), name)
            if inspect.isclass(thing) and issubclass(thing, pulumi.CustomResource):
                found[f"azure-native:{module}:{name}"] = thing
    return found


def named(tree):
    """Module of azure-native, and a name in it."""
    local = dict(imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            first, *rest = ast.unparse(node).split(".")
            *module, name = [*local.get(first, first).split("."), *rest]
            if module[:1] == [AZURE] and len(module) == 2:
                yield module[1], name


def imported(tree):
    """Name in the source -> what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((one.asname, one.name) for one in node.names if one.asname)
        elif isinstance(node, ast.ImportFrom):
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)


MADE = made_by_components()


def test_the_components_were_read():
    assert "azure-native:containerinstance:ContainerGroup" in MADE


@pytest.mark.parametrize("type_token", sorted(MADE))
def test_a_resource_that_components_make_can_be_looked_up(type_token):
    assert type_token in TYPES, "add its id to src/slipway/cloud/arm_ids.py"
    placeholders = set(re.findall(r"{(\w+)}", TYPES[type_token].template)) - {"subscription"}
    arguments = inspect.signature(MADE[type_token]._internal_init).parameters
    assert {snake(name) for name in placeholders} <= set(arguments)


def snake(name):
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()
