"""The examples in Pulumi YAML and Python: programs of their own that use the components."""

import json
import shutil
from pathlib import Path

import pytest

from tests.harness.deployment import ROOT
from tests.harness.example_programs import ExamplePrograms, deployable, predicted, score
from tools import places, yaml_host

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

GROUP = "azure-native:containerinstance:ContainerGroup"


@pytest.fixture
def example_program(rehearsal, pulumi_engine, tmp_path):
    if not yaml_host.is_beside(Path(shutil.which("pulumi")).parent):
        pytest.fail("there is no language host for YAML: make toolchain-yaml", pytrace=False)
    return ExamplePrograms(rehearsal, pulumi_engine, tmp_path)


@pytest.mark.parametrize("language", deployable())
def test_it_deploys_scores_stays_and_goes(example_program, rehearsal, language):
    engine = example_program(language)
    assert engine.preview().check().ops(GROUP) == ["create"]

    first = engine.up().check()
    outputs = engine.outputs()
    assert outputs["imageId"] == "diabetes-image:1"
    assert score(outputs["scoringUri"]) == pytest.approx(predicted(rehearsal))

    unchanged = engine.preview("--expect-no-changes").check()
    assert unchanged.changes == {"same": first.changes["create"]}

    engine.destroy().check()
    assert engine.resources() == []
    assert rehearsal.containers() == []


def test_keys_are_secrets_of_the_component(example_program):
    with_key = [
        ("cpuCores: 1", "auth: true"),
        ("outputs:", "outputs:\n  key: ${service.primaryKey}"),
    ]
    engine = example_program("yaml", with_key)
    update = engine.up().check()
    key = engine.outputs()["key"]
    assert len(key) > 30
    assert key not in update.text
    assert key not in json.dumps(engine.resources())


WRONG = [
    ("cpuCores: 1", "cpuCores: 99", "cpuCores must be"),
    ("cpuCores: 1", "cpuCoers: 1", "cpuCoers"),
    ("model.pkl", "nothing.pkl", "path must be an existing file"),
]


def test_what_is_wrong_is_named_as_the_program_names_it(example_program):
    engine = example_program("yaml")
    program = engine.cwd / "Pulumi.yaml"
    text = program.read_text()
    for old, new, said in WRONG:
        assert old in text
        program.write_text(text.replace(old, new))
        refused = engine.preview()
        assert not refused.ok
        assert said in refused.text
        assert "Traceback" not in refused.text


@pytest.mark.skipif(
    not places.build_folder().exists(), reason="the vendor's language host would put pip into .venv"
)
def test_the_engine_reads_the_schema(pulumi_engine):
    shown = pulumi_engine("").run("package", "get-schema", str(ROOT / "plugin")).check()
    schema = json.loads(shown.stdout)
    assert schema["resources"]["slipway:index:AciService"]["isComponent"] is True
    assert schema.keys() >= {"functions", "types"}
