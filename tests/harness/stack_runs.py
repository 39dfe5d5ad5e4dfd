"""Running the whole program on mocks that answer as Azure and a registry with some versions do."""

import hashlib

import pytest

from components import registry_login
from tests.harness.configurations import REMOVED, changed, run_program

DIGEST = "sha256:" + "a" * 64
REF = f"reg.azurecr.io/images/diabetes-image@{DIGEST}"
OLD = f"reg.azurecr.io/images/diabetes-image@sha256:{'b' * 64}"
SHA = hashlib.sha256(b"another").hexdigest()

SERVICE = "slipway:services/diabetes"
FINISHED = {
    "slipway:models": REMOVED,
    "slipway:images": REMOVED,
    f"{SERVICE}/image": "diabetes-image:1",
}
USED = {"slipway:workspace/existing": {"stack": "organization/slipway/platform"}}
PLATFORM = {
    "outputsVersion": 1.0,
    "workspace": {
        "name": "team-platform",
        "id": "/subscriptions/other/resourceGroups/team-platform",
        "resourceGroup": "team-platform",
        "location": "northeurope",
        "loginServer": "shared.azurecr.io",
        "registryId": "/registry",
        "pullIdentityId": "/shared-identity",
    },
}


def workspace(args, **changes):
    """What `slipway:index:getWorkspace` returns."""
    return {
        "name": args["name"],
        "id": f"/subscriptions/other/resourceGroups/{args['resourceGroup']}",
        "resourceGroup": args["resourceGroup"],
        "location": "northeurope",
        "loginServer": "shared.azurecr.io",
        "registryId": "/registry",
        "pullIdentityId": "/shared-identity",
        "pullIdentityPrincipalId": "principal-2",
        "logCustomerId": "customer-2",
        "logKey": "shared-key-2",
        "insightsConnectionString": "connection-2",
        **changes,
    }


EVERY = tuple(range(1, 10))


def registry(args, versions):
    """What `slipway:index:getVersions` returns: those versions of whatever is asked for; None is no registry."""
    return {
        "registry": "" if versions is None else "reg.azurecr.io",
        **{
            kind: {name: list(versions or ()) for name in args[kind]}
            for kind in ("models", "images")
        },
    }


@pytest.fixture
def deploy(azure_mocks, types, project, monkeypatch):
    """Runs the program with the good configuration, of a bare model, and changes by path."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "cache"))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setattr("slipway.imagebuild.lock.lock", lambda *_: "# locked\n")
    monkeypatch.setattr(registry_login, "refresh_token", lambda _: "token")
    monkeypatch.setattr("components.registered_model.downloaded", lambda *_: "model.onnx")
    bare = {
        "slipway:models/diabetes/path": "model.onnx",
        "slipway:images/diabetes-image": {"models": ["diabetes"]},
    }

    def found(resource):
        name, version = resource.inputs["modelName"], resource.inputs.get("version", 2)
        digest = {"digest": DIGEST, "sha256": SHA}
        return {"version": version, "modelId": f"{name}:{version}", **digest}

    def answers(telemetry):
        looked_up = {"imageId": "diabetes-image:1", "ref": OLD, "digest": DIGEST}
        return {
            types.model_version: found,
            types.model_lookup: found,
            types.image_version: {"version": 7, "imageId": "diabetes-image:7", "ref": REF},
            types.image_lookup: {**looked_up, "applicationInsights": telemetry},
        }

    def run(
        changes=None,
        *,
        preview=False,
        stacks=None,
        insights="connection-2",
        telemetry=True,
        versions=EVERY,
        more=None,
        functions=None,
    ):
        def asked(args):
            return workspace(args, insightsConnectionString=insights)

        return azure_mocks(
            run_program,
            preview=preview,
            answers=(more or {}) if preview else answers(telemetry),
            functions={
                "slipway:index:getWorkspace": asked,
                "slipway:index:getVersions": lambda args: registry(args, versions),
                **(functions or {}),
            },
            config=changed({**bare, **(changes or {})}),
            stacks=stacks or {"organization/slipway/platform": PLATFORM},
        )

    return run
