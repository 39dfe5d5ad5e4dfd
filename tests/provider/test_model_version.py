"""ModelVersion and ModelLookup in the plug-in's process, against the real registry."""

import socket
import uuid

import grpc
import pytest

from pytest_pulumi.wire import UNKNOWN, Secret
from slipway.registry.client import RegistryClient

MODEL = "slipway:index:ModelVersion"
LOOKUP = "slipway:index:ModelLookup"


@pytest.fixture
def models(azure):
    return RegistryClient(azure.login_server).models


@pytest.fixture
def props(azure, tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(b"one")
    return {
        "loginServer": azure.login_server,
        "modelName": f"model-{uuid.uuid4().hex[:8]}",
        "path": str(path),
        "tags": {"area": "diabetes"},
    }


@pytest.fixture
def register(provider_process, props):
    """Check and create; outputs."""

    def run(**changes):
        checked, failures = provider_process.check(MODEL, {**props, **changes})
        assert failures == {}
        return provider_process.create(MODEL, checked)

    return run


def test_a_preview_foresees_number_and_id(provider_process, props):
    checked, failures = provider_process.check(MODEL, props)
    assert failures == {}
    assert (checked["version"], checked["modelId"]) == (1, f"{props['modelName']}:1")
    foreseen = provider_process.full_create(MODEL, checked, preview=True)
    assert foreseen.id == ""
    outputs = provider_process.create(MODEL, checked, preview=True)
    assert (outputs["version"], outputs["modelId"]) == (1, f"{props['modelName']}:1")
    assert outputs["digest"] is UNKNOWN


def test_new_content_is_an_update_to_the_next_number(
    provider_process, props, register, tmp_path, models
):
    first = register()
    assert (first["version"], first["registered"]) == (1, [1])
    (tmp_path / "model.pkl").write_bytes(b"two")
    news, _ = provider_process.check(MODEL, props)
    assert news["version"] == 2
    assert provider_process.diff(MODEL, first, news) == (True, [])
    detailed = provider_process.full_diff(MODEL, first, news).detailedDiff
    assert set(detailed) == {"sha256", "version", "modelId"}
    assert provider_process.update(MODEL, first, news, preview=True)["version"] == 2
    assert [model.version for model in models.list(props["modelName"])] == [1]
    second = provider_process.update(MODEL, first, news)
    assert (second["version"], second["registered"]) == (2, [1, 2])
    assert [model.version for model in models.list(props["modelName"])] == [1, 2]


def test_the_same_content_changes_nothing_and_shows_its_digest(provider_process, props, register):
    first = register()
    news, _ = provider_process.check(MODEL, props)
    assert news["digest"] == first["digest"]
    assert provider_process.diff(MODEL, first, news) == (False, [])


def test_another_name_is_another_model(provider_process, props):
    news = {**props, "modelName": "other"}
    assert provider_process.diff(MODEL, props, news) == (True, ["modelName"])


def test_what_is_not_known_yet_is_left_open(provider_process, props):
    checked, failures = provider_process.check(MODEL, {**props, "loginServer": UNKNOWN})
    assert failures == {}
    assert len(checked["sha256"]) == 64
    assert checked["loginServer"] is UNKNOWN
    assert "version" not in checked
    assert provider_process.create(MODEL, checked, preview=True)["version"] is UNKNOWN
    checked, failures = provider_process.check(MODEL, {**props, "path": UNKNOWN})
    assert (failures, checked["path"]) == ({}, UNKNOWN)
    assert provider_process.create(MODEL, checked, preview=True)["sha256"] is UNKNOWN


def test_a_registry_that_does_not_answer_leaves_the_number_open(provider_process, props):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        down = f"localhost:{unused.getsockname()[1]}"
    props["loginServer"] = down
    checked, failures = provider_process.check(MODEL, props)
    assert (failures, "version" in checked) == ({}, False)
    with pytest.raises(grpc.RpcError) as told:
        provider_process.create(MODEL, checked)
    assert told.value.details().startswith(f"The registry {down} does not answer")
    assert "Traceback" not in told.value.details()


def test_all_that_cannot_be_registered_is_said_at_once(provider_process, props, tmp_path):
    wrong = {
        **props,
        "modelName": "a/b",
        "path": str(tmp_path / "nothing"),
        "frameworkVersion": "1.0",
        "description": 3,
        "tag": "a",
    }
    _, failures = provider_process.check(MODEL, wrong)
    assert set(failures) == {"modelName", "path", "frameworkVersion", "description", "tag"}
    assert "does not exist" in failures["path"]
    assert failures["description"] == "description must be a string, got 3."
    assert failures["tag"] == "tag is not an argument; the nearest is tags."
    _, failures = provider_process.check(MODEL, {"modelName": "a"})
    assert set(failures) == {"loginServer", "path"}
    assert failures["loginServer"] == "loginServer is missing."


def test_a_version_that_was_deleted_is_gone(provider_process, props, register, models):
    made = register()
    assert provider_process.read(MODEL, made) == ("id", made)
    models.delete(props["modelName"], 1)
    assert provider_process.read(MODEL, made) == ("", {})


def test_a_refresh_sees_what_others_say_of_the_model(provider_process, props, register, models):
    made = register()
    models.register(props["modelName"], props["path"], tags={"area": "other"}, description="New")
    _, state = provider_process.read(MODEL, made)
    assert (state["tags"], state["description"]) == ({"area": "other"}, "New")
    news, _ = provider_process.check(MODEL, props)
    assert provider_process.diff(MODEL, state, news) == (True, [])


def test_a_property_that_is_no_longer_given_is_no_change(provider_process, props, register):
    made = register(properties={"a": "1", "b": "2"})
    fewer, _ = provider_process.check(MODEL, {**props, "properties": {"a": "1"}})
    assert provider_process.diff(MODEL, made, fewer) == (False, [])
    more, _ = provider_process.check(MODEL, {**props, "properties": {"a": "1", "c": "3"}})
    assert provider_process.diff(MODEL, made, more) == (True, [])


def test_an_imported_version_is_the_one_that_was_registered(provider_process, props, models):
    said = {"tags": {"area": "diabetes"}, "description": "Ridge"}
    model = models.register(props["modelName"], props["path"], **said)
    place = f"{props['loginServer']}/{props['modelName']}"
    for id_ in (f"{place}:1", place):
        found, outputs, inputs = provider_process.import_(MODEL, id_)
        assert found == place
        assert (outputs["version"], outputs["sha256"]) == (1, model.sha256)
        assert outputs["registered"] == [1]
        # What Pulumi asks after an import: are these inputs right, and does the program say the same?
        assert provider_process.check(MODEL, inputs)[1] == {}
        news, _ = provider_process.check(MODEL, {**props, **said})
        assert provider_process.diff(MODEL, outputs, news) == (False, [])
    assert provider_process.import_(MODEL, f"{place}:7") == ("", {}, {})


@pytest.mark.parametrize("id_", ["diabetes:3", "acme.azurecr.io/diabetes:newest", "acme/:3"])
def test_an_id_of_another_form_is_refused_with_the_form(provider_process, id_):
    with pytest.raises(grpc.RpcError) as told:
        provider_process.import_(MODEL, id_)
    assert told.value.details() == (
        "The id of a model to import must be <login server>/<model>:<version>, such as "
        f"acme.azurecr.io/diabetes:3, got {id_!r}."
    )


def test_delete_takes_what_this_resource_registered_and_nothing_else(
    provider_process, props, register, models, tmp_path
):
    models.register(props["modelName"], props["path"])
    first = register()
    assert first["registered"] == []
    (tmp_path / "model.pkl").write_bytes(b"two")
    news, _ = provider_process.check(MODEL, props)
    second = provider_process.update(MODEL, first, news)
    provider_process.delete(MODEL, second)
    assert [model.version for model in models.list(props["modelName"])] == [1]
    provider_process.delete(MODEL, second)


def test_delete_is_refused_by_name_while_an_image_holds_the_model(
    provider_process, register, azure, push_image
):
    made = register()
    image = f"img-{uuid.uuid4().hex[:8]}"
    digest = push_image(image, "key", [made["modelId"]])
    RegistryClient(azure.login_server).images.publish(image, digest, "key", [made["modelId"]])
    with pytest.raises(grpc.RpcError) as told:
        provider_process.delete(MODEL, made)
    assert told.value.details() == (
        f"The model {made['modelId']} is used by the image {image}:1: delete it first."
    )


def test_what_came_as_a_secret_goes_out_as_one(provider_process, props):
    hidden = {
        **props,
        "tags": {"area": Secret("planted"), "open": "a"},
        "description": Secret("also planted"),
    }
    checked, failures = provider_process.check(MODEL, hidden)
    assert failures == {}
    made = provider_process.create(MODEL, checked)
    assert made["tags"] == {"area": Secret("planted"), "open": "a"}
    assert made["description"] == Secret("also planted")
    assert made["version"] == 1


def test_a_refusal_does_not_tell_a_secret(provider_process, props):
    """Nor does it name the property, whose value the engine would show."""
    hidden = {
        **props,
        "modelName": Secret("planted/name"),
        "path": Secret("/planted"),
        "tags": Secret("planted"),
    }
    failures = provider_process.full_check(MODEL, hidden).failures
    assert [failure.property for failure in failures] == ["", "", ""]
    assert "planted" not in str(failures)
    assert failures[2].reason == "tags must be an object, got a secret."


def test_a_lookup_resolves_before_anything_is_made(provider_process, props, models):
    made_with = {"framework": "ScikitLearn", "framework_version": "1.9.1"}
    model = models.register(props["modelName"], props["path"], **made_with)
    wanted = {key: props[key] for key in ("loginServer", "modelName")}
    for version in (0, 1):
        checked, failures = provider_process.check(LOOKUP, {**wanted, "version": version})
        assert failures == {}
        assert (checked["modelId"], checked["sha256"]) == (model.id, model.sha256)
        assert (checked["version"], checked["filename"]) == (1, "model.pkl")
        assert (checked["framework"], checked["frameworkVersion"]) == ("ScikitLearn", "1.9.1")
    _, failures = provider_process.check(LOOKUP, {**wanted, "version": 9})
    assert failures["version"].endswith("it has 1.")


@pytest.fixture
def saved(tmp_path):
    """A folder in place of the file."""
    (tmp_path / "bert" / "weights").mkdir(parents=True)
    (tmp_path / "bert" / "config.json").write_text("{}")
    (tmp_path / "bert" / "weights" / "a.bin").write_bytes(b"weights")
    return tmp_path / "bert"


def test_a_folder_is_numbered_refreshed_and_looked_up(
    provider_process, props, register, models, saved
):
    made = register(path=str(saved))
    assert (made["version"], made["registered"]) == (1, [1])
    assert made["sha256"] == models.get(props["modelName"]).sha256
    assert provider_process.read(MODEL, made)[1]["sha256"] == made["sha256"]

    (saved / "weights" / "a.bin").write_bytes(b"retrained")
    news, failures = provider_process.check(MODEL, {**props, "path": str(saved)})
    assert (failures, news["version"]) == ({}, 2)
    assert provider_process.diff(MODEL, made, news) == (True, [])
    assert provider_process.update(MODEL, made, news)["registered"] == [1, 2]

    place = f"{props['loginServer']}/{props['modelName']}"
    _, imported, _ = provider_process.import_(MODEL, f"{place}:1")
    assert imported["sha256"] == made["sha256"]
    wanted = {key: props[key] for key in ("loginServer", "modelName")}
    found, _ = provider_process.check(LOOKUP, {**wanted, "version": 1})
    assert (found["filename"], found["sha256"]) == ("bert", made["sha256"])


def test_a_folder_that_cannot_be_a_model_is_refused(provider_process, props, saved):
    (saved / "out").symlink_to("/etc/hostname")
    _, failures = provider_process.check(MODEL, {**props, "path": str(saved)})
    assert failures["path"] == (
        f"The model folder {saved} cannot be a model: {saved}/out is a link to a file outside, which a model cannot "
        "hold: copy the file."
    )


def test_a_lookup_can_be_imported_and_deletes_nothing(provider_process, props, models):
    models.register(props["modelName"], props["path"])
    place = f"{props['loginServer']}/{props['modelName']}"
    found, outputs, inputs = provider_process.import_(LOOKUP, f"{place}:1")
    assert (found, outputs["version"]) == (place, 1)
    assert provider_process.check(LOOKUP, inputs)[1] == {}
    provider_process.delete(LOOKUP, outputs)
    assert len(models.list(props["modelName"])) == 1
    models.delete(props["modelName"], 1)
    assert provider_process.read(LOOKUP, outputs) == ("", {})
