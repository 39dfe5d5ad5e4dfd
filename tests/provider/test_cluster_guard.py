"""ClusterGuard: a protected cluster is neither destroyed nor replaced."""

from threading import Event

import pytest

from slipway.provider.errors import Refused
from slipway.provider.handlers import HANDLERS
from slipway.resources.cluster_guard import TYPE

STATE = {
    "clusterId": "/clusters/c",
    "clusterName": "acme-cluster",
    "stack": "platform",
    "protect": True,
    "fixed": {"location": "westeurope", "pod_cidr": "10.244.0.0/16"},
}
UNPROTECT = (
    "To allow it all the same: `pulumi config set --stack platform --path slipway:cluster.protect false` (in programs "
    "the AksCluster's protect), `pulumi up --stack platform` with nothing else changed, and again"
)


def delete(**changes):
    state = {"cluster_name": "acme-cluster", "stack": "platform", "protect": True, **changes}
    HANDLERS[TYPE](Event()).delete(state)


def test_a_protected_cluster_is_kept_and_both_commands_are_named():
    with pytest.raises(Refused) as told:
        delete()
    assert str(told.value).startswith(
        "The cluster acme-cluster is protected: nothing of it was destroyed."
    )
    assert str(told.value).endswith(UNPROTECT)


def test_one_that_is_not_protected_goes():
    delete(protect=False)


def test_another_cluster_is_another_guard_and_all_else_is_changed_in_place(provider_process):
    made = provider_process.create(TYPE, STATE)
    for changes in ({"protect": False}, {"stack": "renamed"}, {"fixed": {}}):
        assert provider_process.diff(TYPE, made, {**STATE, **changes}) == (True, [])
    assert provider_process.diff(TYPE, made, STATE) == (False, [])
    # The engine asks this when it works out what a replaced cluster takes with it.
    other = {**STATE, "clusterId": "/clusters/d"}
    assert provider_process.diff(TYPE, made, other) == (True, ["clusterId"])


def test_a_change_that_would_replace_a_protected_cluster_is_refused_with_its_reason():
    state = {
        "cluster_id": "/c",
        "cluster_name": "acme-cluster",
        "stack": "platform",
        "protect": True,
        "fixed": {"location": "westeurope", "pod_cidr": "10.244.0.0/16"},
    }
    fixed = {"location": "westeurope", "pod_cidr": "10.9.0.0/16"}
    handler = HANDLERS[TYPE](Event())
    with pytest.raises(Refused) as told:
        handler.changed(state, {**state, "cluster_id": "/d", "fixed": fixed, "protect": False})
    assert str(told.value) == (
        "The cluster acme-cluster is protected, and Azure could only replace it: nothing was changed. pod_cidr would "
        f"change from 10.244.0.0/16 to 10.9.0.0/16. Take that back. {UNPROTECT}"
    )
    free = {**state, "protect": False}
    assert "cluster_id" in handler.changed(free, {**free, "cluster_id": "/d", "fixed": fixed})
