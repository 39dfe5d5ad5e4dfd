"""What `slipway recover` makes of a state with pending creates."""

import pytest

from slipway.cli.recover import look_up
from slipway.cli.state import REPEATABLE, PendingCreate, pending_creates, pending_deletions, settle
from slipway.cloud.arm_ids import TYPES, arm_id

GROUP = "azure-native:containerinstance:ContainerGroup"
URN = f"urn:pulumi:dev::slipway::slipway:index:AciService${GROUP}::diabetes"
ID = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.ContainerInstance/containerGroups/d"
INPUTS = {"resourceGroupName": "rg", "containerGroupName": "d"}


def state(*resources, pending=("creating",)):
    operations = [
        {"type": kind, "resource": {"urn": URN, "type": GROUP, "custom": True, "inputs": INPUTS}}
        for kind in pending
    ]
    return {
        "version": 3,
        "deployment": {"resources": list(resources), "pending_operations": operations},
    }


def test_only_creates_are_pending_creates():
    assert [create.name for create in pending_creates(state(pending=("updating", "creating")))] == [
        "diabetes"
    ]
    assert pending_creates({"deployment": {}}) == []


def test_what_exists_stands_in_the_state_under_its_id():
    deployment = settle(state(), {URN: ID})["deployment"]
    assert deployment["pending_operations"] == []
    (resource,) = deployment["resources"]
    assert resource["id"] == ID
    assert resource["outputs"] == INPUTS


def test_what_does_not_exist_is_dropped():
    deployment = settle(state(), {})["deployment"]
    assert deployment == {"resources": [], "pending_operations": []}


def test_the_old_half_of_a_replacement_makes_way_and_nothing_else_does():
    old = {"urn": URN, "pendingReplacement": True}
    other = {"urn": "urn:other"}
    resources = settle(state(old, other), {URN: ID})["deployment"]["resources"]
    assert [(r["urn"], r.get("id")) for r in resources] == [("urn:other", None), (URN, ID)]


def test_what_is_found_stands_before_its_dependents_and_after_what_it_needs():
    old = {"urn": URN, "pendingReplacement": True}
    smoke = {"urn": "urn:smoke", "propertyDependencies": {"uri": [URN]}}
    provider = {"urn": "urn:provider"}
    given = state(old, smoke, provider)
    pending = given["deployment"]["pending_operations"][0]["resource"]
    pending["provider"] = "urn:provider::id"
    resources = settle(given, {URN: ID})["deployment"]["resources"]
    assert [r["urn"] for r in resources] == ["urn:provider", URN, "urn:smoke"]


def test_the_given_state_is_left_alone():
    given = state()
    settle(given, {URN: ID})
    assert given == state()


def test_ids_are_said_from_the_inputs():
    assert arm_id(GROUP, INPUTS, "0") == ID
    scope = {"scope": "/subscriptions/0/x", "roleAssignmentName": "g"}
    assert arm_id("azure-native:authorization:RoleAssignment", scope, "0") == (
        "/subscriptions/0/x/providers/Microsoft.Authorization/roleAssignments/g"
    )


def test_an_unknown_type_or_a_missing_name_has_no_id():
    assert arm_id("azure-native:unknown:Thing", {}, "0") is None
    assert arm_id(GROUP, {"resourceGroupName": "rg"}, "0") is None


def test_only_deletions_that_azure_knows_are_waited_for():
    smoke = {"type": "slipway:index:SmokeTest", "id": "smoke-test"}
    group = {"type": GROUP, "id": ID}
    operations = [
        {"type": "deleting", "resource": smoke},
        {"type": "deleting", "resource": group},
        {"type": "updating", "resource": group},
    ]
    given = {"deployment": {"pending_operations": operations}}
    assert pending_deletions(given, TYPES) == [(GROUP, ID)]
    assert pending_deletions({"deployment": {}}, TYPES) == []


class Reader:
    """ARM with one container group."""

    def id_of(self, type_token, inputs):
        return arm_id(type_token, inputs, "0")

    def exists(self, _, identifier):
        return identifier == ID


@pytest.fixture
def arm(monkeypatch):
    monkeypatch.setattr("slipway.cloud.arm.ArmReader", Reader)


def create(type_token, **inputs):
    return PendingCreate(f"urn:pulumi:dev::slipway::{type_token}::x", type_token, inputs)


def test_azure_is_asked_what_exists(arm):
    there = create(GROUP, **INPUTS)
    gone = PendingCreate("urn:gone", GROUP, {**INPUTS, "containerGroupName": "e"})
    findings = look_up([there, gone])
    assert findings.existing == {there.urn: ID}
    assert findings.unclear == {}
    assert findings.fate(gone) == "is not there, cleared"


@pytest.mark.parametrize(
    "unclear",
    [
        create("azure-native:cache:Redis", **INPUTS),
        create(GROUP, resourceGroupName="rg"),
        create("kubernetes:core/v1:Secret"),
        create("slipway:index:EdgeDevice"),
    ],
    ids=lambda one: one.type,
)
def test_what_cannot_be_looked_up_is_not_taken_for_absent(arm, unclear):
    findings = look_up([unclear])
    assert findings.existing == {}
    assert list(findings.unclear) == [unclear.urn]
    assert findings.fate(unclear) == "cannot be looked up, stays pending"


def test_what_cannot_be_looked_up_stays_pending_and_the_rest_is_settled():
    given = state()
    operations = given["deployment"]["pending_operations"]
    operations.append({"type": "creating", "resource": {"urn": "urn:unclear", "inputs": {}}})
    deployment = settle(given, {URN: ID}, {"urn:unclear"})["deployment"]
    assert [resource["urn"] for resource in deployment["resources"]] == [URN]
    assert [one["resource"]["urn"] for one in deployment["pending_operations"]] == ["urn:unclear"]


@pytest.mark.parametrize("type_token", sorted(REPEATABLE))
def test_what_is_found_by_its_content_is_simply_done_again(type_token):
    findings = look_up([create(type_token)])  # asks nobody
    assert (findings.existing, findings.unclear) == ({}, {})
    assert findings.fate(create(type_token)).startswith("cleared; the next update does it again")


@pytest.mark.parametrize(
    "begun",
    [
        {"type": "pulumi:providers:docker-build", "custom": True},
        {"type": "pulumi:pulumi:Stack", "custom": False},
        {"type": "slipway:index:AciService", "custom": False},
    ],
    ids=lambda begun: begun["type"],
)
def test_what_only_the_state_has_is_simply_done_again(begun):
    operation = {"type": "creating", "resource": {"urn": "urn:pulumi:dev::p::t::x", **begun}}
    (pending,) = pending_creates({"deployment": {"pending_operations": [operation]}})
    findings = look_up([pending])  # asks nobody
    assert (findings.existing, findings.unclear) == ({}, {})
    assert findings.fate(pending).startswith("cleared; the next update does it again")


def test_a_stack_with_something_unclear_is_not_called_ready(arm, slipway, pulumi):
    unclear = {"urn": "urn:pulumi:dev::p::azure-native:cache:Redis::x", "inputs": {}}
    resource = {**unclear, "type": "azure-native:cache:Redis", "custom": True}
    operation = {"type": "creating", "resource": resource}
    pulumi.prints("whoami --non-interactive", "")
    pulumi.prints("cancel --yes", "")
    pulumi.prints("stack import", "")
    pulumi.prints("refresh --yes", "")
    pulumi.prints("stack export", {"deployment": {"pending_operations": [operation]}})
    done = slipway("recover", "dev")
    assert done.exit_code == 1
    assert "azure-native:cache:Redis x: cannot be looked up, stays pending" in done.stdout
    assert (
        "dev is not ready: whether Azure has azure-native:cache:Redis x is not known" in done.stderr
    )
    assert any(call.startswith("refresh") for call in pulumi.calls)
