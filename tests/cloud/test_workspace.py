"""Reading a workspace by ARM, on a rehearsal that has one."""

from collections.abc import Callable
from typing import Any

import pytest
from azure.core import PipelineClient
from azure.core.pipeline.policies import BearerTokenCredentialPolicy
from azure.core.rest import HttpRequest

from slipway.cloud.arm_client import ArmClient
from slipway.cloud.credential import credential
from slipway.cloud.environment import discover
from slipway.cloud.errors import CloudError
from slipway.cloud.registries import exists
from slipway.cloud.workspace import Place, find_registry, read_workspace
from slipway.rules.roles import ACR_PULL
from slipway.rules.workspace_names import WorkspaceNames
from tests.harness.own_rehearsal import OwnRehearsal

KINDS = {
    "registry": ("Microsoft.ContainerRegistry/registries", {"sku": {"name": "Basic"}}),
    "pull_identity": ("Microsoft.ManagedIdentity/userAssignedIdentities", {}),
    "logs": ("Microsoft.OperationalInsights/workspaces", {"properties": {}}),
    "insights": (
        "Microsoft.Insights/components",
        {"kind": "web", "properties": {"Application_Type": "web"}},
    ),
}
VERSIONS = {
    "roleAssignments": "2022-04-01",
    "Microsoft.ContainerRegistry": "2023-07-01",
    "Microsoft.ManagedIdentity": "2023-01-31",
    "Microsoft.OperationalInsights": "2023-09-01",
    "Microsoft.Insights": "2020-02-02",
}
NEEDED = ("registry", "pull_identity", "logs")


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory):
    own = OwnRehearsal(tmp_path_factory.mktemp("rehearsal"))
    own.start()
    yield own
    assert own.stop() == []


class Workspaces:
    """Makes workspaces, or parts of them."""

    def __init__(self) -> None:
        environment = discover()
        token = BearerTokenCredentialPolicy(credential(), f"{environment.audience}/.default")
        self._client: Any = PipelineClient(environment.resource_manager, policies=[token])

    def make(self, place: Place, *parts: str) -> dict[str, dict[str, Any]]:
        """The documents of its group and of those parts."""
        root = f"/subscriptions/{place.subscription}/resourceGroups/{place.resource_group}"
        made = {"group": self._put(root, {})}
        for part in parts:
            kind, body = KINDS[part]
            path = f"{root}/providers/{kind}/{getattr(place.names, part)}"
            made[part] = self._put(path, {"location": "westeurope", **body})
        return made

    def let_pull(self, place: Place, scope: str, identity: dict[str, Any]) -> None:
        """Give an identity AcrPull."""
        roles = "providers/Microsoft.Authorization"
        self._put(
            f"{scope}/{roles}/roleAssignments/{place.names.pull_assignment}",
            {
                "properties": {
                    "principalId": identity["properties"]["principalId"],
                    "principalType": "ServicePrincipal",
                    "roleDefinitionId": f"/{roles}/roleDefinitions/{ACR_PULL}",
                }
            },
        )

    def _put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        version = next((found for kind, found in VERSIONS.items() if kind in path), "2024-03-01")
        url = self._client.format_url(f"{path}?api-version={version}")
        document = {"location": "westeurope", **body}
        response = self._client.send_request(HttpRequest("PUT", url, json=document))
        response.raise_for_status()
        return dict(response.json())


@pytest.fixture
def workspaces(rehearsal, monkeypatch) -> Workspaces:
    for name, value in rehearsal.variables().items():
        if name.startswith("ARM_") or name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            monkeypatch.setenv(name, value)
    return Workspaces()


@pytest.fixture
def place(workspaces, rehearsal) -> Callable[[str], Place]:
    """The place of a workspace with this base name."""
    subscription = rehearsal.variables()["ARM_SUBSCRIPTION_ID"]
    return lambda name: Place(subscription, f"group-of-{name}", WorkspaceNames.of(name))


def test_a_workspace_is_all_that_services_need(workspaces, place):
    there = place("whole")
    made = workspaces.make(there, *KINDS)
    workspaces.let_pull(there, made["registry"]["id"], made["pull_identity"])
    found = read_workspace(there)
    assert (found.name, found.resource_group, found.location) == (
        "whole",
        "group-of-whole",
        "westeurope",
    )
    assert found.id == made["group"]["id"]
    assert found.login_server == made["registry"]["properties"]["loginServer"]
    assert found.registry_id == made["registry"]["id"]
    assert found.pull_identity_id == made["pull_identity"]["id"]
    assert found.pull_identity_principal_id == made["pull_identity"]["properties"]["principalId"]
    assert found.log_customer_id == made["logs"]["properties"]["customerId"]
    assert len(found.log_key) == 88
    assert found.insights_connection_string.startswith("InstrumentationKey=")
    assert found.log_key not in repr(found)
    assert found.insights_connection_string not in repr(found)


def test_application_insights_may_be_missing(workspaces, place):
    there = place("without-insights")
    made = workspaces.make(there, *NEEDED)
    workspaces.let_pull(there, made["registry"]["id"], made["pull_identity"])
    assert read_workspace(there).insights_connection_string == ""


def test_a_role_on_the_whole_group_counts_for_the_registry(workspaces, place):
    there = place("role-above")
    made = workspaces.make(there, *NEEDED)
    workspaces.let_pull(there, made["group"]["id"], made["pull_identity"])
    assert read_workspace(there).registry_id == made["registry"]["id"]


def test_an_identity_that_may_not_pull_is_refused_with_the_command(workspaces, place):
    there = place("no-role")
    made = workspaces.make(there, *NEEDED)
    # A role elsewhere, and somebody else's, are of no use.
    workspaces.let_pull(there, made["logs"]["id"], made["pull_identity"])
    other = place("other")
    theirs = workspaces.make(other, "pull_identity")
    workspaces.let_pull(other, made["registry"]["id"], theirs["pull_identity"])
    with pytest.raises(CloudError) as refusal:
        read_workspace(there)
    identity, registry = made["pull_identity"], made["registry"]["id"]
    assert str(refusal.value) == (
        f"The identity {identity['id']} may not pull images: it has no role AcrPull at {registry}. "
        "The stack that makes the registry grants it; by hand it is granted with: "
        f"az role assignment create --assignee-object-id {identity['properties']['principalId']} "
        f"--assignee-principal-type ServicePrincipal --role AcrPull --scope {registry}"
    )


def test_what_is_missing_is_told_with_what_is_there(workspaces, place):
    there = place("half")
    workspaces.make(there, "logs")
    with pytest.raises(CloudError) as refusal:
        read_workspace(there)
    assert str(refusal.value) == (
        "The workspace 'half' was not found in the resource group 'group-of-half': the registry "
        f"{there.names.registry!r} and the identity 'half-pull' are missing, and the group "
        "contains workspaces 'half-logs'; check the workspace's name, or deploy it first."
    )


def test_a_registry_is_found_before_the_rest_of_its_workspace_is(workspaces, place):
    there = place("registry-alone")
    assert find_registry(there) is None
    made = workspaces.make(there, "registry")
    assert find_registry(there) == made["registry"]["properties"]["loginServer"]


def test_a_registry_exists_by_its_login_server_whatever_subscription_it_is_in(workspaces, place):
    made = workspaces.make(place("somewhere"), "registry")
    server = made["registry"]["properties"]["loginServer"]
    assert exists(server)
    assert exists(server.upper())
    assert not exists(f"not-{server}")


def test_a_group_that_does_not_exist_is_told_with_the_subscription(place):
    there = place("nowhere")
    with pytest.raises(CloudError) as refusal:
        read_workspace(there)
    assert str(refusal.value) == (
        f"The workspace 'nowhere' was not found: the subscription {there.subscription} has no "
        "resource group 'group-of-nowhere'; check the name and ARM_SUBSCRIPTION_ID."
    )


def test_a_refusal_of_arm_is_told_in_its_own_words(workspaces, rehearsal):
    with pytest.raises(CloudError) as refusal:
        ArmClient().get("/subscriptions", api_version="yesterday")
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).startswith(
        "ARM refused the request for /subscriptions: The api-version"
    )
