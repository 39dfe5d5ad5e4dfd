"""`slipway models` and `slipway images` as a user types them."""

import json
import uuid
from datetime import UTC, datetime

import pytest

from slipway.registry.client import RegistryClient
from tests.harness.stack_outputs import workspace

pytestmark = pytest.mark.usefixtures("azure")


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
    shown = json.loads(slipway("models", "show", name, "--json").stdout)
    assert shown == {**printed, "copied_from": ""}


def test_people_get_tables(slipway, name, model_file):
    assert f"{name}:1" in slipway("models", "register", name, model_file).stdout
    assert f"{name}:1" in slipway("models", "list", name).stdout
    assert " bytes  " in slipway("models", "list", name).stdout
    assert "model.pkl" in slipway("models", "show", f"{name}:1").stdout


def test_a_folder_is_told_what_of_it_is_the_model(slipway, name, tmp_path):
    for path in ("bert/config.json", "bert/weights/a.bin", "bert/.DS_Store"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    done = slipway("models", "register", name, tmp_path / "bert")
    assert done.exit_code == 0, done.stderr
    assert f"{name}:1 is {tmp_path}/bert (2 files, 34 bytes; left out: .DS_Store)" in done.stdout
    (listed,) = json.loads(slipway("models", "list", name, "--json").stdout)
    assert (listed["filename"], listed["files"], listed["size"]) == ("bert", 2, 34)
    done = slipway("models", "download", name, tmp_path / "out")
    assert done.stdout.strip() == f"{tmp_path}/out/bert"
    assert (tmp_path / "out/bert/weights/a.bin").read_text() == "bert/weights/a.bin"
    (tmp_path / "empty").mkdir()
    refused = slipway("models", "register", name, tmp_path / "empty")
    assert refused.exit_code == 1
    assert "empty holds no file: name the folder that holds the model" in refused.stderr


def test_download_and_delete(slipway, name, model_file, tmp_path):
    slipway("models", "register", name, model_file)
    assert slipway("models", "download", name, tmp_path / "out").exit_code == 0
    assert (tmp_path / "out" / "model.pkl").read_bytes() == b"one"
    assert slipway("models", "delete", name).exit_code == 1
    assert slipway("models", "delete", f"{name}:1", "--force").exit_code == 0
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


def test_the_same_content_with_other_tags_is_refused_unless_it_is_asked_for(
    slipway, name, model_file
):
    first = ("models", "register", name, model_file, "--tag", "stage=dev", "--description", "One")
    assert slipway(*first).exit_code == 0
    assert slipway(*first).exit_code == 0
    assert slipway("models", "register", name, model_file).exit_code == 0
    other = ("models", "register", name, model_file, "--tag", "stage=prod", "--framework", "X")
    refused = slipway(*other)
    assert refused.exit_code == 1
    assert f"registered as {name}:1, with tags stage=dev, no framework" in refused.stderr
    assert "was given tags stage=prod, framework 'X': nothing was changed" in refused.stderr
    assert "--update replaces it." in refused.stderr
    assert json.loads(slipway("models", "show", name, "--json").stdout)["tags"] == {"stage": "dev"}
    assert slipway(*other, "--update").exit_code == 0
    shown = json.loads(slipway("models", "show", name, "--json").stdout)
    assert (shown["tags"], shown["framework"], shown["version"]) == ({"stage": "prod"}, "X", 1)


def test_images_are_listed_as_json(slipway):
    done = slipway("images", "list", "nothing-here", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])


def test_a_registry_that_is_not_named_is_asked_for(slipway, monkeypatch):
    monkeypatch.setattr(
        "slipway.cloud.registries.registries", lambda: {"a": "a.azurecr.io", "b": "b.azurecr.io"}
    )
    done = slipway("models", "list")
    assert done.exit_code == 1
    assert "--registry NAME or SLIPWAY_REGISTRY" in done.stderr
    assert "has a, b" in done.stderr


@pytest.mark.parametrize("named", [("--stack", "dev"), ()])
def test_the_registry_is_that_of_the_stacks_workspace(
    slipway, pulumi, azure, name, model_file, tmp_path, named
):
    pulumi.prints(
        "stack output",
        {"outputsVersion": 1, "workspace": workspace(azure.other_login_server)},
    )
    (tmp_path / "Pulumi.yaml").write_text("name: mine\n")
    assert slipway("models", "register", name, model_file, *named).exit_code == 0
    assert RegistryClient(azure.other_login_server).models.get(name).version == 1
    assert RegistryClient(azure.login_server).models.list(name) == []


def test_a_stack_that_is_named_must_have_a_workspace(slipway, pulumi):
    pulumi.prints("stack output", {"outputsVersion": 1})
    done = slipway("images", "list", "--stack", "dev")
    assert done.exit_code == 1
    assert "the stack dev exports no workspace" in done.stderr


def test_a_selected_stack_that_cannot_be_read_is_passed_over(slipway, pulumi, tmp_path, name):
    pulumi.fails("stack output", "error: no stack selected\n")
    (tmp_path / "Pulumi.yaml").write_text("name: mine\n")
    done = slipway("models", "list", name, "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])


def test_a_registry_may_be_named_without_its_domain(slipway, monkeypatch, azure, name):
    monkeypatch.setattr(
        "slipway.cloud.registries.registries",
        lambda: {"acme": azure.login_server, "other": "other.azurecr.io"},
    )
    assert slipway("models", "list", "--registry", "Acme").exit_code == 0
    done = slipway("models", "list", "--registry", "acne")
    assert done.exit_code == 1
    assert "no registry 'acne' was found" in done.stderr
    assert "has acme, other" in done.stderr


@pytest.fixture
def image(azure, name, model_file, push_image):
    """An image of a model, both registered."""
    client = RegistryClient(azure.login_server)
    model = client.models.register(name, model_file)
    image = name.replace("model", "image")
    digest = push_image(image, "key", [model.id])
    return client.images.publish(image, digest, "key", [model.id])


def test_copying_an_image_says_what_was_done_and_where_it_is_from(slipway, azure, image, name):
    copy = ("images", "copy", image.id, "--to", azure.other_login_server)
    done = slipway(*copy, "--from", azure.login_server)
    assert done.exit_code == 0, done.stderr
    assert f"{image.id} was copied to {azure.other_login_server}" in done.stdout
    assert f"{name}:1 was copied to {azure.other_login_server}" in done.stdout
    # Nobody watches a bar in a pipe: a line a stage says that it goes on.
    assert f"copying {image.id} to {azure.other_login_server} (" in done.stderr
    again = slipway(*copy)
    assert f"{image.id} is in {azure.other_login_server} already" in again.stdout
    assert "0.0 MB were sent" in again.stdout
    told = json.loads(slipway(*copy, "--json").stdout)
    assert (told["to"], told["new"], told["sent_bytes"]) == (azure.other_login_server, [], 0)
    assert told["there"] == [f"{name}:1", image.id]
    shown = slipway("images", "show", image.id, "--registry", azure.other_login_server, "--json")
    assert json.loads(shown.stdout)["copied_from"] == image.ref
    assert json.loads(shown.stdout)["digest"] == image.digest
    (listed,) = json.loads(
        slipway(
            "images", "list", image.name, "--registry", azure.other_login_server, "--json"
        ).stdout
    )
    built = json.loads(slipway("images", "show", image.id, "--json").stdout)
    assert (listed["created"], built["copied"]) == (built["created"], "")
    assert listed["copied"]


def test_images_show_when_they_got_their_number_and_not_their_builders_date(slipway, image):
    today = datetime.now(UTC).date().isoformat()
    (listed,) = json.loads(slipway("images", "list", image.name, "--json").stdout)
    shown = json.loads(slipway("images", "show", image.id, "--json").stdout)
    assert listed["created"].startswith(today)
    assert shown["created"] == listed["created"]


def test_what_is_copied_is_named_exactly(slipway, azure, image):
    done = slipway("images", "copy", image.name, "--to", azure.other_login_server)
    assert done.exit_code == 1
    assert f"name the version to copy, such as {image.name}:3" in done.stderr
    same = slipway("images", "copy", image.id, "--to", azure.login_server)
    assert "the same registry" in same.stderr
