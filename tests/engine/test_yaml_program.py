"""The example in Pulumi YAML: a program in another language uses the components."""

import json
import shutil
import sys
import urllib.request

import joblib
import numpy as np
import pytest

from tests.harness.deployment import ROOT, SAMPLE, trained, variables
from tools import toolchain, yaml_host

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

GROUP = "azure-native:containerinstance:ContainerGroup"


@pytest.fixture
def yaml_program(rehearsal, pulumi_engine, tmp_path, monkeypatch):
    """The example as it is, not deployed, beside a model of its own: `yaml_program(old="new")`."""
    folder = toolchain.find()
    if folder is None or not yaml_host.is_beside(folder):
        pytest.fail("there is no language host for YAML: make toolchain-yaml", pytrace=False)
    monkeypatch.setenv("PULUMI_CLI", str(folder))
    # The example lies two folders below the plug-in, and the engine's project two below this one.
    (tmp_path / "plugin").symlink_to(ROOT / "plugin")
    (tmp_path / ".venv").symlink_to(sys.prefix)

    def make(changes=()):
        text = (ROOT / "examples" / "yaml" / "Pulumi.yaml").read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        config = {"name": "yaml-team"}
        engine = pulumi_engine({"Pulumi.yaml": text}, config=config, env=variables(rehearsal))
        example = engine.cwd.parent / "diabetes"
        shutil.copytree(ROOT / "examples" / "diabetes", example, dirs_exist_ok=True)
        shutil.copyfile(trained(0.1, rehearsal.home), example / "model.pkl")
        return engine

    return make


def score(uri):
    request = urllib.request.Request(
        uri, json.dumps(SAMPLE).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def test_it_deploys_scores_stays_and_goes(yaml_program, rehearsal):
    engine = yaml_program()
    assert engine.preview().check().ops(GROUP) == ["create"]

    first = engine.up().check()
    outputs = engine.outputs()
    assert outputs["imageId"] == "diabetes-image:1"
    expected = joblib.load(trained(0.1, rehearsal.home)).predict(np.array(SAMPLE["data"]))
    assert score(outputs["scoringUri"]) == pytest.approx(expected.tolist())

    unchanged = engine.preview("--expect-no-changes").check()
    assert unchanged.changes == {"same": first.changes["create"]}

    engine.destroy().check()
    assert engine.resources() == []
    assert rehearsal.containers() == []


def test_keys_are_secrets_of_the_component(yaml_program):
    key = "outputs:\n  key: ${service.primaryKey}"
    engine = yaml_program([("cpuCores: 1", "auth: true"), ("outputs:", key)])
    update = engine.up().check()
    made = engine.outputs()["key"]
    assert len(made) > 30
    assert made not in update.text
    assert made not in json.dumps(engine.resources())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cpuCores: 1", "cpuCores: 99", "cpuCores must be"),
        ("cpuCores: 1", "cpuCoers: 1", "cpuCoers"),
        ("model.pkl", "nothing.pkl", "path must be an existing file"),
    ],
    ids=["value", "name", "file"],
)
def test_what_is_wrong_is_named_as_the_program_names_it(yaml_program, old, new, said):
    refused = yaml_program([(old, new)]).preview()
    assert not refused.ok
    assert said in refused.text
    assert "Traceback" not in refused.text
