from dataclasses import asdict

import pytest

from components import registered_model
from components.errors import InvalidArgs
from components.model_artifact import ModelArtifact
from components.registered_model import TYPE, RegisteredModel, RegisteredModelArgs
from pytest_pulumi.wire import UNKNOWN

OUTPUTS = {"version": 3, "modelId": "diabetes:3", "digest": "sha256:d", "sha256": "f" * 64}


@pytest.fixture
def model_file(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(b"model")
    return path


@pytest.fixture
def register(azure_mocks, types, model_file):
    def make(*, preview=False, **changes):
        def program():
            args = RegisteredModelArgs(
                **{
                    "login_server": "reg.azurecr.io",
                    "model_name": "diabetes",
                    "path": model_file,
                    **changes,
                }
            )
            made = RegisteredModel("diabetes", args)
            return {
                "id": made.model_id,
                "version": made.version,
                "artifact": made.artifact.apply(asdict),
            }

        answers = {} if preview else {types.model_version: OUTPUTS}
        return azure_mocks(program, preview=preview, answers=answers)

    return make


def test_registers_the_file_with_what_is_known_of_it(register, types, model_file):
    run = register(tags={"a": "b"}, properties={"c": "d"}, description="Ridge", framework="Onnx")
    inputs = run.one(types.model_version).inputs
    assert inputs["path"] == str(model_file)
    assert inputs["modelName"] == "diabetes"
    assert inputs["tags"] == {"a": "b"}
    assert inputs["properties"] == {"c": "d"}
    assert inputs["description"] == "Ridge"
    assert inputs["framework"] == "Onnx"


def test_returns_the_version_and_what_an_image_takes(register, model_file):
    assert register(framework="Onnx").result == {
        "id": "diabetes:3",
        "version": 3,
        "artifact": {
            "name": "diabetes",
            "version": 3,
            "model_id": "diabetes:3",
            "path": str(model_file),
            "sha256": "f" * 64,
            "framework": "Onnx",
            "framework_version": "",
        },
    }


def test_a_stack_that_stops_registering_keeps_the_numbers(register, types):
    assert register().one(types.model_version).options.retain_on_delete


def test_the_child_sits_under_the_component(register, types):
    run = register()
    component = run.one(TYPE)
    assert [child.type for child in run.children(component)] == [types.model_version]
    assert set(run.outputs[component.urn]) == {"model_id", "version", "digest"}


def test_previews_before_there_is_a_registry(register):
    assert register(preview=True).result["id"] is UNKNOWN


def test_a_preview_that_knows_no_version_knows_the_file_all_the_same(
    azure_mocks, types, model_file
):
    def program():
        args = RegisteredModelArgs(login_server="r", model_name="diabetes", path=model_file)
        return {"artifact": RegisteredModel("diabetes", args).artifact.apply(asdict)}

    run = azure_mocks(program, preview=True, answers={types.model_version: {"sha256": "f" * 64}})
    artifact = ModelArtifact(name="diabetes", path=str(model_file), sha256="f" * 64)
    assert run.result["artifact"] == asdict(artifact)


def test_an_existing_model_is_only_looked_up(azure_mocks, types, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(
        registered_model, "downloaded", lambda *place: asked.append(place) or "/cache/model.pkl"
    )

    def program():
        args = RegisteredModelArgs(login_server="reg.azurecr.io", model_name="diabetes", version=3)
        made = RegisteredModel("diabetes", args)
        return {"id": made.model_id, "artifact": made.artifact.apply(asdict)}

    found = {**OUTPUTS, "framework": "Onnx", "frameworkVersion": "1.0"}
    run = azure_mocks(program, answers={types.model_lookup: found})
    assert run.result["id"] == "diabetes:3"
    artifact = run.result["artifact"]
    assert (artifact["path"], artifact["framework_version"]) == ("/cache/model.pkl", "1.0")
    assert asked == [("reg.azurecr.io", "diabetes", 3)]
    assert run.all(types.model_version) == []
    assert run.one(types.model_lookup).parent == run.one(TYPE).urn


def test_refuses_a_file_or_folder_that_is_missing_or_empty(tmp_path):
    empty = tmp_path / "empty.pkl"
    empty.touch()
    missing = tmp_path / "missing.pkl"
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    for path, said in [
        (
            nothing,
            "path names a folder that holds no file: name the folder that holds the model, got "
            f"{str(nothing)!r}",
        ),
        (missing, f"path must be an existing file or folder, got {str(missing)!r}"),
        (empty, f"path names an empty file: {str(empty)!r}"),
    ]:
        with pytest.raises(InvalidArgs) as refusal:
            RegisteredModelArgs(login_server="r", model_name="m", path=path)
        assert str(refusal.value) == f"RegisteredModelArgs: {said}"


def test_a_preview_tells_how_much_of_a_folder_is_the_model(register, types, tmp_path):
    for name in ("bert/config.json", "bert/.env"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    run = register(preview=True, path=tmp_path / "bert")
    assert run.one(types.model_version).inputs["path"] == str(tmp_path / "bert")
    told = [log.message for log in run.logs if "is the model" in log.message]
    assert told == [f"{tmp_path}/bert is the model: 1 file, 2 bytes; left out: .env"]


def test_refuses_a_version_of_no_framework(model_file):
    with pytest.raises(InvalidArgs, match="framework_version needs framework"):
        RegisteredModelArgs(
            login_server="r", model_name="m", path=model_file, framework_version="1.0"
        )


def test_refuses_a_number_that_cannot_be():
    with pytest.raises(InvalidArgs, match="version must be 1 or more, got 0"):
        RegisteredModelArgs(login_server="r", model_name="m", version=0)


def test_refuses_neither_or_both_of_file_and_version(model_file):
    for origin in ({}, {"path": model_file, "version": 1}):
        with pytest.raises(InvalidArgs, match="path must be given where version is not"):
            RegisteredModelArgs(login_server="r", model_name="m", **origin)


def test_refuses_words_about_a_model_that_has_its_own():
    with pytest.raises(InvalidArgs) as refusal:
        RegisteredModelArgs(
            login_server="r", model_name="m", version=1, tags={"a": "b"}, framework="Onnx"
        )
    assert set(refusal.value.problems) == {"tags", "framework"}
