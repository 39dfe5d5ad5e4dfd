"""Numbers, dates and truth values in text settings are what the user wrote."""

import pytest

from stacks import configuration
from tests.harness.configurations import changed

SERVICE = "slipway:services/diabetes"

FILE = """
config:
  azure-native:location: westeurope
  slipway:models:
    diabetes:
      path: model.pkl
      framework: ScikitLearn
      frameworkVersion: 1.10
      tags: {release: 1.10, day: 2026-01-02, on: yes, hex: 0x1F}
  slipway:images:
    diabetes-image: {models: [diabetes], entryScript: score.py, condaFile: myenv.yml}
  slipway:services:
    diabetes:
      target: aci
      image: diabetes-image:latest
      cpuCores: 1.50
      environment: {ON: true, ZIP: 00501, RATE: 1e3, WHEN: 2026-1-2}
"""
# As the engine hands over what its own YAML reader made of that.
GIVEN = {
    "slipway:models/diabetes/framework": "ScikitLearn",
    "slipway:models/diabetes/frameworkVersion": 1.1,
    "slipway:models/diabetes/tags": {
        "release": 1.1,
        "day": "2026-01-02T00:00:00Z",
        "on": "yes",
        "hex": 31,
    },
    f"{SERVICE}/cpuCores": 1.5,
    f"{SERVICE}/environment": {
        "ON": True,
        "ZIP": 321,
        "RATE": 1000,
        "WHEN": "2026-01-02T00:00:00Z",
    },
}


@pytest.fixture
def load(pulumi_mocks, project):
    def run(config):
        found = []
        pulumi_mocks(lambda: found.append(configuration.load()[0]), config=config)
        return found[0]

    return run


def test_texts_are_as_they_were_written(load, stack_file):
    stack_file(FILE)
    settings = load(changed(GIVEN))
    model = settings.models["diabetes"].arguments()
    assert model["framework_version"] == "1.10"
    assert model["tags"] == {"release": "1.10", "day": "2026-01-02", "on": "yes", "hex": "0x1F"}
    service = settings.services["diabetes"].arguments()
    assert service["cpu_cores"] == 1.5
    assert service["environment"] == {
        "ON": "true",
        "ZIP": "00501",
        "RATE": "1e3",
        "WHEN": "2026-1-2",
    }


def test_a_file_that_says_something_else_is_not_believed(load, stack_file):
    stack_file(FILE.replace("1.10", "2.20").replace("2026-01-02", "2027-01-02"))
    model = load(changed(GIVEN)).models["diabetes"].arguments()
    assert model["framework_version"] == "1.1"
    assert model["tags"]["day"] == "2026-01-02T00:00:00Z"


@pytest.mark.parametrize("text", ["", "config:", "config: [1]", "config: {a: *b}", "[" * 5000])
def test_a_file_that_cannot_be_read_is_left_to_the_engine(load, stack_file, text):
    stack_file(text)
    assert load(changed(GIVEN)).location == "westeurope"


def test_texts_that_yaml_took_for_truth_are_texts(load):
    true = {"slipway:models/diabetes/description": True, f"{SERVICE}/description": False}
    settings = load(changed(true))
    assert settings.models["diabetes"].arguments()["description"] == "true"
    assert settings.services["diabetes"].arguments()["description"] == "false"
