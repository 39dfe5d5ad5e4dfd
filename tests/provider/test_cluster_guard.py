"""A protected cluster is neither destroyed nor replaced."""

from threading import Event

import pulumi
import pytest

from slipway.provider.errors import Refused
from slipway.provider.handlers import HANDLERS
from slipway.resources import cluster_guard, cluster_settings

GUARD = {
    "clusterId": "/clusters/c",
    "clusterName": "acme-cluster",
    "stack": "platform",
    "protect": True,
}
FIXED = {
    "cluster_name": "acme-cluster",
    "stack": "platform",
    "protect": True,
    "values": {"location": "westeurope", "pod_cidr": "10.244.0.0/16"},
}
UNPROTECT = (
    "To allow it all the same: `pulumi config set --stack platform --path slipway:cluster.protect false` (in programs "
    "the AksCluster's protect), `pulumi up --stack platform` with nothing else changed, and again"
)


def delete(**changes):
    state = {"cluster_name": "acme-cluster", "stack": "platform", "protect": True, **changes}
    HANDLERS[cluster_guard.TYPE](Event()).delete(state)


def test_a_protected_cluster_is_kept_and_both_commands_are_named():
    with pytest.raises(Refused) as told:
        delete()
    assert str(told.value) == (
        f"The cluster acme-cluster is protected: nothing of it was destroyed. {UNPROTECT}"
    )


def test_one_that_is_not_protected_goes():
    delete(protect=False)


def test_another_cluster_is_another_guard_and_all_else_is_changed_in_place(provider_process):
    made = provider_process.create(cluster_guard.TYPE, GUARD)
    for changes in ({"protect": False}, {"stack": "renamed"}):
        assert provider_process.diff(cluster_guard.TYPE, made, {**GUARD, **changes}) == (True, [])
    assert provider_process.diff(cluster_guard.TYPE, made, GUARD) == (False, [])
    other = {**GUARD, "clusterId": "/clusters/d"}
    assert provider_process.diff(cluster_guard.TYPE, made, other) == (True, ["clusterId"])


def changed(before, **changes):
    return HANDLERS[cluster_settings.TYPE](Event()).changed(before, {**before, **changes})


def test_a_change_that_would_replace_a_protected_cluster_is_refused_with_its_reason():
    # Lifting the protection in the same update is too late: what was protected is asked.
    with pytest.raises(Refused) as told:
        changed(FIXED, values={**FIXED["values"], "pod_cidr": "10.9.0.0/16"}, protect=False)
    assert str(told.value) == (
        "The cluster acme-cluster is protected, and Azure could only replace it: nothing was changed. pod_cidr would "
        f"change from 10.244.0.0/16 to 10.9.0.0/16. Take that back. {UNPROTECT}"
    )


def test_other_changes_and_those_of_a_cluster_that_is_not_protected_are_made():
    assert changed(FIXED) == []
    assert changed(FIXED, protect=False) == ["protect"]
    free = {**FIXED, "protect": False}
    # What a preview does not know yet is no other value.
    assert changed(FIXED, values={**FIXED["values"], "location": pulumi.UNKNOWN}) == ["values"]
    assert changed(FIXED, values=pulumi.UNKNOWN) == ["values"]
    assert changed(free, values={"location": "northeurope"}) == ["values"]
