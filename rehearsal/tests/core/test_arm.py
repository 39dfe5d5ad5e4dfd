"""The ARM core: ids, checks, concurrency, faults, and what a start makes of what a kill left."""

import threading
import time
from dataclasses import replace

import pytest

from rehearsal.arm.container_registry import registries
from rehearsal.core import ids
from rehearsal.core.errors import ArmError
from rehearsal.core.rbac import ACR_PUSH
from rehearsal.core.recovery import recover
from rehearsal.core.resource import CREATING, DELETING, UPDATING

API = "2024-03-01"


def _reopened(rehearsal):
    """The core as after a SIGKILL and a new start: nothing was closed in order."""
    rehearsal.world.store.close()
    rehearsal.open()
    return rehearsal


def _set_state(rehearsal, resource_id, state):
    store = rehearsal.world.store
    store.put(replace(store.get(resource_id), state=state))


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("/subscriptions/s/resourceGroups/g", "Microsoft.Resources/resourceGroups", ("g",)),
        ("/subscriptions/s/resourceGroups/g/providers/A.B/cs/d", "A.B/cs", ("d",)),
        ("/subscriptions/s/resourceGroups/g/providers/A.B/cs/d/es/f", "A.B/cs/es", ("d", "f")),
        (
            "/subscriptions/s/resourceGroups/g/providers/A.B/cs/d/providers/E.F/gs/h",
            "E.F/gs",
            ("h",),
        ),
        ("/subscriptions/s/providers/E.F/gs/h", "E.F/gs", ("h",)),
    ],
)
def test_ids(text, kind, names):
    parsed = ids.parse(text)
    assert (parsed.type, parsed.names, parsed.subscription) == (kind, names, "s")


@pytest.mark.parametrize(
    "text", ["", "/", "/subscriptions/s", "/subscriptions/s/resourceGroups/g/providers/A.B/cs"]
)
def test_what_is_no_id(text):
    with pytest.raises(ArmError, match="InvalidResourceId"):
        ids.parse(text)


def test_ids_ignore_case(rehearsal):
    rehearsal.resource_group()
    assert rehearsal.arm.exists(
        rehearsal.group_id.upper().replace("/SUBSCRIPTIONS", "/subscriptions")
    )


def test_ids_are_shown_in_azures_spelling(rehearsal):
    lower = f"{rehearsal.subscription}/resourcegroups/rg"
    rehearsal.put(lower, {"location": "westeurope"})
    made = rehearsal.put(
        f"{lower}/providers/microsoft.managedidentity/userassignedidentities/Puller",
        {"location": "westeurope"},
    )
    assert made["id"] == rehearsal.id("Microsoft.ManagedIdentity/userAssignedIdentities", "Puller")
    assert rehearsal.arm.get(lower)["id"] == rehearsal.group_id


def test_a_resource_needs_its_group(rehearsal):
    with pytest.raises(ArmError, match="Resource group 'rg' could not be found"):
        rehearsal.registry()


def test_a_location_never_changes(rehearsal):
    rehearsal.resource_group()
    with pytest.raises(ArmError, match="InvalidResourceGroupLocation"):
        rehearsal.put(rehearsal.group_id, {"location": "eastus"})
    registry = rehearsal.registry()
    with pytest.raises(ArmError, match="already exists in location 'westeurope'"):
        rehearsal.put(registry["id"], {**registry, "location": "eastus"})


@pytest.mark.parametrize("name", ["ends.", "a" * 91, "with space", "umläut?"])
def test_bad_resource_group_names(rehearsal, name):
    with pytest.raises(ArmError, match="InvalidResourceGroup"):
        rehearsal.put(f"{rehearsal.subscription}/resourceGroups/{name}", {"location": "westus"})


def test_registry_names_are_unique_everywhere(rehearsal):
    rehearsal.resource_group()
    rehearsal.registry("webreg")
    other = f"{rehearsal.subscription}/resourceGroups/other"
    rehearsal.put(other, {"location": "westeurope"})
    with pytest.raises(ArmError, match="AlreadyInUse"):
        rehearsal.put(
            f"{other}/providers/Microsoft.ContainerRegistry/registries/WebReg",
            {"location": "westeurope", "sku": {"name": "Basic"}},
        )


def test_registries_have_ports_of_their_own_and_keep_them(rehearsal):
    rehearsal.resource_group()
    first, second = rehearsal.registry("first"), rehearsal.registry("second")
    assert first["properties"]["loginServer"] != second["properties"]["loginServer"]
    opened = dict(rehearsal.registries.ports)
    rehearsal.registries.ports.clear()
    recover(_reopened(rehearsal).arm)
    assert rehearsal.registries.ports == opened


def test_role_assignments(rehearsal):
    rehearsal.resource_group()
    registry = rehearsal.registry()["id"]
    principal = rehearsal.identity()["properties"]["principalId"]
    allows = rehearsal.world.rbac.allows
    assert not allows(principal, "pull", registry)
    made = rehearsal.role(registry, principal)
    assert allows(principal, "pull", registry)
    assert not allows(principal, "push", registry)
    with pytest.raises(ArmError, match="RoleAssignmentExists"):
        rehearsal.role(registry, principal)
    with pytest.raises(ArmError, match="InvalidRoleAssignmentId"):
        rehearsal.role(registry, principal, name="mine")
    with pytest.raises(ArmError, match="PrincipalNotFound"):
        rehearsal.role(registry, "11111111-1111-1111-1111-111111111111")
    with pytest.raises(ArmError, match="RoleDefinitionDoesNotExist"):
        rehearsal.role(registry, principal, role="22222222-2222-2222-2222-222222222222")
    with pytest.raises(ArmError, match="UnmatchedPrincipalType"):
        rehearsal.put(
            made["id"][:-1] + "0", {"properties": {**made["properties"], "principalType": "User"}}
        )
    rehearsal.role(rehearsal.group_id, principal, ACR_PUSH)
    assert allows(principal, "push", registry)
    rehearsal.arm.delete(registry)
    assert not rehearsal.arm.exists(made["id"])


def test_etags(rehearsal):
    rehearsal.resource_group()
    registry = rehearsal.registry()
    body = {"location": "westeurope", "sku": {"name": "Basic"}}
    rehearsal.arm.begin_put(registry["id"], body, API, if_match=registry["etag"]).finish()
    for condition in ({"if_match": registry["etag"]}, {"if_none_match": "*"}):
        with pytest.raises(ArmError, match="PreconditionFailed"):
            rehearsal.arm.begin_put(registry["id"], body, API, **condition)


def test_deleting_what_is_not_there(rehearsal):
    rehearsal.resource_group()
    assert not rehearsal.arm.delete(
        rehearsal.id("Microsoft.ContainerRegistry/registries", "nothing")
    )


def test_one_of_many_at_once_gets_the_name(rehearsal, monkeypatch):
    rehearsal.resource_group()
    # Between the check of the name and the record of it there is time for the others.
    monkeypatch.setattr(registries, "free_port", lambda: time.sleep(0.05) or 1)
    groups = [f"{rehearsal.subscription}/resourceGroups/g{n}" for n in range(6)]
    for group in groups:
        rehearsal.put(group, {"location": "westeurope"})
    outcomes = []

    def claim(group):
        try:
            rehearsal.put(
                f"{group}/providers/Microsoft.ContainerRegistry/registries/contested",
                {"location": "westeurope", "sku": {"name": "Basic"}},
            )
            outcomes.append("made")
        except ArmError as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=claim, args=(group,)) for group in groups]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["AlreadyInUse"] * 5 + ["made"]


@pytest.mark.parametrize(
    "kind", ["ContainerGroup", "containerGroups", "Microsoft.ContainerInstance/containerGroups"]
)
def test_an_ordered_fault_strikes_as_often_as_it_was_ordered(rehearsal, kind):
    body = rehearsal.pulling_group()
    rehearsal.world.faults.order(kind, "create", times=2, code="429")
    _reopened(rehearsal)
    for _ in range(2):
        with pytest.raises(ArmError) as fault:
            rehearsal.put(rehearsal.container_group_id(), body)
        assert (fault.value.status, fault.value.code) == (429, "TooManyRequests")
    assert not rehearsal.arm.exists(rehearsal.container_group_id())
    rehearsal.put(rehearsal.container_group_id(), body)
    assert rehearsal.world.faults.list() == []


def test_a_fault_after_the_work_leaves_the_work_done(rehearsal):
    body = rehearsal.pulling_group()
    rehearsal.world.faults.order("ContainerGroup", "create", code="Conflict", moment="after")
    with pytest.raises(ArmError, match="Conflict"):
        rehearsal.put(rehearsal.container_group_id(), body)
    assert (
        rehearsal.arm.get(rehearsal.container_group_id())["properties"]["provisioningState"]
        == "Succeeded"
    )


def test_faults_can_be_forgotten(rehearsal):
    rehearsal.world.faults.order("ContainerGroup", "delete")
    assert rehearsal.world.faults.clear() == 1
    assert rehearsal.world.faults.list() == []


def test_a_start_brings_back_what_ran(rehearsal):
    rehearsal.container_group()
    rehearsal.runtime.groups.clear()
    recover(_reopened(rehearsal).arm)
    (group,) = rehearsal.runtime.groups.values()
    assert group.containers[0].environment["PRIMARY_KEY"] == "very-secret"
    assert (
        rehearsal.arm.get(rehearsal.container_group_id())["properties"]["instanceView"]["state"]
        == "Running"
    )


def test_a_stopped_group_stays_stopped(rehearsal):
    rehearsal.container_group()
    rehearsal.arm.action(rehearsal.container_group_id(), "stop")
    recover(_reopened(rehearsal).arm)
    assert rehearsal.runtime.groups == {}


def test_an_interrupted_creation_that_nobody_was_told_of_leaves_nothing(rehearsal):
    body = rehearsal.pulling_group()
    rehearsal.put(rehearsal.container_group_id(), body)
    _set_state(rehearsal, rehearsal.container_group_id(), CREATING)
    recover(_reopened(rehearsal).arm)
    assert not rehearsal.arm.exists(rehearsal.container_group_id())
    assert rehearsal.runtime.groups == {}
    rehearsal.put(rehearsal.container_group_id(), body)


def test_an_interrupted_creation_that_a_client_polls_is_carried_through(rehearsal):
    rehearsal.container_group()
    _set_state(rehearsal, rehearsal.container_group_id(), CREATING)
    resource_id = rehearsal.container_group_id().lower()
    with rehearsal.world.store.transaction() as connection:
        connection.execute(
            "INSERT INTO operations VALUES ('op', ?, 'InProgress', NULL, '2026')", (resource_id,)
        )
    recover(_reopened(rehearsal).arm)
    _wait_for_threads("resume-")
    assert rehearsal.arm.operations.get("op").status == "Succeeded"
    assert rehearsal.arm.get(resource_id)["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize(("state", "there"), [(UPDATING, True), (DELETING, False)])
def test_interrupted_updates_and_deletions_are_carried_through(rehearsal, state, there):
    rehearsal.container_group()
    _set_state(rehearsal, rehearsal.container_group_id(), state)
    recover(_reopened(rehearsal).arm)
    _wait_for_threads("resume-")
    assert rehearsal.arm.exists(rehearsal.container_group_id()) == there
    assert bool(rehearsal.runtime.groups) == there


def _wait_for_threads(prefix):
    for thread in threading.enumerate():
        if thread.name.startswith(prefix):
            thread.join(10)
