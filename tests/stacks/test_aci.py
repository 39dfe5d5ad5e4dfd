import hashlib

import pytest

from components import registry_login
from pytest_pulumi.wire import UNKNOWN, is_secret
from stacks import aci
from stacks.configuration import Secrets
from stacks.problems import SettingsError
from stacks.settings import parse

GROUP = "azure-native:containerinstance:ContainerGroup"
REGISTRY = "azure-native:containerregistry:Registry"
BUILD = "docker-build:index:Image"
DIGEST = "sha256:" + "a" * 64
REF = f"reg.azurecr.io/images/diabetes-image@{DIGEST}"
OLD = f"reg.azurecr.io/images/diabetes-image@sha256:{'b' * 64}"
EXPORTS = {
    "image_id",
    "image_ref",
    "scoring_uri",
    "swagger_uri",
    "service_name",
    "login_server",
    "resource_group",
}


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setattr("slipway.imagebuild.lock.lock", lambda *_: "# locked\n")
    monkeypatch.setattr(registry_login, "refresh_token", lambda _: "token")
    path = tmp_path / "model.onnx"
    path.write_bytes(b"model")
    return {"name": "diabetes", "path": str(path)}


@pytest.fixture
def deploy(azure_mocks, types):
    def run(preview=False, secrets=Secrets, more=None, **values):
        sha = hashlib.sha256(b"model").hexdigest()
        answers = {
            types.model_version: {"version": 2, "modelId": "diabetes:2", "sha256": sha},
            types.image_version: {"version": 7, "imageId": "diabetes-image:7", "ref": REF},
            types.image_lookup: {"imageId": "diabetes-image:1", "ref": OLD, "digest": DIGEST},
        }
        settings = parse({"location": "westeurope", **values})
        return azure_mocks(
            lambda: dict(aci.deploy(settings, secrets())),
            preview=preview,
            answers={} if preview else {**answers, **(more or {})},
        )

    return run


def image_of(run):
    (container,) = run.one(GROUP).inputs["containers"]
    return container["image"]


def test_from_a_model_file(deploy, model, types):
    run = deploy(model=model, image="latest")
    assert image_of(run) == REF
    assert run.all(types.image_lookup) == []
    assert set(run.result) == EXPORTS | {"model_id"}
    assert run.result["model_id"] == "diabetes:2"
    assert run.result["image_id"] == "diabetes-image:7"
    assert run.result["scoring_uri"] == "http://diabetes-slipway-test.example.net:5001/score"
    assert run.result["service_name"] == "diabetes"


def test_a_pinned_image_runs_although_a_new_one_is_built(deploy, model, types):
    run = deploy(model=model, image="diabetes-image:1")
    assert image_of(run) == OLD
    assert run.one(types.image_lookup).inputs["version"] == 1
    built = run.one("slipway:index:ModelImage")
    assert run.one(types.image_version).parent == built.urn
    assert run.result["image_id"] == "diabetes-image:1"


def test_a_pinned_image_may_be_the_one_being_built(deploy, model, types):
    run = deploy(model=model, image="diabetes-image:1")
    assert run.one(types.image_version).urn in run.one(types.image_lookup).options.depends_on


def test_from_a_finished_image(deploy, types):
    run = deploy(image="diabetes-image:1")
    assert image_of(run) == OLD
    assert run.all(BUILD) == []
    assert set(run.result) == EXPORTS


def test_a_stack_that_turns_to_a_finished_image_keeps_its_service(deploy, model):
    built, finished = deploy(model=model, image="latest"), deploy(image="diabetes-image:1")
    assert built.one(GROUP).urn == finished.one(GROUP).urn
    assert built.result["service_name"] == finished.result["service_name"] == "diabetes"
    assert built.result["scoring_uri"] == finished.result["scoring_uri"]


def test_the_newest_finished_image_only_where_the_stack_says_so(deploy, types):
    assert deploy(image="diabetes-image:latest").one(types.image_lookup).inputs["version"] == 0


def test_from_a_registered_model(deploy, types, model, monkeypatch, azure_mocks):
    sha = hashlib.sha256(b"model").hexdigest()
    monkeypatch.setattr("components.registered_model.downloaded", lambda *_: model["path"])
    settings = parse(
        {"location": "westeurope", "model": {"name": "diabetes", "version": 2}, "image": "latest"}
    )
    run = azure_mocks(
        lambda: dict(aci.deploy(settings, Secrets())),
        answers={
            types.model_lookup: {"version": 2, "modelId": "diabetes:2", "sha256": sha},
            types.image_version: {"version": 7, "imageId": "diabetes-image:7", "ref": REF},
        },
    )
    assert run.all(types.model_version) == []
    assert image_of(run) == REF
    assert run.result["model_id"] == "diabetes:2"


def test_other_models_are_looked_up_for_the_image(deploy, model, types, tmp_path, monkeypatch):
    other = tmp_path / "other.onnx"
    other.write_bytes(b"model")
    monkeypatch.setattr("components.registered_model.downloaded", lambda *_: str(other))
    scoring = {"otherModels": ["diabetes:1", "ridge:4"]}
    found = {"version": 1, "modelId": "found", "sha256": hashlib.sha256(b"model").hexdigest()}
    run = deploy(model=model, image="latest", scoring=scoring, more={types.model_lookup: found})
    looked_up = {(r.inputs["modelName"], r.inputs["version"]) for r in run.all(types.model_lookup)}
    assert looked_up == {("diabetes", 1), ("ridge", 4)}
    assert run.one(types.image_version).inputs["models"] == ["diabetes:2", "found", "found"]


def test_grpc_can_be_turned_off(deploy, model):
    def ports(**service):
        group = deploy(model=model, image="latest", service=service).one(GROUP)
        return [port["port"] for port in group.inputs["ipAddress"]["ports"]]

    assert ports() == [5001, 8001]
    assert ports(grpc=False) == [5001]


def test_keys_are_exported_as_secrets(deploy):
    run = deploy(image="diabetes-image:1", service={"auth": True})
    assert set(run.result) == EXPORTS | {"primary_key", "secondary_key"}
    assert is_secret(run.result["primary_key"])


def test_previews_a_stack_that_is_not_there_yet(deploy, model):
    run = deploy(preview=True, model=model, image="latest")
    assert run.result["scoring_uri"] is UNKNOWN
    assert run.one(GROUP).inputs["tags"]["image"] is UNKNOWN


def test_everything_lies_under_a_component(deploy, model):
    run = deploy(model=model, image="latest", service={"auth": True, "appInsights": True})
    stray = [
        resource.type
        for resource in run.resources
        if resource.parent.endswith("pulumi:pulumi:Stack::slipway-test")
        and not resource.type.startswith("slipway:")
    ]
    assert stray == []


def test_tls_needs_its_key(deploy, tmp_path, certificate):
    service = {"tls": {"certificateFile": str(certificate)}}
    with pytest.raises(SettingsError) as refusal:
        deploy(image="diabetes-image:1", service=service)
    assert "slipway:tlsKey is missing" in str(refusal.value)


def test_a_planted_secret_is_nowhere_plain(deploy, certificate):
    import pulumi

    def secrets():
        return Secrets(
            primary_key=pulumi.Output.secret("planted-primary"),
            secondary_key=pulumi.Output.secret("planted-secondary"),
            tls_key=pulumi.Output.secret("planted-tls"),
        )

    run = deploy(
        image="diabetes-image:1",
        secrets=secrets,
        service={"auth": True, "tls": {"certificateFile": str(certificate)}},
    )
    run.assert_only_in_secrets("planted-primary")
    run.assert_only_in_secrets("planted-secondary")
    run.assert_only_in_secrets("cGxhbnRlZC10bHM=")


@pytest.fixture
def certificate(tmp_path):
    import trustme

    path = tmp_path / "certificate.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return path
