"""What the program would create, compared with what Azure has: creations that answered an error after the fact."""

import json

import pytest

from slipway.cli.state import pending_creates
from slipway.cli.unrecorded import as_pending, with_creations, would_create

GROUP = "azure-native:containerinstance:ContainerGroup"
COMPONENT = "urn:pulumi:dev::mine::slipway:index:AciService::d"
URN = f"urn:pulumi:dev::mine::slipway:index:AciService${GROUP}::d"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
RG = "azure-native:resources:ResourceGroup"


def step(op="create", urn=URN, **inputs):
    state = {"urn": urn, "type": urn.split("::")[-2].split("$")[-1], "custom": True}
    return {"op": op, "urn": urn, "newState": {**state, "parent": COMPONENT, "inputs": inputs}}


def state(*resources):
    return {"deployment": {"resources": [{"urn": COMPONENT, "type": "c"}, *resources]}}


class Preview:
    def __init__(self, *steps):
        self._steps = list(steps)

    def read(self, arguments):
        assert arguments == ["preview", "--json"]
        return json.dumps({"steps": self._steps})


def test_only_what_would_be_created_and_is_in_no_state_is_looked_up():
    preview = Preview(step(), step("same"), step("update"), step("read"))
    assert [one["urn"] for one in would_create(preview, state())] == [URN]
    live = {"urn": URN, "type": GROUP}
    # A replacement would create what is there: the resource is in the state.
    assert would_create(Preview(step("create-replacement")), state(live)) == []
    half = {**live, "pendingReplacement": True}
    assert len(would_create(Preview(step("create-replacement")), state(half))) == 1
    assert would_create(preview, {"deployment": {"resources": []}}) == []


def test_no_stand_in_for_a_secret_gets_into_the_state():
    variables = [{"name": "A", "secureValue": "[secret]"}, {"name": "B", "value": "b"}]
    (found,) = would_create(Preview(step(key="[secret]", containers=[{"v": variables}])), state())
    assert found["inputs"] == {"containers": [{"v": [{"name": "A"}, variables[1]]}]}


def test_names_that_are_not_known_yet_lead_nowhere():
    (found,) = would_create(
        Preview(step(containerGroupName="d", resourceGroupName=UNKNOWN)), state()
    )
    assert as_pending(found).inputs == {"containerGroupName": "d"}


def test_what_is_found_is_settled_as_an_interrupted_creation_is():
    given = state()
    (found,) = would_create(Preview(step(containerGroupName="d")), given)
    (pending,) = pending_creates(with_creations(given, [found]))
    assert (pending.urn, pending.inputs) == (URN, {"containerGroupName": "d"})
    assert "pending_operations" not in given["deployment"]


class Reader:
    """ARM that has everything, and this in its resource groups."""

    def __init__(self, contents=()):
        self._contents = list(contents)

    def id_of(self, type_token, inputs):
        return "/subscriptions/0/resourceGroups/acme"

    def exists(self, *_):
        return True

    def contents(self, _):
        return self._contents


@pytest.fixture
def recovering(pulumi, slipway, monkeypatch):
    """recovering(reader): `slipway recover` of a stack whose program would create a resource group."""

    def run(reader):
        monkeypatch.setattr("slipway.cloud.arm.ArmReader", lambda: reader)
        for words in ("whoami --non-interactive", "cancel --yes", "stack import", "refresh --yes"):
            pulumi.prints(words, "")
        urn = f"urn:pulumi:dev::mine::{RG}::workspace"
        pulumi.prints("stack export", state())
        pulumi.prints("preview --json", {"steps": [step(urn=urn)]})
        return slipway("recover", "dev")

    return run


def test_a_resource_group_with_something_in_it_is_not_taken(recovering, pulumi):
    done = recovering(Reader(["theirs"]))
    assert done.exit_code == 1
    assert "exists and is not the stack's, and it is not empty (theirs)" in done.stderr
    assert not [call for call in pulumi.calls if call.startswith("stack import")]


def test_a_preview_that_fails_is_told_and_undoes_nothing(recovering, pulumi):
    pulumi.fails("preview --json", "error: no such file model.pkl\n")
    done = recovering(Reader())
    assert done.exit_code == 0, done.stderr
    assert (
        "was not compared with Azure: pulumi preview failed: no such file model.pkl" in done.stderr
    )
    assert "dev is ready" in done.stdout
