"""`slipway models` and `slipway images` as a user types them."""

import json
import uuid

import pytest
from typer.testing import CliRunner

from slipway.cli.main import app

pytestmark = pytest.mark.usefixtures("azure")


@pytest.fixture
def slipway(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLIPWAY_REGISTRY", raising=False)
    return lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)])


@pytest.fixture
def name() -> str:
    return f"model-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def model_file(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(b"one")
    return path


def test_registering_prints_id_version_and_digest(slipway, name, model_file):
    done = slipway("models", "register", name, model_file, "--tag", "area=diabetes", "--json")
    assert done.exit_code == 0, done.stderr
    printed = json.loads(done.stdout)
    assert (printed["id"], printed["version"]) == (f"{name}:1", 1)
    assert printed["digest"].startswith("sha256:")
    assert printed["tags"] == {"area": "diabetes"}
    listed = json.loads(slipway("models", "list", name, "--json").stdout)
    assert listed == [printed]
    assert json.loads(slipway("models", "show", name, "--json").stdout) == printed


def test_people_get_tables(slipway, name, model_file):
    assert f"{name}:1" in slipway("models", "register", name, model_file).stdout
    assert f"{name}:1" in slipway("models", "list", name).stdout
    assert "model.pkl" in slipway("models", "show", f"{name}:1").stdout


def test_download_and_delete(slipway, name, model_file, tmp_path):
    slipway("models", "register", name, model_file)
    assert slipway("models", "download", name, tmp_path / "out").exit_code == 0
    assert (tmp_path / "out" / "model.pkl").read_bytes() == b"one"
    assert slipway("models", "delete", name).exit_code == 1
    assert slipway("models", "delete", f"{name}:1").exit_code == 0
    assert json.loads(slipway("models", "list", name, "--json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("models", "register", "m", "nothing.pkl"), "does not exist"),
        (("models", "register", "a/b", "model.pkl"), "A model's name must be"),
        (
            ("models", "register", "m", "model.pkl", "--tag", "x"),
            "--tag must be KEY=VALUE, got 'x'",
        ),
        (("models", "show", "not-there"), "There is no model 'not-there'"),
        (("models", "show", "not-there:x"), "a version must be a number"),
        (("images", "show", "not-there"), "There is no image 'not-there'"),
        (("images", "delete", "not-there"), "name the version to delete"),
        (("models", "list", "--registry", "localhost:1"), "does not answer (connection refused)"),
    ],
)
def test_a_mistake_is_one_sentence_on_stderr(slipway, model_file, arguments, sentence):
    done = slipway(*arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_images_are_listed_as_json(slipway):
    done = slipway("images", "list", "nothing-here", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])


def test_a_registry_that_is_not_named_is_asked_for(slipway, monkeypatch):
    monkeypatch.setattr(
        "slipway.cloud.registries.login_servers", lambda: ["a.azurecr.io", "b.azurecr.io"]
    )
    done = slipway("models", "list")
    assert done.exit_code == 1
    assert "--registry LOGIN_SERVER or SLIPWAY_REGISTRY" in done.stderr
    assert "a.azurecr.io, b.azurecr.io" in done.stderr
