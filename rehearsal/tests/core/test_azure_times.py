"""What takes its time on Azure: by a clock that the tests turn."""

import time
from dataclasses import replace

import pytest

from rehearsal.core.azure_times import AZURE, DAY
from rehearsal.core.errors import ArmError
from rehearsal.core.rbac import ACR_PULL, Rbac

WORKSPACE = "Microsoft.OperationalInsights/workspaces"


@pytest.fixture
def turn(rehearsal):
    """Turns the clock of a rehearsal that takes Azure's times."""
    ahead = [0.0]
    world = rehearsal.world
    world.times = replace(AZURE, clock=lambda: time.time() + ahead[0])
    world.rbac = Rbac(world.store, world.identity.object_id, world.times)

    def by(seconds):
        ahead[0] += seconds

    return by


def assignment(rehearsal, principal, **more):
    role = f"{rehearsal.subscription}/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}"
    return rehearsal.put(
        f"{rehearsal.group_id}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000001",
        {"properties": {"principalId": principal, "roleDefinitionId": role, **more}},
    )


def test_a_new_identity_is_not_found_for_a_while(rehearsal, turn):
    rehearsal.resource_group()
    principal = rehearsal.identity()["properties"]["principalId"]
    with pytest.raises(ArmError, match="PrincipalNotFound"):
        assignment(rehearsal, principal)
    turn(AZURE.identity_seconds)
    assert assignment(rehearsal, principal)


def test_whoever_says_what_it_is_need_not_wait(rehearsal, turn):
    rehearsal.resource_group()
    principal = rehearsal.identity()["properties"]["principalId"]
    assert assignment(rehearsal, principal, principalType="ServicePrincipal")


def test_a_role_counts_after_a_while(rehearsal, turn):
    body = rehearsal.pulling_group()
    with pytest.raises(ArmError, match="InaccessibleImage"):
        rehearsal.put(rehearsal.container_group_id(), body)
    turn(AZURE.role_seconds)
    assert rehearsal.put(rehearsal.container_group_id(), body)


def workspace(rehearsal, location="westeurope"):
    rehearsal.resource_group()
    made = rehearsal.put(rehearsal.id(WORKSPACE, "logs"), {"location": location, "properties": {}})
    keys = rehearsal.arm.action(made["id"], "sharedKeys")
    return made["properties"]["customerId"], keys["primarySharedKey"]


@pytest.mark.parametrize(
    ("days", "location", "same"),
    [(13, "westeurope", True), (15, "westeurope", False), (1, "northeurope", False)],
)
def test_a_deleted_log_workspace_comes_back(rehearsal, turn, days, location, same):
    before = workspace(rehearsal)
    rehearsal.arm.delete(rehearsal.group_id)
    turn(days * DAY)
    assert (workspace(rehearsal, location) == before) is same


def test_without_azures_times_nothing_comes_back(rehearsal):
    before = workspace(rehearsal)
    rehearsal.arm.delete(rehearsal.group_id)
    assert workspace(rehearsal) != before
