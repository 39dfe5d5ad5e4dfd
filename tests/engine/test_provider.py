"""The provider under the real engine: previews, secrets in the state, refresh, import, cancel, errors."""

import json
import socket
import time
import uuid
from pathlib import Path

import pytest
import yaml

from pytest_pulumi import Secret
from slipway.registry.client import RegistryClient
from tests.harness.deployment import ROOT

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

MODEL = "slipway:index:ModelVersion"
SMOKE = "slipway:index:SmokeTest"
PROJECT = {
    "name": "own",
    "runtime": {"name": "python", "options": {"virtualenv": str(ROOT / ".venv")}},
    "plugins": {"providers": [{"name": "slipway", "path": str(ROOT / "plugin")}]},
}

REGISTERED = """
import pulumi
from slipway.resources.model_version import ModelVersion, ModelVersionArgs
from slipway.resources.service_keys import ServiceKeys, ServiceKeysArgs

given = pulumi.Config()
keys = ServiceKeys("keys", ServiceKeysArgs())
model = ModelVersion(
    "diabetes",
    ModelVersionArgs(
        login_server=given.require("registry"),
        model_name=given.require("name"),
        path="model.pkl",
        tags={"owner": given.require_secret("owner"), "my_area": "diabetes"},
        # Not known before the keys are, so a preview has an argument that it does not know.
        description=pulumi.Output.unsecret(keys.primary_key).apply(lambda key: f"{len(key)} characters"),
    ),
)
pulumi.export("version", model.version)
pulumi.export("primary_key", keys.primary_key)
"""

ASKING = """
import pulumi
from slipway.resources.smoke_test import SmokeTest, SmokeTestArgs

SmokeTest(
    "smoke",
    SmokeTestArgs(
        scoring_uri=pulumi.Config().require("uri"),
        body="{}",
        resource_group="rg",
        container_group="group",
        container="scoring",
        trigger="a",
    ),
)
"""

LOOKING = """
import pulumi
from slipway.resources.model_lookup import ModelLookup, ModelLookupArgs

given = pulumi.Config()
ModelLookup(
    "diabetes",
    ModelLookupArgs(
        login_server=given.require("registry"), model_name=given.require("name"), version=9
    ),
)
"""


@pytest.fixture
def engine(pulumi_engine, azure):
    """engine(program, **config) -> a stack whose provider talks to the registry of the tests."""

    def start(program: str, **config):
        files = {"Pulumi.yaml": yaml.safe_dump(PROJECT), "__main__.py": program}
        return pulumi_engine(files, config=config, env=azure.environment)

    return start


@pytest.fixture
def place(azure):
    return {"registry": azure.login_server, "name": f"model-{uuid.uuid4().hex[:8]}"}


def text_of_the_state(engine) -> str:
    """As it lies in the backend, and as `pulumi stack export` prints it."""
    files = engine.backend.rglob("*.json")
    return "".join(Path(file).read_text() for file in files) + json.dumps(engine.export())


def test_the_life_of_a_model(engine, place, azure):
    stack = engine(REGISTERED, owner=Secret("planted-owner"), **place)
    file = stack.cwd / "model.pkl"
    file.write_bytes(b"one")
    models = RegistryClient(azure.login_server).models

    preview = stack.preview().check()
    assert f'modelId    : "{place["name"]}:1"' in preview.text
    assert models.list(place["name"]) == []

    stack.up().check()
    (model,) = models.list(place["name"])
    assert dict(model.tags) == {"owner": "planted-owner", "my_area": "diabetes"}
    assert model.description == "43 characters"
    key = stack.outputs()["primary_key"]
    assert "planted-owner" not in text_of_the_state(stack)
    assert key not in text_of_the_state(stack)
    assert stack.preview("--expect-no-changes").ok
    assert stack.refresh("--expect-no-changes").ok

    file.write_bytes(b"two")
    text = stack.preview().check().text
    assert "version: 1 => 2" in text
    assert f'"{place["name"]}:1" => "{place["name"]}:2"' in text
    assert "planted-owner" not in text
    stack.up().check()
    assert stack.outputs()["version"] == 2

    # What was deleted behind the stack's back is gone, and comes back.
    models.delete(place["name"], 2)
    stack.refresh().check()
    assert stack.resources(MODEL) == []
    assert stack.up().check().ops(MODEL) == ["create"]
    assert stack.outputs()["version"] == 3

    # Adopted again after the state has lost it.
    (registered,) = stack.resources(MODEL)
    stack.run("state", "delete", registered["urn"], "--yes").check()
    place_id = f"{place['registry']}/{place['name']}:3"
    imported = stack.import_(MODEL, "diabetes", place_id).check()
    assert "failed to validate" not in imported.text
    (adopted,) = stack.resources(MODEL)
    assert (adopted["outputs"]["version"], adopted["outputs"]["registered"]) == (3, [3])
    assert stack.preview("--expect-no-changes", "--diff").ok

    stack.destroy().check()
    assert [one.version for one in models.list(place["name"])] == [1]


def test_what_is_wrong_is_told_at_once_in_sentences(engine, place):
    wrong = REGISTERED
    for right, instead in {
        '"model.pkl"': '"nothing.pkl"',
        'given.require("name")': '"a/b"',
        '{"owner": given.require_secret("owner"), "my_area": "diabetes"}': (
            'given.require_secret("owner")'
        ),
    }.items():
        wrong = wrong.replace(right, instead)
    stack = engine(wrong, owner=Secret("planted-owner"), **place)
    refused = stack.preview()
    assert not refused.ok
    assert "The model file nothing.pkl does not exist." in refused.text
    assert "A model's name must be 1-255 letters" in refused.text
    assert "tags must be an object, got a secret" in refused.text
    assert "planted" not in refused.text
    assert "Traceback" not in refused.text
    assert stack.resources(MODEL) == []


def test_a_version_that_is_not_there_is_refused_in_the_preview(engine, place):
    refused = engine(LOOKING, **place).preview()
    assert not refused.ok
    assert f"There is no model '{place['name']}' in the registry" in refused.text
    assert "Traceback" not in refused.text


def test_a_cancelled_update_does_not_wait_for_a_service(engine):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}/score"
        stack = engine(ASKING, uri=uri)
        update = stack.start("up", "--skip-preview")
        silent.settimeout(120)
        asked, _ = silent.accept()
        began = time.monotonic()
        update.interrupt()
        result = update.wait(timeout=60)
        asked.close()
    assert not result.ok
    assert time.monotonic() - began < 15
    assert "the update was cancelled while the service had not answered" in result.text
    assert "Traceback" not in result.text
    assert stack.resources(SMOKE) == []
    assert stack.left_running() == []


def test_the_projects_configuration_is_not_the_providers(pulumi_engine, azure):
    """Both are called slipway, so the engine hands one to the other."""
    program = """
import pulumi
from slipway.resources.service_keys import ServiceKeys, ServiceKeysArgs

ServiceKeys("keys", ServiceKeysArgs())
"""
    files = {"Pulumi.yaml": yaml.safe_dump({**PROJECT, "name": "slipway"}), "__main__.py": program}
    config = {"image": "a:1", "apiToken": Secret("planted")}
    stack = pulumi_engine(files, config=config, env=azure.environment)
    stack.up().check()
    (provider,) = stack.resources("pulumi:providers:slipway")
    assert not provider.get("inputs")
    stack.config_set("image", "a:2")
    assert stack.preview("--expect-no-changes").ok
