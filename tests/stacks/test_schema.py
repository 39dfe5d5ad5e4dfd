from pathlib import Path

import jsonschema
import pytest
import yaml

from stacks import schema

ROOT = Path(__file__).parents[2]


@pytest.fixture
def validator():
    jsonschema.Draft202012Validator.check_schema(schema.schema())
    return jsonschema.Draft202012Validator(schema.schema())


def test_the_file_is_current():
    """After a change of the settings: `python -m stacks.schema`."""
    assert schema.PATH.read_text() == schema.text()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "stacks").glob("Pulumi.*.yaml")), ids=lambda p: p.name
)
def test_the_stacks_that_come_along_fit(validator, path):
    validator.validate(yaml.safe_load(path.read_text()))


@pytest.mark.parametrize(
    "config",
    [
        {"slipway:modles": {}},
        {"slipway:services": {"a": {"target": "aci", "image": "a-image:1", "cpuCore": 1}}},
        {"slipway:services": {"a": {"target": "lambda", "image": "a-image:1"}}},
        {"slipway:services": {"a": {"target": "aci", "image": "no number"}}},
        {"slipway:services": {"a": {"target": "aci", "image": "a-image:1", "cpuCores": 0}}},
        {"slipway:services": {"A": {"target": "aci", "image": "a-image:1"}}},
        {"slipway:images": {"a-image": {"models": []}}},
        {"slipway:images": {"a..b": {"models": ["a"]}}},
        {"slipway:workspace": {"existing": {"stack": "platform"}}},
        {"slipway:secrets": {"apiToken": "in plain text"}},
    ],
)
def test_an_editor_marks_what_the_program_would_refuse(validator, config):
    assert not validator.is_valid({"config": config})


def test_an_editor_takes_what_the_program_takes(validator):
    config = {
        "slipway:workspace": {"existing": {"resourceGroup": "g", "name": "n"}},
        "slipway:services": {"a": {"target": "aci", "image": "a-image:latest", "cpuCores": 2}},
        "slipway:secrets": {"apiToken": {"secure": "v1:sealed"}},
    }
    validator.validate({"config": config})


def test_other_providers_configuration_is_theirs(validator):
    assert validator.is_valid({"config": {"docker-build:host": "unix:///var/run/docker.sock"}})
