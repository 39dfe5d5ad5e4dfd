"""What the built-in roles permit, by the names of Azure's operations."""

import json
import uuid

import pytest

from rehearsal.core.errors import ArmError
from rehearsal.core.rbac import CONTRIBUTOR, OWNER, READER
from rehearsal.core.roles import ROLES, USER_ACCESS_ADMINISTRATOR
from rehearsal.core.tokens import Principal
from rehearsal.doors.arm_http.requests import Asked, answer

ACI = "/providers/Microsoft.ContainerInstance/containerGroups/website"
ROLE = "/providers/Microsoft.Authorization/roleAssignments/" + str(uuid.UUID(int=7))
REGISTRY = "/providers/Microsoft.ContainerRegistry/registries/webreg"


@pytest.fixture
def ask_as(rehearsal):
    """A request of an identity that has one role at the resource group."""
    rehearsal.container_group()
    who = rehearsal.identity("somebody")["properties"]["principalId"]

    def run(role, method, path, body=None):
        rehearsal.role(rehearsal.group_id, who, role)
        asked = Asked(
            method=method,
            path=rehearsal.group_id + path,
            query={"api-version": "2022-04-01" if "Authorization" in path else "2023-05-01"}
            | ({"api-version": "2023-07-01"} if path == REGISTRY + "/listCredentials" else {})
            | ({"api-version": "2024-03-01"} if not path else {}),
            headers={},
            body=json.dumps(body or {}).encode(),
            base_url="https://localhost:1",
        )
        return answer(asked, rehearsal.arm, Principal(who, "client"))

    return run


def refusal(ask, *arguments):
    with pytest.raises(ArmError) as refused:
        ask(*arguments)
    assert (refused.value.status, refused.value.code) == (403, "AuthorizationFailed")
    return refused.value.message


@pytest.mark.parametrize(
    ("role", "method", "path", "operation"),
    [
        (CONTRIBUTOR, "PUT", ROLE, "Microsoft.Authorization/roleAssignments/write"),
        (CONTRIBUTOR, "DELETE", ROLE, "Microsoft.Authorization/roleAssignments/delete"),
        (
            READER,
            "POST",
            ACI + "/restart",
            "Microsoft.ContainerInstance/containerGroups/restart/action",
        ),
        (READER, "DELETE", ACI, "Microsoft.ContainerInstance/containerGroups/delete"),
        (READER, "DELETE", "", "Microsoft.Resources/subscriptions/resourceGroups/delete"),
        (
            READER,
            "POST",
            REGISTRY + "/listCredentials",
            "Microsoft.ContainerRegistry/registries/listCredentials/action",
        ),
        (
            USER_ACCESS_ADMINISTRATOR,
            "DELETE",
            ACI,
            "Microsoft.ContainerInstance/containerGroups/delete",
        ),
    ],
)
def test_what_a_role_does_not_permit_is_named(ask_as, role, method, path, operation):
    message = refusal(ask_as, role, method, path)
    assert f"to perform action '{operation}' over scope" in message


@pytest.mark.parametrize(
    ("role", "method", "path", "status"),
    [
        (READER, "GET", ACI + "/containers/app/logs", 200),
        (READER, "GET", ACI, 200),
        (READER, "GET", ROLE.rpartition("/")[0], 200),
        (CONTRIBUTOR, "POST", ACI + "/restart", 204),
        (CONTRIBUTOR, "DELETE", ACI, 200),
        (OWNER, "DELETE", ROLE, 204),
        (USER_ACCESS_ADMINISTRATOR, "DELETE", ROLE, 204),
    ],
)
def test_what_it_permits(ask_as, role, method, path, status):
    assert ask_as(role, method, path).status == status


def test_a_contributor_does_not_become_an_owner(ask_as, rehearsal):
    somebody = rehearsal.world.store.get(
        rehearsal.id("Microsoft.ManagedIdentity/userAssignedIdentities", "somebody")
    )
    definition = (
        f"{rehearsal.subscription}/providers/Microsoft.Authorization/roleDefinitions/{OWNER}"
    )
    body = {
        "properties": {
            "principalId": somebody.properties["principalId"],
            "roleDefinitionId": definition,
            "principalType": "ServicePrincipal",
        }
    }
    refusal(ask_as, CONTRIBUTOR, "PUT", ROLE, body)


def test_role_definitions(ask_as):
    definitions = "/providers/Microsoft.Authorization/roleDefinitions"
    found = ask_as(READER, "GET", definitions).document["value"]
    assert len(found) == len(ROLES)
    one = ask_as(OWNER, "GET", f"{definitions}/{CONTRIBUTOR}").document
    assert one["properties"]["roleName"] == "Contributor"
    assert "Microsoft.Authorization/*/Write" in one["properties"]["permissions"][0]["notActions"]


def test_roles_of_services_that_are_not_here_can_be_found_and_given(rehearsal):
    definitions = "Microsoft.Authorization/roleDefinitions"
    query = {"$filter": "roleName eq 'Storage Queue Data Reader'"}
    rehearsal.resource_group()
    (found,) = rehearsal.arm.search(definitions, rehearsal.group_id, query)
    assert found["name"] == "19e7f393-937e-4f77-808e-94535e297925"
    somebody = rehearsal.identity("queue-reader")["properties"]["principalId"]
    rehearsal.role(rehearsal.group_id, somebody, found["name"])
    assert not rehearsal.world.rbac.permits(
        somebody, "Microsoft.Resources/subscriptions/resourceGroups/read", rehearsal.group_id
    )


def test_a_role_that_azure_does_not_have_is_refused(rehearsal):
    rehearsal.resource_group()
    somebody = rehearsal.identity()["properties"]["principalId"]
    with pytest.raises(ArmError) as told:
        rehearsal.role(rehearsal.group_id, somebody, "00000000-1111-2222-3333-444444444444")
    assert told.value.code == "RoleDefinitionDoesNotExist"
