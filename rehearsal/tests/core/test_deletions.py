"""Deletions that Azure refuses leave what they were asked to delete as it was, also after a kill."""

from dataclasses import replace

import pytest

from rehearsal.core.errors import ArmError
from rehearsal.core.recovery import recover
from rehearsal.core.resource import DELETING, SUCCEEDED

NETWORK = "Microsoft.Network/virtualNetworks"


@pytest.fixture
def held(rehearsal):
    """A network in `rg` with a subnet that a container group of another group uses, and a registry beside it."""
    body = rehearsal.pulling_group()
    subnet = {
        "name": "aci",
        "properties": {
            "addressPrefix": "10.0.0.0/24",
            "delegations": [
                {
                    "name": "aci",
                    "properties": {"serviceName": "Microsoft.ContainerInstance/containerGroups"},
                }
            ],
        },
    }
    network = rehearsal.put(
        rehearsal.id(NETWORK, "net"),
        {
            "location": "westeurope",
            "properties": {
                "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                "subnets": [subnet],
            },
        },
    )
    elsewhere = f"{rehearsal.subscription}/resourceGroups/elsewhere"
    rehearsal.put(elsewhere, {"location": "westeurope"})
    body["properties"]["subnetIds"] = [{"id": f"{network['id']}/subnets/aci"}]
    body["properties"]["ipAddress"] = {"type": "Private", "ports": [{"port": 5001}]}
    rehearsal.put(f"{elsewhere}/providers/Microsoft.ContainerInstance/containerGroups/web", body)
    return network["id"]


def states(rehearsal):
    return {one.id.name: one.state for one in rehearsal.world.store.list()}


def test_a_group_that_holds_what_is_in_use_elsewhere_rolls_back(rehearsal, held):
    with pytest.raises(ArmError) as refused:
        rehearsal.arm.delete(rehearsal.group_id)
    error = refused.value
    assert (error.status, error.code) == (409, "ResourceGroupDeletionBlocked")
    assert f"'{NETWORK}/net" in error.message
    details = error.body()["error"]["details"]
    assert held in {one["target"] for one in details}
    assert all("InUseSubnetCannotBeDeleted" in one["message"] for one in details)
    assert (
        states(rehearsal)["rg"] == states(rehearsal)["net"] == states(rehearsal)["aci"] == SUCCEEDED
    )
    assert "webreg" not in states(rehearsal)
    rehearsal.registry("another")
    rehearsal.arm.delete(f"{rehearsal.subscription}/resourceGroups/elsewhere")
    assert rehearsal.arm.delete(rehearsal.group_id)
    assert states(rehearsal) == {}


def test_a_start_after_a_kill_survives_it(rehearsal, held):
    store = rehearsal.world.store
    store.put(replace(store.get(rehearsal.group_id), state=DELETING))
    for _ in range(2):
        rehearsal.open()
        recover(rehearsal.arm)
        assert states(rehearsal)["rg"] == SUCCEEDED
    assert "web" in [group.name for group in rehearsal.runtime.groups.values()]


def test_a_start_survives_a_defect_of_one_deletion(rehearsal, held, monkeypatch):
    store = rehearsal.world.store
    store.put(replace(store.get(rehearsal.group_id), state=DELETING))
    monkeypatch.setattr(rehearsal.runtime, "stop", None)
    monkeypatch.setattr(rehearsal.registries, "close", None)
    recover(rehearsal.arm)
    assert "web" in [group.name for group in rehearsal.runtime.groups.values()]
