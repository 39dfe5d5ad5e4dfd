"""What components refuse is told in words of settings, whenever it is found."""

import pickle
from dataclasses import fields, is_dataclass

import pytest
import sklearn
from sklearn.linear_model import Ridge

from components.aci_service import AciServiceArgs
from components.errors import InvalidArgs
from components.model_image import ModelImageArgs
from components.registered_model import RegisteredModelArgs
from components.service_wiring import TlsMaterial
from components.workspace import WorkspaceArgs
from slipway.imagebuild.errors import BuildInputError
from slipway.rules.fields import annotations
from stacks.refusals import in_settings, key_of
from stacks.schema import schema
from stacks.settings.stack import KEYS

IMAGE = "slipway:images.diabetes-image"
SCRIPTED = {
    "slipway:images/diabetes-image": {
        "models": ["diabetes"],
        "entryScript": "score.py",
        "condaFile": "myenv.yml",
    }
}


@pytest.fixture
def refused(deploy):
    """refused(changes) -> the lines of what the program ends with."""

    def run(changes):
        with pytest.raises(InvalidArgs) as refusal:
            deploy(changes)
        head, *lines = str(refusal.value).splitlines()
        assert head.startswith("the stack's configuration has")
        assert "Args" not in str(refusal.value)
        return [line.strip() for line in lines]

    return run


def test_packages_that_do_not_fit(refused, project, monkeypatch):
    def lock(environment, *_):
        raise BuildInputError({str(environment.path): "no set of packages fits: a; b"})

    monkeypatch.setattr("slipway.imagebuild.lock.lock", lock)
    assert refused(SCRIPTED) == [f"{IMAGE}.condaFile cannot be used: no set of packages fits: a; b"]


def test_a_model_that_was_written_by_another_version(refused, project):
    (project / "model.pkl").write_bytes(pickle.dumps(Ridge().fit([[1.0], [2.0]], [1.0, 2.0])))
    changes = {
        "slipway:models/diabetes": {
            "path": "model.pkl",
            "framework": "ScikitLearn",
            "frameworkVersion": "1.0.2",
        }
    }
    (line,) = refused(changes)
    assert line.startswith(
        f"{IMAGE}.models[0] cannot be used: model diabetes: is registered with scikit-learn 1.0.2, but model.pkl "
        f"was written by {sklearn.__version__}"
    )


def test_a_model_that_changed_after_its_registration(refused, project):
    (project / "model.onnx").write_bytes(b"changed")
    (line,) = refused({})
    assert line.startswith(
        f"{IMAGE}.models[0] cannot be used: model diabetes: model.onnx has sha256"
    )


def test_a_pip_configuration_that_cannot_be_read(refused, project, monkeypatch):
    (project / "pip.conf").write_text("index-url = https://me:hunter2@a.example\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(project / "pip.conf"))
    assert refused({}) == [f"{IMAGE} {project / 'pip.conf'} is no readable pip configuration"]


def test_a_program_sees_its_arguments_all_the_same():
    with pytest.raises(InvalidArgs, match=r"^WorkspaceArgs: base_name must contain"):
        WorkspaceArgs(location="westeurope", base_name="-")
    with in_settings(KEYS["workspace"]), pytest.raises(InvalidArgs) as refusal:
        WorkspaceArgs(location="westeurope", base_name="-")
    assert str(refusal.value).splitlines()[1].startswith("  slipway:workspace.name must contain")
    assert list(refusal.value.problems) == ["base_name"]


def test_what_users_named_keeps_its_name():
    key = "slipway:services.diabetes"
    assert key_of(key, "environment.omp_num_threads") == f"{key}.environment.omp_num_threads"
    assert key_of(key, "smoke_test.request_file") == f"{key}.smokeTest.requestFile"


def paths(arguments):
    """Every argument, also those inside another."""
    hints = annotations(arguments)
    for field in fields(arguments):
        yield field.name
        inner = TlsMaterial if field.name == "tls" else type(field.default)
        if is_dataclass(inner):
            yield from (f"{field.name}.{each}" for each in paths(inner))
        assert hints


@pytest.mark.parametrize(
    ("section", "arguments"),
    [
        ("slipway:workspace", WorkspaceArgs),
        ("slipway:models.x", RegisteredModelArgs),
        ("slipway:images.x", ModelImageArgs),
        ("slipway:services.x", AciServiceArgs),
    ],
)
def test_every_argument_is_told_as_a_setting_that_there_is(section, arguments):
    for argument in paths(arguments):
        key = key_of(section, argument)
        assert is_setting(key), (
            f"stacks/refusals.py does not say of which setting {argument} is made ({key})"
        )


def is_setting(key):
    """Whether the schema of a stack's file has the key."""
    document = schema()
    config = document["properties"]["config"]["properties"]
    name = next(each for each in config if key == each or key.startswith(f"{each}."))
    steps = [step for step in key.removeprefix(name).split(".") if step]
    places = [config[name]]
    for step in steps:
        places = [inner for place in places for inner in below(document, place, step)]
    return bool(places)


def below(document, place, step):
    """The schemas of what is under a name, in any of the alternatives."""
    if "$ref" in place:
        found = document
        for part in place["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        yield from below(document, found, step)
    for alternative in (*place.get("anyOf", ()), *place.get("oneOf", ()), *place.get("allOf", ())):
        yield from below(document, alternative, step)
    if step in place.get("properties", {}):
        yield place["properties"][step]
    elif isinstance(place.get("additionalProperties"), dict):
        yield place["additionalProperties"]
    yield from place.get("patternProperties", {}).values()
