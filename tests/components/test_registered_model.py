import pytest

from components import registered_model
from components.errors import InvalidArgs
from components.registered_model import (
    TYPE,
    ExistingModelArgs,
    RegisteredModel,
    RegisteredModelArgs,
)
from pytest_pulumi.wire import UNKNOWN

OUTPUTS = {"version": 3, "model_id": "diabetes:3", "digest": "sha256:d", "sha256": "f" * 64}


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
            return {"id": made.model_id, "version": made.version, "path": made.path}

        answers = {} if preview else {types.model_version: OUTPUTS}
        return azure_mocks(program, preview=preview, answers=answers)

    return make


def test_registers_the_file_with_what_is_known_of_it(register, types, model_file):
    run = register(tags={"a": "b"}, properties={"c": "d"}, description="Ridge", framework="Onnx")
    inputs = run.one(types.model_version).inputs
    assert inputs["path"] == str(model_file)
    assert inputs["model_name"] == "diabetes"
    assert inputs["tags"] == {"a": "b"}
    assert inputs["properties"] == {"c": "d"}
    assert inputs["description"] == "Ridge"
    assert inputs["framework"] == "Onnx"


def test_answers_with_the_number(register, model_file):
    assert register().result == {"id": "diabetes:3", "version": 3, "path": str(model_file)}


def test_a_stack_that_stops_registering_keeps_the_numbers(register, types):
    assert register().one(types.model_version).options.retain_on_delete


def test_the_child_sits_under_the_component(register, types):
    run = register()
    component = run.one(TYPE)
    assert [child.type for child in run.children(component)] == [types.model_version]
    assert set(run.outputs[component.urn]) == {"model_id", "version", "digest"}


def test_previews_before_there_is_a_registry(register):
    assert register(preview=True).result["id"] is UNKNOWN


def test_an_existing_model_is_only_looked_up(azure_mocks, types, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(
        registered_model, "downloaded", lambda *place: asked.append(place) or "/cache/model.pkl"
    )

    def program():
        args = ExistingModelArgs(login_server="reg.azurecr.io", model_name="diabetes", version=3)
        made = RegisteredModel.existing("diabetes", args)
        return {"id": made.model_id, "path": made.path}

    run = azure_mocks(program, answers={types.model_lookup: OUTPUTS})
    assert run.result == {"id": "diabetes:3", "path": "/cache/model.pkl"}
    assert asked == [("reg.azurecr.io", "diabetes", 3)]
    assert run.all(types.model_version) == []
    assert run.one(types.model_lookup).parent == run.one(TYPE).urn


def test_refuses_a_file_that_is_missing_or_empty(tmp_path):
    empty = tmp_path / "empty.pkl"
    empty.touch()
    missing = tmp_path / "missing.pkl"
    for path, said in [
        (missing, f"path must be an existing file, got {str(missing)!r}"),
        (empty, f"path must not be empty, got {str(empty)!r}"),
    ]:
        with pytest.raises(InvalidArgs) as refusal:
            RegisteredModelArgs(login_server="r", model_name="m", path=path)
        assert str(refusal.value) == f"RegisteredModelArgs: {said}"


def test_refuses_a_version_of_no_framework(model_file):
    with pytest.raises(InvalidArgs, match="framework_version needs framework"):
        RegisteredModelArgs(
            login_server="r", model_name="m", path=model_file, framework_version="1.0"
        )


def test_refuses_a_number_that_cannot_be():
    with pytest.raises(InvalidArgs, match="version must be 1 or more, got 0"):
        ExistingModelArgs(login_server="r", model_name="m", version=0)
