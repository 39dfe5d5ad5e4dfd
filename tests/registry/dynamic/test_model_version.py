"""ModelVersionResource and ModelLookup in the provider process, against the real registry."""

import socket
import uuid

import grpc
import pytest
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.rpc import UNKNOWN

from slipway.registry.client import RegistryClient
from slipway.registry.dynamic.model_lookup import ModelLookupProvider
from slipway.registry.dynamic.model_version import ModelVersionProvider


@pytest.fixture
def models(azure):
    return RegistryClient(azure.login_server).models


@pytest.fixture
def props(azure, tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(b"one")
    return {
        "login_server": azure.login_server,
        "model_name": f"model-{uuid.uuid4().hex[:8]}",
        "path": str(path),
        "tags": {"area": "diabetes"},
    }


def test_a_preview_foresees_number_and_id(provider_process, props):
    checked, failures = provider_process.check(ModelVersionProvider, props)
    assert failures == {}
    assert (checked["version"], checked["model_id"]) == (1, f"{props['model_name']}:1")
    assert "digest" not in checked


def test_new_content_is_an_update_to_the_next_number(provider_process, props, tmp_path, models):
    checked, _ = provider_process.check(ModelVersionProvider, props)
    first = provider_process.create(ModelVersionProvider, checked)
    assert (first["version"], first["registered"]) == (1, [1])
    (tmp_path / "model.pkl").write_bytes(b"two")
    news, _ = provider_process.check(ModelVersionProvider, props, first)
    assert news["version"] == 2
    assert provider_process.diff(ModelVersionProvider, first, news) == (True, [])
    second = provider_process.update(ModelVersionProvider, first, news)
    assert (second["version"], second["registered"]) == (2, [1, 2])
    assert [model.version for model in models.list(props["model_name"])] == [1, 2]


def test_the_same_content_changes_nothing_and_shows_its_digest(provider_process, props):
    checked, _ = provider_process.check(ModelVersionProvider, props)
    first = provider_process.create(ModelVersionProvider, checked)
    news, _ = provider_process.check(ModelVersionProvider, props, first)
    assert news["digest"] == first["digest"]
    assert provider_process.diff(ModelVersionProvider, first, news) == (False, [])


def test_another_name_is_another_model(provider_process, props):
    news = {**props, "model_name": "other"}
    assert provider_process.diff(ModelVersionProvider, props, news) == (True, ["model_name"])


def test_what_is_not_known_yet_is_left_open(provider_process, props):
    checked, failures = provider_process.check(
        ModelVersionProvider, {**props, "login_server": UNKNOWN}
    )
    assert failures == {}
    assert len(checked["sha256"]) == 64
    assert "version" not in checked
    checked, failures = provider_process.check(ModelVersionProvider, {**props, "path": UNKNOWN})
    assert (failures, checked["path"]) == ({}, UNKNOWN)


def test_a_registry_that_does_not_answer_leaves_the_number_open(provider_process, props):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        down = f"localhost:{unused.getsockname()[1]}"
    props["login_server"] = down
    checked, failures = provider_process.check(ModelVersionProvider, props)
    assert (failures, "version" in checked) == ({}, False)
    with pytest.raises(grpc.RpcError) as told:
        provider_process.create(ModelVersionProvider, checked)
    assert told.value.details().startswith(f"The registry {down} does not answer")
    assert "Traceback" not in told.value.details()


def test_all_that_cannot_be_registered_is_said_at_once(provider_process, props, tmp_path):
    wrong = {**props, "model_name": "a/b", "path": str(tmp_path / "nothing")}
    _, failures = provider_process.check(ModelVersionProvider, wrong)
    assert set(failures) == {"model_name", "path"}
    assert "does not exist" in failures["path"]


def test_a_version_that_was_deleted_is_gone(provider_process, props, models):
    checked, _ = provider_process.check(ModelVersionProvider, props)
    made = provider_process.create(ModelVersionProvider, checked)
    assert provider_process.read(ModelVersionProvider, made)[0] == "id"
    models.delete(props["model_name"], 1)
    assert provider_process.read(ModelVersionProvider, made) == ("", {})


def test_delete_takes_what_this_resource_registered_and_nothing_else(
    provider_process, props, models, tmp_path
):
    models.register(props["model_name"], props["path"])
    checked, _ = provider_process.check(ModelVersionProvider, props)
    first = provider_process.create(ModelVersionProvider, checked)
    assert first["registered"] == []
    (tmp_path / "model.pkl").write_bytes(b"two")
    news, _ = provider_process.check(ModelVersionProvider, props, first)
    second = provider_process.update(ModelVersionProvider, first, news)
    provider_process.delete(ModelVersionProvider, second)
    assert [model.version for model in models.list(props["model_name"])] == [1]
    provider_process.delete(ModelVersionProvider, second)


def test_delete_is_refused_by_name_while_an_image_holds_the_model(
    provider_process, props, azure, push_image
):
    checked, _ = provider_process.check(ModelVersionProvider, props)
    made = provider_process.create(ModelVersionProvider, checked)
    image = f"img-{uuid.uuid4().hex[:8]}"
    digest = push_image(image, "key", [made["model_id"]])
    RegistryClient(azure.login_server).images.publish(image, digest, "key", [made["model_id"]])
    with pytest.raises(grpc.RpcError) as told:
        provider_process.delete(ModelVersionProvider, made)
    assert told.value.details() == (
        f"The model {made['model_id']} is used by the image {image}:1: delete it first."
    )


def test_a_lookup_resolves_before_anything_is_made(provider_process, props, models):
    made_with = {"framework": "ScikitLearn", "framework_version": "1.9.1"}
    model = models.register(props["model_name"], props["path"], **made_with)
    wanted = {key: props[key] for key in ("login_server", "model_name")}
    for version in (0, 1):
        checked, failures = provider_process.check(
            ModelLookupProvider, {**wanted, "version": version}
        )
        assert failures == {}
        assert (checked["model_id"], checked["sha256"]) == (model.id, model.sha256)
        assert (checked["version"], checked["filename"]) == (1, "model.pkl")
        assert {key: checked[key] for key in made_with} == made_with
    _, failures = provider_process.check(ModelLookupProvider, {**wanted, "version": 9})
    assert failures["version"].endswith("it has 1.")


@pytest.mark.parametrize("provider", [ModelVersionProvider, ModelLookupProvider])
def test_the_state_holds_a_reference_and_not_code(provider):
    assert len(serialize_provider(provider())) < 150
    assert provider.serialize_as_secret_always is False
