"""What a program reads of a workspace that another stack made, by Microsoft's own clients."""

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.loganalytics import LogAnalyticsManagementClient
from azure.mgmt.msi import ManagedServiceIdentityClient
from azure.mgmt.resource.resources import ResourceManagementClient

from rehearsal.core.rbac import ACR_PUSH, READER

NOBODY = "00000000-0000-4000-8000-000000000009"


@pytest.fixture
def workspace(endpoint):
    """A group with a registry, an identity that may pull, logs and Application Insights; ids by name."""
    one = endpoint.rehearsal
    one.resource_group()
    registry, identity = one.registry(), one.identity()
    logs = one.put(
        one.id("Microsoft.OperationalInsights/workspaces", "logs"), {"location": "westeurope"}
    )
    insights = one.put(
        one.id("Microsoft.Insights/components", "insights"),
        {
            "location": "westeurope",
            "kind": "web",
            "properties": {"Application_Type": "web", "WorkspaceResourceId": logs["id"]},
        },
    )
    one.role(registry["id"], identity["properties"]["principalId"])
    return {"registry": registry, "identity": identity, "logs": logs, "insights": insights}


def test_a_registry(endpoint, workspace):
    found = endpoint.client(ContainerRegistryManagementClient).registries.get("rg", "webreg")
    assert found.properties.login_server == workspace["registry"]["properties"]["loginServer"]
    assert (found.id, found.sku.name) == (workspace["registry"]["id"], "Basic")


def test_an_identity(endpoint, workspace):
    client = endpoint.client(ManagedServiceIdentityClient)
    found = client.user_assigned_identities.get("rg", "puller")
    assert found.principal_id == workspace["identity"]["properties"]["principalId"]
    assert found.client_id == workspace["identity"]["properties"]["clientId"]


def test_logs_and_their_keys(endpoint, workspace):
    client = endpoint.client(LogAnalyticsManagementClient)
    assert (
        client.workspaces.get("rg", "logs").customer_id
        == (workspace["logs"]["properties"]["customerId"])
    )
    keys = client.shared_keys.get_shared_keys("rg", "logs")
    again = client.shared_keys.get_shared_keys("rg", "logs")
    assert keys.primary_shared_key == again.primary_shared_key
    assert keys.primary_shared_key != keys.secondary_shared_key


def test_application_insights(endpoint, workspace):
    client = endpoint.client(ResourceManagementClient)
    found = client.resources.get_by_id(workspace["insights"]["id"], api_version="2020-02-02")
    assert found.properties["ConnectionString"].startswith("InstrumentationKey=")


def test_what_is_not_there_is_named_as_azure_names_it(endpoint, workspace):
    client = endpoint.client(ContainerRegistryManagementClient)
    with pytest.raises(ResourceNotFoundError, match="registries/other' under resource group 'rg'"):
        client.registries.get("rg", "other")
    for read in (client.registries.list_by_resource_group, client.registries.list_credentials):
        arguments = (
            ("nowhere", "other") if read == client.registries.list_credentials else ("nowhere",)
        )
        with pytest.raises(ResourceNotFoundError, match="Resource group 'nowhere' could not be fo"):
            list(read(*arguments))


def test_resources_of_a_group_by_type(endpoint, workspace):
    client = endpoint.client(ResourceManagementClient).resources
    assert {one.type.split("/")[1] for one in client.list_by_resource_group("rg")} == {
        "registries",
        "userAssignedIdentities",
        "workspaces",
        "components",
    }
    registries = "resourceType eq 'Microsoft.ContainerRegistry/registries'"
    for listed in (
        client.list_by_resource_group("rg", filter=registries),
        client.list(filter=registries),
    ):
        assert [one.id for one in listed] == [workspace["registry"]["id"]]
    with pytest.raises(ResourceNotFoundError, match="ResourceGroupNotFound"):
        list(client.list_by_resource_group("nowhere"))
    with pytest.raises(HttpResponseError, match="InvalidFilterInQueryString"):
        list(client.list(filter="colour eq 'red'"))


class TestRoleAssignments:
    """Azure lists what applies to a scope: given at it, above it, and (unless `atScope()`) below it."""

    @pytest.fixture
    def given(self, endpoint, workspace):
        """Scopes of one principal's roles, by where they were given."""
        one, who = endpoint.rehearsal, workspace["identity"]["properties"]["principalId"]
        one.role(one.group_id, who, READER)
        one.role(workspace["logs"]["id"], who, READER)
        other = one.identity("another")["properties"]["principalId"]
        one.role(workspace["registry"]["id"], other, ACR_PUSH)
        return who, workspace["registry"]["id"], one.group_id, workspace["logs"]["id"]

    def scopes(self, endpoint, scope, **more):
        client = endpoint.client(AuthorizationManagementClient)
        return sorted(one.scope for one in client.role_assignments.list_for_scope(scope, **more))

    def test_of_a_principal_at_a_registry(self, endpoint, given):
        who, registry, group, _ = given
        for text in (f"principalId eq '{who}'", f"assignedTo('{who}')", f"PRINCIPALID eq '{who}'"):
            assert self.scopes(endpoint, registry, filter=text) == sorted([registry, group])
        assert self.scopes(endpoint, registry, filter=f"principalId eq '{NOBODY}'") == []

    def test_of_a_group_with_and_without_what_is_below(self, endpoint, given):
        who, registry, group, logs = given
        text = f"assignedTo('{who}')"
        assert self.scopes(endpoint, group, filter=text) == sorted([registry, group, logs])
        assert self.scopes(endpoint, group, filter=f"atScope() and {text}") == [group]
        assert self.scopes(endpoint, group, filter="atScope()") == [group]
        assert len(self.scopes(endpoint, group)) == 4

    @pytest.mark.parametrize(
        "text", ["principalId eq me", "atScope() and principalId eq 'x'", "roleName eq 'AcrPull'"]
    )
    def test_a_filter_that_azure_does_not_take(self, endpoint, given, text):
        with pytest.raises(
            HttpResponseError, match=r"UnsupportedQuery.*is not supported"
        ) as refusal:
            self.scopes(endpoint, given[1], filter=text)
        assert refusal.value.status_code == 400
