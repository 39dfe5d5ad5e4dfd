"""docs/components.md names what the components take and give, no more and no less."""

import importlib
import re
from dataclasses import fields
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "components.md").read_text()
SECTIONS = {
    name: body for name, body in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
}
MODULES = {
    "Workspace": "workspace",
    "RegisteredModel": "registered_model",
    "ModelImage": "model_image",
    "AciService": "aci_service",
    "AksCluster": "aks_cluster",
}


def test_every_component_has_its_section():
    assert set(SECTIONS) == set(MODULES)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_arguments(name):
    module = importlib.import_module(f"components.{MODULES[name]}")
    rows = re.findall(r"^\| (`.*?) \|", SECTIONS[name], re.M)
    told = {argument for row in rows for argument in re.findall(r"`(\w+)`", row)}
    assert told == {field.name for field in fields(getattr(module, f"{name}Args"))}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_outputs(name):
    module = importlib.import_module(f"components.{MODULES[name]}")
    annotated = getattr(module, name).__annotations__
    outputs = {n for n, kind in annotated.items() if "Output" in str(kind)}
    sentences = SECTIONS[name][SECTIONS[name].index("Outputs:") :].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", sentences)) == outputs


@pytest.mark.parametrize("name", sorted(MODULES))
def test_token(name):
    module = importlib.import_module(f"components.{MODULES[name]}")
    assert f"`{module.TYPE}`" in SECTIONS[name]
