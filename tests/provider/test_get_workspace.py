"""getWorkspace: its arguments, and what a program gets of its answer."""

import grpc
import pulumi
import pytest

from pytest_pulumi.wire import UNKNOWN, Secret, is_secret
from slipway.resources.workspace_lookup import TOKEN, get_workspace_output

ANSWER = {
    "name": "myteam-dev",
    "id": "/subscriptions/s/resourceGroups/g",
    "resourceGroup": "g",
    "location": "westeurope",
    "loginServer": "reg.azurecr.io",
    "registryId": "/registry",
    "pullIdentityId": "/identity",
    "pullIdentityPrincipalId": "principal",
    "logCustomerId": "customer",
    "logKey": Secret("planted"),
    "insightsConnectionString": Secret(""),
}


def lookup(**given):
    found = get_workspace_output(**{"resource_group": "g", "name": "myteam-dev", **given})
    return vars(found)


def test_only_what_is_secret_is_a_secret(pulumi_mocks):
    run = pulumi_mocks(lookup, functions={TOKEN: ANSWER})
    assert {name for name, value in run.result.items() if is_secret(value)} == {
        "log_key",
        "insights_connection_string",
    }
    assert run.result["log_key"] == Secret("planted")
    assert run.result["login_server"] == "reg.azurecr.io"
    assert run.result["pull_identity_principal_id"] == "principal"


def test_arguments_have_the_names_of_the_wire(pulumi_mocks):
    run = pulumi_mocks(lambda: lookup(subscription_id="s"), functions={TOKEN: ANSWER})
    (call,) = run.calls
    assert call.args == {"resourceGroup": "g", "name": "myteam-dev", "subscriptionId": "s"}


def test_what_is_not_known_yet_is_not_asked_for(pulumi_mocks):
    def program():
        return lookup(resource_group=pulumi.Output.from_input(pulumi.UNKNOWN))

    run = pulumi_mocks(program, preview=True)
    assert run.calls == []
    assert run.result["login_server"] is UNKNOWN


def test_arguments_are_refused_all_at_once(provider_process):
    with pytest.raises(grpc.RpcError) as told:
        provider_process.invoke(TOKEN, {"resourceGroup": 3, "nam": "myteam"})
    assert told.value.details() == (
        "nam is not an argument; the nearest is name.\n"
        "resourceGroup must be a string, got 3.\n"
        "name is missing."
    )


def test_a_function_that_is_not_there_is_refused_with_those_that_are(provider_process):
    with pytest.raises(grpc.RpcError) as told:
        provider_process.invoke("slipway:index:getHub", {})
    assert told.value.details() == (
        "slipway has no function slipway:index:getHub: it has slipway:index:getCluster, slipway:index:getVersions, "
        "slipway:index:getWorkspace, slipway:index:waitForPull."
    )
