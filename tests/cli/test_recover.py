"""What `slipway recover` makes of a state with pending creates."""

from slipway.cli.recover import pending_creates, pending_deletions, settled
from slipway.cloud.arm_ids import arm_id

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
    deployment = settled(state(), {URN: ID})["deployment"]
    assert deployment["pending_operations"] == []
    (resource,) = deployment["resources"]
    assert resource["id"] == ID
    assert resource["outputs"] == INPUTS


def test_what_does_not_exist_is_dropped():
    deployment = settled(state(), {})["deployment"]
    assert deployment == {"resources": [], "pending_operations": []}


def test_the_old_half_of_a_replacement_makes_way_and_nothing_else_does():
    old = {"urn": URN, "pendingReplacement": True}
    other = {"urn": "urn:other"}
    resources = settled(state(old, other), {URN: ID})["deployment"]["resources"]
    assert [(r["urn"], r.get("id")) for r in resources] == [("urn:other", None), (URN, ID)]


def test_what_is_found_stands_before_its_dependents_and_after_what_it_needs():
    old = {"urn": URN, "pendingReplacement": True}
    smoke = {"urn": "urn:smoke", "propertyDependencies": {"uri": [URN]}}
    provider = {"urn": "urn:provider"}
    given = state(old, smoke, provider)
    pending = given["deployment"]["pending_operations"][0]["resource"]
    pending["provider"] = "urn:provider::id"
    resources = settled(given, {URN: ID})["deployment"]["resources"]
    assert [r["urn"] for r in resources] == ["urn:provider", URN, "urn:smoke"]


def test_the_given_state_is_left_alone():
    given = state()
    settled(given, {URN: ID})
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
    assert pending_deletions({"deployment": {"pending_operations": operations}}) == [(GROUP, ID)]
    assert pending_deletions({"deployment": {}}) == []
