"""Registering, finding, downloading and deleting models, against the real registry door."""

import json
import os
import uuid
from pathlib import Path

import pytest

from slipway.registry.client import RegistryClient
from slipway.registry.errors import InUseError, NotFoundError, RegistryError


@pytest.fixture
def client(azure) -> RegistryClient:
    return RegistryClient(azure.login_server)


@pytest.fixture
def name() -> str:
    return f"model-{uuid.uuid4().hex[:8]}"


def written(folder: Path, content: bytes, filename: str = "model.pkl") -> Path:
    path = folder / filename
    path.write_bytes(content)
    return path


def test_new_content_gets_the_next_number(client, name, tmp_path):
    first = client.models.register(name, written(tmp_path, b"one"))
    second = client.models.register(name, written(tmp_path, b"two"))
    assert (first.id, second.id) == (f"{name}:1", f"{name}:2")
    assert first.digest != second.digest


def test_the_same_content_is_the_same_version(client, name, tmp_path):
    first = client.models.register(name, written(tmp_path, b"one"))
    client.models.register(name, written(tmp_path, b"two"))
    again = client.models.register(name, written(tmp_path, b"one"))
    assert again == first


def test_what_is_said_of_a_model_comes_back(client, name, tmp_path):
    client.models.register(
        name,
        written(tmp_path, b"one", "ridge.onnx"),
        tags={"area": "diabetes"},
        properties={"alpha": "0.1"},
        description="Ridge regression",
        framework="onnx",
        framework_version="1.23",
    )
    found = client.models.get(name)
    assert found.tags == {"area": "diabetes"}
    assert found.properties == {"alpha": "0.1"}
    assert found.description == "Ridge regression"
    assert (found.framework, found.framework_version) == ("onnx", "1.23")
    assert (found.filename, found.size, found.version) == ("ridge.onnx", 3, 1)


def test_what_is_said_later_wins_and_the_version_stays(client, name, tmp_path, azure):
    path = written(tmp_path, b"one")
    first = client.models.register(name, path, tags={"stage": "dev"}, properties={"alpha": "1"})
    later = client.models.register(
        name, path, tags={"stage": "prod"}, properties={"rows": "442"}, description="Better"
    )
    assert (later.id, later.digest) == (first.id, first.digest)
    assert client.models.get(name) == later
    assert later.tags == {"stage": "prod"}
    assert later.properties == {"alpha": "1", "rows": "442"}
    assert later.description == "Better"
    assert client.models.register(name, path) == later
    with pytest.raises(RegistryError, match=r"cannot be changed: .* has alpha='1', got alpha='2'"):
        client.models.register(name, path, properties={"alpha": "2"})
    client.models.delete(name, 1)
    again = client.models.register(name, path)
    assert (again.version, again.tags) == (1, {})


def test_a_large_model_comes_back_whole(client, name, tmp_path):
    content = bytes(range(256)) * 40_000  # three chunks
    client.models.register(name, written(tmp_path, content))
    path = client.models.download(name, None, tmp_path / "out")
    assert path.read_bytes() == content
    assert path.name == "model.pkl"
    assert [p.name for p in path.parent.iterdir()] == ["model.pkl"]


def test_download_does_not_overwrite_another_file(client, name, tmp_path):
    client.models.register(name, written(tmp_path, b"one"))
    target = tmp_path / "out"
    target.mkdir()
    written(target, b"mine")
    with pytest.raises(RegistryError, match="exists and is not"):
        client.models.download(name, 1, target)
    assert (target / "model.pkl").read_bytes() == b"mine"


def test_listing_sorts_by_number(client, name, tmp_path):
    for n in range(11):
        client.models.register(name, written(tmp_path, b"content %d" % n))
    assert [model.version for model in client.models.list(name)] == list(range(1, 12))


def test_listing_everything_names_each_model(client, name, tmp_path):
    capital = f"Capital.{name}"
    client.models.register(name, written(tmp_path, b"one"))
    client.models.register(capital, written(tmp_path, b"one"))
    assert {name, capital} <= {model.name for model in client.models.list()}


def test_names_that_differ_by_capitals_are_different_models(client, name, tmp_path):
    client.models.register(name, written(tmp_path, b"one"))
    client.models.register(name.upper(), written(tmp_path, b"two"))
    assert client.models.get(name).sha256 != client.models.get(name.upper()).sha256
    assert client.models.get(name.upper()).version == 1


def test_prediction_says_what_registering_answers(client, name, tmp_path):
    one, two = written(tmp_path, b"one", "1.pkl"), written(tmp_path, b"two", "2.pkl")
    sha_one = client.models.register(name, one).sha256
    assert client.models.predict_version(name, sha_one) == 1
    assert client.models.predict_version(name, "f" * 64) == 2
    assert client.models.register(name, two).version == 2


def test_a_deleted_number_is_not_given_again(client, name, tmp_path):
    client.models.register(name, written(tmp_path, b"one"))
    client.models.register(name, written(tmp_path, b"two"))
    client.models.delete(name, 2)
    assert [model.version for model in client.models.list(name)] == [1]
    with pytest.raises(NotFoundError, match="no version 2"):
        client.models.get(name, 2)
    assert client.models.register(name, written(tmp_path, b"three")).version == 3


def test_deleting_the_last_version_leaves_nothing(client, name, tmp_path, azure):
    client.models.register(name, written(tmp_path, b"one"))
    client.models.register(name, written(tmp_path, b"two"))
    client.models.delete(name, 1)
    client.models.delete(name, 2)
    assert name not in {model.name for model in client.models.list()}
    assert client.models.predict_version(name, "f" * 64) == 1


def test_deleted_content_can_be_registered_again(client, name, tmp_path):
    client.models.register(name, written(tmp_path, b"zero"))
    path = written(tmp_path, b"one")
    client.models.register(name, path)
    client.models.delete(name, 2)
    assert client.models.register(name, path).version == 3
    assert client.models.download(name, 3, tmp_path / "out").read_bytes() == b"one"


def test_a_model_that_is_not_there_is_refused(client, name):
    with pytest.raises(NotFoundError, match=f"There is no model '{name}'"):
        client.models.get(name)
    with pytest.raises(NotFoundError):
        client.models.delete(name, 1)


@pytest.mark.parametrize("bad", ["", "-begins", "with space", "a/b", "x" * 256, "é"])
def test_names_outside_azure_mls_rules_are_refused(client, bad, tmp_path):
    with pytest.raises(RegistryError, match="A model's name must be"):
        client.models.register(bad, written(tmp_path, b"one"))


def test_files_that_are_no_models_are_refused(client, name, tmp_path, monkeypatch):
    with pytest.raises(RegistryError, match="does not exist"):
        client.models.register(name, tmp_path / "nothing.pkl")
    with pytest.raises(RegistryError, match="is empty"):
        client.models.register(name, written(tmp_path, b""))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RegistryError, match="is not a file"):
        client.models.register(name, tmp_path / "pipe")
    monkeypatch.setenv("SLIPWAY_MAX_MODEL_BYTES", "2")
    with pytest.raises(RegistryError, match="at most 2 are allowed"):
        client.models.register(name, written(tmp_path, b"one"))


def test_a_model_that_an_image_holds_is_not_deleted(client, name, tmp_path, push_image):
    model = client.models.register(name, written(tmp_path, b"one"))
    image = f"img-{uuid.uuid4().hex[:8]}"
    digest = push_image(image, "key", [model.id])
    published = client.images.publish(image, digest, "key", [model.id])
    with pytest.raises(InUseError, match=f"{model.id} is used by the image {published.id}"):
        client.models.delete(name, 1)
    client.images.delete(image, 1)
    client.models.delete(name, 1)


def test_the_artefact_is_a_modelpack(client, name, tmp_path, manifest):
    model = client.models.register(name, written(tmp_path, b"one"))
    body = manifest(f"models/{name}", model.digest)
    assert body["artifactType"] == "application/vnd.cncf.model.manifest.v1+json"
    assert body["config"]["mediaType"] == "application/vnd.cncf.model.config.v1+json"
    (layer,) = body["layers"]
    assert layer["mediaType"] == "application/vnd.cncf.model.weight.v1.raw"
    assert layer["annotations"]["org.cncf.model.filepath"] == "model.pkl"
    assert json.loads(body["annotations"]["io.slipway.model.tags"]) == {}


def test_the_versions_of_all_models_are_told_by_name(client, name, tmp_path):
    capital = f"Capital.{name}"
    client.models.register(name, written(tmp_path, b"one"))
    client.models.register(name, written(tmp_path, b"two"))
    client.models.register(capital, written(tmp_path, b"one"))
    found = client.models.versions_of_all()
    assert (found[name], found[capital]) == ([1, 2], [1])
