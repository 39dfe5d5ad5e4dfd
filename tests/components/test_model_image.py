import hashlib
import json
import os
import pickle
from pathlib import Path

import pytest
import sklearn
from sklearn.linear_model import Ridge

from components import registry_login
from components.errors import InvalidArgs
from components.model_image import TYPE, ModelImage, ModelImageArgs
from components.registered_model import RegisteredModel, RegisteredModelArgs
from pytest_pulumi.wire import UNKNOWN, Secret, is_secret, plain

BUILD = "docker-build:index:Image"
DIGEST = "sha256:" + "a" * 64
REF = f"reg.azurecr.io/images/diabetes-image@{DIGEST}"
SHA = hashlib.sha256(b"model").hexdigest()

RIDGE = Ridge().fit([[1.0], [2.0]], [1.0, 2.0])
SCRIPT = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A model, a script and a locked environment; nothing is resolved or downloaded."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in [
        name for name in os.environ if name.startswith(("UV_", "PIP_C", "PIP_I", "PIP_E"))
    ]:
        if name != "PIP_CONFIG_FILE":
            monkeypatch.delenv(name)
    monkeypatch.setattr("slipway.imagebuild.lock.lock", lambda *_: "# locked\n")
    monkeypatch.setattr(registry_login, "refresh_token", lambda server: f"token-for-{server}")
    (tmp_path / "model.pkl").write_bytes(b"model")
    (tmp_path / "score.py").write_text(SCRIPT)
    return tmp_path


def existing(version):
    args = RegisteredModelArgs(
        login_server="reg.azurecr.io", model_name="diabetes", version=version
    )
    return RegisteredModel(f"diabetes:{version}", args)


@pytest.fixture
def build(azure_mocks, types, files):
    def make(*, preview=False, answers=None, sha256=SHA, registered=None, others=(), **changes):
        def program():
            model = RegisteredModel(
                "diabetes",
                RegisteredModelArgs(
                    login_server="reg.azurecr.io",
                    model_name="diabetes",
                    path=files / "model.pkl",
                    **(registered or {}),
                ),
            )
            args = {
                "login_server": "reg.azurecr.io",
                "image_name": "diabetes-image",
                "models": [each.artifact for each in (model, *map(existing, others))],
                "entry_script": files / "score.py",
                **changes,
            }
            made = ModelImage("diabetes-image", ModelImageArgs(**args))
            return {"id": made.image_id, "version": made.version, "ref": made.ref}

        known = {
            types.model_version: {"version": 2, "modelId": "diabetes:2", "sha256": sha256},
            types.image_version: {"version": 7, "imageId": "diabetes-image:7", "ref": REF},
        }
        if preview:
            known = {types.model_version: {"sha256": sha256}}
        return azure_mocks(program, preview=preview, answers={**known, **(answers or {})})

    return make


def test_answers_with_a_digest_only(build):
    assert build().result == {"id": "diabetes-image:7", "version": 7, "ref": REF}


def test_builds_from_a_folder_with_exactly_the_files(build):
    image = build().one(BUILD).inputs
    folder = Path(image["context"]["location"])
    assert (folder / "models/diabetes/2/model.pkl").read_bytes() == b"model"
    assert (folder / "app/score.py").read_text() == SCRIPT
    assert (folder / "Dockerfile").is_file()
    assert image["push"] is True
    assert image["buildOnPreview"] is False
    assert image["platforms"] == ["linux/amd64"]


def test_what_was_pushed_is_what_gets_the_number(build, types):
    run = build()
    numbered = run.one(types.image_version).inputs
    (tag,) = run.one(BUILD).inputs["tags"]
    assert numbered["digest"] == DIGEST
    assert numbered["models"] == ["diabetes:2"]
    repository, _, key = tag.rpartition(":key-")
    assert repository == "reg.azurecr.io/images/diabetes-image"
    assert numbered["contentKey"].startswith(key)


def test_the_same_inputs_have_the_same_key(build, types, files):
    def key():
        return build().one(types.image_version).inputs["contentKey"]

    first = key()
    assert key() == first
    (files / "score.py").write_text(SCRIPT + "# changed\n")
    assert key() != first


def test_logs_in_with_a_token_that_is_a_secret(build):
    run = build()
    (registry,) = run.one(BUILD).inputs["registries"]
    assert registry["address"] == "reg.azurecr.io"
    assert registry["username"] == "00000000-0000-0000-0000-000000000000"
    assert registry["password"] == Secret("token-for-reg.azurecr.io")
    run.assert_only_in_secrets("token-for-reg.azurecr.io")


def test_the_password_does_not_make_the_reference_a_secret(build, types):
    run = build(
        answers={
            BUILD: {"digest": Secret(DIGEST)},
            types.model_version: {"version": 2, "modelId": "diabetes:2", "sha256": SHA},
            types.image_version: {"version": 7, "imageId": "diabetes-image:7", "ref": REF},
        }
    )
    assert not is_secret(run.one(types.image_version).inputs["digest"])


def test_a_private_authority_reaches_the_build_as_a_secret(build, files, monkeypatch):
    bundle = files / "bundle.pem"
    bundle.write_text("-----BEGIN CERTIFICATE-----\nplanted\n-----END CERTIFICATE-----\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    run = build()
    image = run.one(BUILD).inputs
    assert "planted" in plain(image["secrets"])["ca_bundle"]
    run.assert_only_in_secrets("planted")


def test_a_private_index_reaches_the_build_as_a_secret(build, monkeypatch):
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://me:planted@index.example/simple")
    run = build()
    assert "index.example" in plain(run.one(BUILD).inputs["secrets"])["pip_conf"]
    run.assert_only_in_secrets("planted")


def test_machines_with_and_without_an_authority_build_the_same(build):
    image = build().one(BUILD).inputs
    assert plain(image["secrets"]) == {"ca_bundle": "", "pip_conf": ""}
    assert image["ignoreSecretsInDiffCalculation"] == ["ca_bundle", "pip_conf"]


def test_nothing_is_deleted_with_a_password_that_has_expired(build, types):
    run = build()
    assert run.one(BUILD).options.retain_on_delete
    assert run.one(types.image_version).options.retain_on_delete
    assert run.one(BUILD).options.custom_timeouts == {"create": "60m", "update": "60m"}


def test_every_child_sits_under_the_component(build, types):
    run = build()
    component = run.one(TYPE)
    assert {c.type for c in run.children(component)} == {BUILD, types.image_version}
    assert set(run.outputs[component.urn]) == {"image_id", "version", "ref"}


def test_a_preview_predicts_what_it_can(build, types):
    """The registry is known, the model's next number too; nothing is built and nobody logs in."""
    run = build(
        preview=True,
        answers={types.model_version: {"version": 2, "modelId": "diabetes:2", "sha256": SHA}},
    )
    image = run.one(BUILD).inputs
    assert (Path(image["context"]["location"]) / "models/diabetes/2").is_dir()
    (registry,) = image["registries"]
    assert registry["password"] == Secret("")
    numbered = run.one(types.image_version).inputs
    assert isinstance(numbered["contentKey"], str)
    assert numbered["digest"] is UNKNOWN


def test_a_preview_that_does_not_build_has_no_empty_digest(build, types):
    run = build(
        preview=True,
        answers={
            BUILD: {"digest": ""},
            types.model_version: {"version": 2, "modelId": "diabetes:2", "sha256": SHA},
        },
    )
    assert run.one(types.image_version).inputs["digest"] is UNKNOWN


def test_the_first_preview_stages_the_first_number(build, types):
    """There is no registry yet, so nothing can say the model's number; the file's hash is known."""
    run = build(preview=True, answers={types.model_version: {"sha256": SHA}})
    folder = Path(run.one(BUILD).inputs["context"]["location"])
    assert (folder / "models/diabetes/1/model.pkl").is_file()


def test_refuses_all_at_once(azure_mocks, files, build):
    (files / "bad.py").write_text("def init(:\n")
    (files / "bad.yml").write_text("- not\n- a mapping\n")
    with pytest.raises(InvalidArgs) as refusal:
        build(
            image_name="A",
            entry_script=files / "bad.py",
            conda_file=files / "bad.yml",
            source_directory=files / "nowhere",
        )
    assert "image_name must be 3-32 lower-case" in str(refusal.value)
    assert "source_directory must be an existing folder" in str(refusal.value)
    assert "not Python" in str(refusal.value)
    assert len(refusal.value.problems) >= 4


def test_a_bare_model_is_locked_to_what_wrote_it(build, files, monkeypatch):
    """No script and no conda file; the framework that it was registered with stands in the image."""
    locked = []
    monkeypatch.setattr(
        "slipway.imagebuild.lock.lock", lambda *inputs: locked.append(inputs) or "# locked\n"
    )
    (files / "model.pkl").write_bytes(pickle.dumps(RIDGE))
    sha = hashlib.sha256((files / "model.pkl").read_bytes()).hexdigest()
    registered = {"framework": "ScikitLearn", "framework_version": sklearn.__version__}
    run = build(entry_script=None, sha256=sha, registered=registered)
    folder = Path(run.one(BUILD).inputs["context"]["location"])
    assert {extras for _, _, extras in locked} == {("grpc", "pickle")}
    assert all(f"scikit-learn=={sklearn.__version__}" in one.requirements for one, *_ in locked)
    (entry,) = json.loads((folder / "models/models.json").read_text())["models"]
    assert entry["sha256"] == sha
    assert {key: entry[key] for key in registered} == registered


def test_a_wrong_registration_is_refused_in_the_preview(build, files):
    (files / "model.pkl").write_bytes(pickle.dumps(RIDGE))
    sha = hashlib.sha256((files / "model.pkl").read_bytes()).hexdigest()
    registered = {"framework": "ScikitLearn", "framework_version": "1.0.2"}
    with pytest.raises(InvalidArgs, match=r"is registered with scikit-learn 1\.0\.2, but"):
        build(entry_script=None, sha256=sha, registered=registered, preview=True)


def test_other_models_stand_in_the_image_and_in_its_record(build, files, types, monkeypatch):
    old = files / "old.pkl"
    old.write_bytes(b"old")
    monkeypatch.setattr("components.registered_model.downloaded", lambda *_: str(old))
    found = {"version": 1, "sha256": hashlib.sha256(b"old").hexdigest(), "modelId": "diabetes:1"}
    run = build(others=[1], answers={types.model_lookup: found})
    folder = Path(run.one(BUILD).inputs["context"]["location"])
    assert (folder / "models/diabetes/1/old.pkl").read_bytes() == b"old"
    assert (folder / "models/diabetes/2/model.pkl").read_bytes() == b"model"
    assert run.one(types.image_version).inputs["models"] == ["diabetes:2", "diabetes:1"]


def test_a_preview_tells_how_much_of_a_folder_goes_along(build, files):
    (files / ".amlignore").write_text("model.pkl\ncache/\n")
    run = build(preview=True, source_directory=files)
    (told,) = [log.message for log in run.logs if "goes into the image" in log.message]
    assert told == f"{files} goes into the image: 1 file, {len(SCRIPT)} bytes"


@pytest.mark.parametrize(
    ("changes", "base"),
    [({}, "python:3.11-slim-bookworm"), ({"base_image": "python:3.11"}, "python:3.11")],
)
def test_a_preview_tells_of_a_base_image_by_tag(build, changes, base):
    run = build(preview=True, **changes)
    (told,) = [log.message for log in run.logs if "base image" in log.message]
    assert told.startswith(f"the base image {base} is named by a tag")
    assert f"baseImage {base}@sha256:" in told


def test_a_base_image_by_digest_is_built_on_and_nothing_is_said(build):
    for base in (f"python:3.11-slim@sha256:{'a' * 64}", f"mirror.example/python@sha256:{'a' * 64}"):
        assert not [
            each
            for each in build(preview=True, base_image=base).logs
            if "base image" in each.message
        ]
        folder = Path(build(base_image=base).one(BUILD).inputs["context"]["location"])
        assert (folder / "Dockerfile").read_text().startswith(f"ARG BASE_IMAGE={base}\n")


def test_a_preview_tells_what_of_the_conda_file_is_left_out(build, files):
    (files / "myenv.yml").write_text("dependencies: [icu=75.1, tk=8.6=h1, numpy=2.4.6=py311_0]\n")
    told = [log.message for log in build(preview=True, conda_file=files / "myenv.yml").logs]
    assert f"{files}/myenv.yml: left out, as PyPI's wheels bring what they need: icu, tk" in told


def test_all_of_a_conda_files_problems_are_lines_of_one_argument(build, files):
    (files / "myenv.yml").write_text("dependencies: [numpy=1|2, {pip: [-e .]}]\n")
    with pytest.raises(InvalidArgs) as refusal:
        build(conda_file=files / "myenv.yml")
    assert list(refusal.value.problems) == ["conda_file"]
    head, *lines = str(refusal.value).splitlines()
    assert head == "ModelImageArgs: conda_file cannot be used, with 2 problems:"
    assert [line.split(": ")[0].strip() for line in lines] == ["myenv.yml", "myenv.yml"]


def test_a_script_that_imports_what_lies_beside_it_needs_the_folder(build, files):
    (files / "helper.py").write_text("X = 1\n")
    (files / "score.py").write_text(f"import helper\n{SCRIPT}")
    with pytest.raises(
        InvalidArgs, match=r"source_directory is missing: .*score\.py imports helper\.py"
    ):
        build()
