"""Nothing in use is deleted: what uses it, what was searched, and what could not be."""

import json
import uuid

import pytest

from slipway.cloud.errors import CloudError
from slipway.registry.client import RegistryClient
from tests.harness.stack_outputs import exported

pytestmark = pytest.mark.usefixtures("azure")
GROUP = (
    "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ContainerInstance/containerGroups/d"
)


@pytest.fixture
def image(azure, push_image):
    name = f"image-{uuid.uuid4().hex[:8]}"
    digest = push_image(name, "key", [])
    return RegistryClient(azure.login_server).images.publish(name, digest, "key")


@pytest.fixture
def groups(monkeypatch):
    """Container groups by id, with their images; may be an error instead."""
    found = {}

    def images_of_groups():
        if "error" in found:
            raise CloudError(found["error"])
        return found

    monkeypatch.setattr("slipway.cloud.container_instances.images_of_groups", images_of_groups)
    return found


@pytest.fixture
def project(tmp_path, pulumi):
    """A project with the stacks dev, which uses nothing, and prod."""
    (tmp_path / "Pulumi.yaml").write_text("name: mine\n")
    pulumi.prints("stack ls", [{"name": "dev"}, {"name": "prod"}])
    pulumi.prints("stack export", exported({}))
    return pulumi


def resource(**outputs):
    kind = "slipway:index:ImageLookup"
    return {"urn": f"urn:pulumi:prod::mine::{kind}::diabetes", "type": kind, "outputs": outputs}


def there(azure, image):
    return RegistryClient(azure.login_server).images.list(image.name) == [image]


@pytest.mark.parametrize("apart", [False, True])
def test_what_a_stack_names_stays(slipway, azure, image, groups, project, apart):
    parts = {"loginServer": image.login_server, "digest": image.digest}
    named = resource(**(parts if apart else {"services": [{"image": image.ref}]}))
    project.of_stack("prod").prints("stack export", exported({}, named))
    for force in ((), ("--force",)):
        done = slipway("images", "delete", image.id, *force)
        assert done.exit_code == 1
        assert f"{image.id} is in use: nothing was deleted." in done.stderr
        assert "used by the stack prod (ImageLookup diabetes)" in done.stderr
        searched = "searched: the stack dev, the stack prod, the container groups"
        assert searched in done.stderr
    assert there(azure, image)


def test_what_a_container_group_runs_stays(slipway, azure, image, groups, project):
    groups[GROUP] = ["other@sha256:1", image.ref]
    done = slipway("images", "delete", image.id)
    assert f"used by the container group {GROUP}" in done.stderr
    assert there(azure, image)


def test_a_copy_in_another_registry_is_not_this_one(slipway, azure, image, groups, project):
    groups[GROUP] = [image.ref.replace(image.login_server, "other.azurecr.io")]
    assert slipway("images", "delete", image.id).exit_code == 0
    assert not there(azure, image)


@pytest.mark.parametrize("missing", ["stack", "project", "azure"])
def test_what_could_not_be_searched_is_told_and_needs_a_word(
    slipway, azure, image, groups, project, tmp_path, missing
):
    if missing == "stack":
        project.of_stack("prod").prints("stack export", {})
        project.fails("stack export", "error: incorrect passphrase\n")
    elif missing == "project":
        (tmp_path / "Pulumi.yaml").unlink()
    else:
        groups["error"] = "ARM did not answer"
    done = slipway("images", "delete", image.id)
    reason = {
        "stack": "not searched: the stack prod (pulumi stack failed: incorrect passphrase)",
        "project": "not searched: the stacks of this folder's project (there is no Pulumi.yaml here)",
        "azure": "not searched: the container groups of the subscription (ARM did not answer)",
    }
    assert done.exit_code == 1
    assert f"{image.id} may be in use: nothing was deleted." in done.stderr
    assert reason[missing] in done.stderr
    assert there(azure, image)
    assert slipway("images", "delete", image.id, "--force").exit_code == 0
    assert not there(azure, image)


def test_a_model_that_a_stack_registers_stays(slipway, azure, groups, project, tmp_path):
    file = tmp_path / "model.pkl"
    file.write_bytes(b"model")
    models = RegistryClient(azure.login_server).models
    model = models.register(f"model-{uuid.uuid4().hex[:8]}", file)
    named = resource(loginServer=azure.login_server, digest=model.digest)
    project.of_stack("prod").prints("stack export", exported({}, named))
    done = slipway("models", "delete", model.id)
    assert f"{model.id} is in use: nothing was deleted." in done.stderr
    project.of_stack("prod").prints("stack export", exported({}))
    assert slipway("models", "delete", model.id).exit_code == 0
    shown = slipway("models", "list", model.name, "--json")
    assert json.loads(shown.stdout) == []
