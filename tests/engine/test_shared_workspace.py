"""A workspace that many stacks share: one makes it, others use it, nobody harms it."""

import subprocess
import sys

import pytest

from tests.harness import consistency
from tests.harness.deployment import STACK, stack_names

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

GROUP = "azure-native:containerinstance:ContainerGroup"
REGISTRY = "azure-native:containerregistry:Registry"
RESOURCE_GROUP = "azure-native:resources:ResourceGroup"
ROLE = "azure-native:authorization:RoleAssignment"
BUILD = "docker-build:index:Image"
EXISTING = "slipway:workspace.existing"

FORGET_ROLE = """
import sys
from azure.mgmt.authorization import AuthorizationManagementClient
from slipway.cloud.credential import credential, subscription_id
from slipway.cloud.environment import discover
azure = discover()
client = AuthorizationManagementClient(
    credential(), subscription_id(), base_url=azure.resource_manager,
    credential_scopes=[f"{azure.audience}/.default"],
)
client.role_assignments.delete_by_id(sys.argv[1])
"""


def without_protection(platform):
    platform.configure("slipway:workspace.protect", False)
    return platform


def test_stacks_share_a_workspace_and_its_images(stacks, rehearsal):
    platform = without_protection(stacks("platform"))
    dev, prod = stacks("dev"), stacks("prod")
    numbers = dev.use_model(alpha=0.1)

    # The platform stack: a workspace and nothing else.
    platform.engine.up().check()
    assert consistency.problems(platform) == []
    assert platform.engine.resources(GROUP) == []

    # dev uses it by stack reference: registers, builds, and runs two services of one image.
    again = {"target": "aci", "image": "diabetes-image:latest"}
    dev.configure("slipway:services.again", again)
    dev.engine.up().check()
    assert dev.engine.resources(REGISTRY) == []
    (own,) = dev.engine.resources(RESOURCE_GROUP)
    assert own["outputs"]["name"] == "slipway-dev-services"
    assert dev.score() == dev.score(service="again") == pytest.approx(numbers)
    assert dev.output("services.again.image") == "diabetes-image:1"
    assert dev.engine.preview("--expect-no-changes").ok

    # prod uses it by id, and runs dev's image by its version.
    prod.configure(EXISTING, {"id": platform.output("workspace.id")})
    prod.engine.up().check()
    assert prod.engine.resources(BUILD) == []
    assert prod.score() == pytest.approx(numbers)
    assert prod.output("services.diabetes.imageRef") == dev.output("images.diabetes-image.ref")
    assert prod.output("services.diabetes.scoringUri") != dev.output("services.diabetes.scoringUri")

    # By name it is the same workspace.
    group = platform.output("workspace.resourceGroup")
    prod.configure(EXISTING, {"resourceGroup": group, "name": platform.output("workspace.name")})
    assert prod.engine.preview("--expect-no-changes").ok

    # Every stack file is deployed by a test: those that are nowhere else, here.
    others = [stacks(name) for name in sorted(stack_names() - {STACK, "platform", "dev", "prod"})]
    for other in others:
        other.engine.up().check()
        other.engine.destroy().check()

    # A workspace that is used is not destroyed, not even in part; who uses it is named.
    before = [one["urn"] for one in platform.engine.resources()]
    told = platform.engine.destroy()
    assert not told.ok
    assert "of this workspace is in use: nothing of the workspace was destroyed" in told.text
    for name in ("dev", "prod"):
        assert f"used by the stack {name} (" in told.text
        assert f"resourceGroups/slipway-{name}-services/providers" in told.text
    assert "slipway:workspace.refuseWhileUsed" in told.text
    assert [one["urn"] for one in platform.engine.resources()] == before
    assert platform.engine.preview("--expect-no-changes").ok

    # Nor is it replaced.
    platform.configure("slipway:workspace.name", "elsewhere")
    told = platform.engine.up()
    assert not told.ok
    assert "of this workspace is in use" in told.text
    assert prod.score() == pytest.approx(numbers)
    platform.configure("slipway:workspace.name", None)
    assert platform.engine.preview("--expect-no-changes").ok

    # A stack that is destroyed leaves what it only used, and what others use.
    dev.engine.destroy().check()
    assert dev.engine.resources() == []
    assert prod.score() == pytest.approx(numbers)
    assert [one["id"] for one in prod.listed("images")] == ["diabetes-image:1"]
    assert not any("slipway-dev" in one for one in rehearsal.resources())
    prod.engine.destroy().check()
    assert consistency.problems(platform) == []
    platform.engine.destroy().check()
    assert consistency.nothing(platform) == []


def test_what_cannot_be_used_is_refused_in_the_preview(stacks):
    platform = stacks("platform")
    prod = stacks("prod")

    # A stack that has not been deployed.
    assert "slipway:workspace.existing.stack must be a stack with a workspace" in refused(prod)

    # An image that is not in the registry.
    platform.engine.up().check()
    assert (
        "slipway:services.diabetes.image must be a published version, got 'diabetes-image:1': the registry"
        in refused(prod)
    )

    # A workspace that is not there.
    prod.configure(EXISTING, {"resourceGroup": "slipway-platform", "name": "nobodys"})
    assert "The workspace 'nobodys' was not found in the resource group" in refused(prod)

    # An identity that may not pull: with identity, role, scope and the command that grants it.
    prod.configure(EXISTING, {"stack": "organization/slipway/platform"})
    (role,) = platform.engine.resources(ROLE)
    subprocess.run([sys.executable, "-c", FORGET_ROLE, role["id"]], env=prod.engine.env, check=True)
    told = refused(prod)
    identity = platform.output("workspace.pullIdentityId")
    registry = platform.output("workspace.registryId")
    assert f"The identity {identity} may not pull images" in told
    assert f"az role assignment create --assignee-object-id {role['inputs']['principalId']}" in told
    assert f"--role AcrPull --scope {registry}" in told

    # Granted again by the stack that makes the registry.
    platform.engine.refresh().check()
    platform.engine.up().check()
    assert "may not pull images" not in refused(prod)

    # The platform is protected; it goes as the README tells.
    kept = platform.engine.destroy()
    assert not kept.ok
    assert "cannot be deleted because it is protected" in " ".join(kept.text.split())
    without_protection(platform).engine.up().check()
    platform.engine.destroy().check()
    assert consistency.nothing(platform) == []


def test_a_stack_that_does_not_exist_is_named(stacks):
    prod = stacks("prod")
    key = "slipway:workspace.existing.stack"
    assert (
        f"{key} must be a stack of this back end, got 'organization/slipway/platform'; no other stack was found in "
        "it. Otherwise deploy it first (`pulumi up --stack platform` in the project slipway)"
    ) in refused(prod)

    # Another stack of the same back end is the one that was meant.
    stacks("platfrom").engine.run("stack", "ls").check()
    assert "did you mean organization/slipway/platfrom?" in refused(prod)


def refused(deployment):
    """What a preview says that must fail; on one line, as long ones are broken anywhere."""
    preview = deployment.engine.preview()
    assert not preview.ok
    assert "Traceback" not in preview.text
    return " ".join(preview.text.split())
