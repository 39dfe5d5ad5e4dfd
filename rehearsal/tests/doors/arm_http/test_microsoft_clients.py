"""Microsoft's own clients, unmodified, against the ARM endpoint; and what they make, seen through the other door."""

import json
import urllib.error
from pathlib import Path

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
)
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.containerinstance import ContainerInstanceManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient


def test_metadata_tells_where_everything_is(endpoint):
    found = endpoint.raw("GET", "/metadata/endpoints?api-version=2022-09-01")
    assert found["resourceManager"] == endpoint.url
    assert found["authentication"]["loginEndpoint"] == endpoint.url
    assert found["authentication"]["audiences"][0] == "https://management.azure.com"


def test_resource_groups(endpoint):
    client = endpoint.client(ResourceManagementClient)
    made = client.resource_groups.create_or_update(
        "rg", {"location": "West Europe", "tags": {"a": "b"}}
    )
    assert (made.name, made.location, made.tags) == ("rg", "westeurope", {"a": "b"})
    assert [group.name for group in client.resource_groups.list()] == ["rg"]
    assert client.resource_groups.check_existence("rg")
    assert not client.resource_groups.check_existence("other")
    client.resource_groups.begin_delete("rg").result()
    with pytest.raises(ResourceNotFoundError, match="ResourceGroupNotFound"):
        client.resource_groups.get("rg")


def test_registries(endpoint):
    endpoint.rehearsal.resource_group()
    client = endpoint.client(ContainerRegistryManagementClient)
    made = client.registries.begin_create(
        "rg",
        "webreg",
        {
            "location": "westeurope",
            "sku": {"name": "Basic"},
            "properties": {"adminUserEnabled": False},
        },
    ).result()
    assert made.properties.login_server.startswith("localhost:")
    assert [one.name for one in client.registries.list_by_resource_group("rg")] == ["webreg"]
    with pytest.raises(HttpResponseError, match="UnAuthorizedForCredentialOperations"):
        client.registries.list_credentials("rg", "webreg")
    client.registries.begin_update(
        "rg", "webreg", {"properties": {"adminUserEnabled": True}}
    ).result()
    assert client.registries.list_credentials("rg", "webreg").username == "webreg"
    client.registries.begin_delete("rg", "webreg").result()
    assert endpoint.rehearsal.registries.ports == {}


def test_container_groups(endpoint):
    body = endpoint.rehearsal.pulling_group()
    client = endpoint.client(ContainerInstanceManagementClient)
    made = client.container_groups.begin_create_or_update("rg", "website", body).result()
    assert made.provisioning_state == "Succeeded"
    assert made.instance_view.state == "Running"
    assert made.containers[0].environment_variables[1].secure_value is None
    assert client.containers.list_logs("rg", "website", "app", tail=1).content == "hello from app\n"
    assert [one.name for one in client.container_groups.list_by_resource_group("rg")] == ["website"]
    assert [one.name for one in client.container_groups.list()] == ["website"]
    client.container_groups.begin_restart("rg", "website").result()
    client.container_groups.stop("rg", "website")
    client.container_groups.begin_start("rg", "website").result()
    assert [call[0] for call in endpoint.rehearsal.runtime.calls] == [
        "start",
        "restart",
        "stop",
        "start",
    ]
    updated = client.container_groups.update("rg", "website", {"tags": {"a": "b"}})
    assert updated.tags == {"a": "b"}
    client.container_groups.begin_delete("rg", "website").result()
    assert endpoint.rehearsal.runtime.groups == {}
    assert endpoint.rehearsal.arm.list("Microsoft.ContainerInstance/containerGroups") == []


def test_a_failure_in_the_middle_reaches_the_client_that_polls(endpoint):
    body = endpoint.rehearsal.pulling_group()
    endpoint.rehearsal.runtime.defect = RuntimeError("planted defect")
    client = endpoint.client(ContainerInstanceManagementClient)
    with pytest.raises(HttpResponseError, match="planted defect"):
        client.container_groups.begin_create_or_update("rg", "website", body).result()
    assert client.container_groups.get("rg", "website").provisioning_state == "Failed"


def test_capabilities_and_usage_of_a_region(endpoint):
    client = endpoint.client(ContainerInstanceManagementClient)
    found = list(client.location.list_capabilities("westeurope"))
    assert {one.capabilities.max_cpu for one in found} == {31.0}
    endpoint.rehearsal.container_group()
    used = {one.name.value: one for one in client.location.list_usage("westeurope")}
    assert (used["ContainerGroups"].current_value, used["ContainerGroups"].limit) == (1, 100)
    assert (used["StandardCores"].current_value, used["StandardCores"].limit) == (1, 100)


def test_role_assignments_of_a_scope(endpoint):
    endpoint.rehearsal.pulling_group()
    client = endpoint.client(AuthorizationManagementClient)
    registry = endpoint.rehearsal.id("Microsoft.ContainerRegistry/registries", "webreg")
    (found,) = client.role_assignments.list_for_scope(registry)
    assert found.scope == registry


def test_all_resources_of_a_group(endpoint):
    endpoint.rehearsal.container_group()
    client = endpoint.client(ResourceManagementClient)
    found = {one.type for one in client.resources.list_by_resource_group("rg")}
    assert "Microsoft.ContainerInstance/containerGroups" in found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"client_secret": "wrong"}, "AADSTS7000215"),
        ({"client_id": "00000000-0000-0000-0000-000000000001"}, "AADSTS700016"),
        ({"tenant_id": "00000000-0000-0000-0000-000000000001"}, "AADSTS90002"),
    ],
)
def test_a_wrong_credential_is_refused(endpoint, change, words):
    client = endpoint.client(ResourceManagementClient, endpoint.credential(**change))
    with pytest.raises(ClientAuthenticationError, match=words) as refusal:
        list(client.resource_groups.list())
    assert endpoint.rehearsal.world.identity.client_secret not in str(refusal.value)


def test_another_principal_may_not_write(endpoint):
    endpoint.rehearsal.resource_group()
    identity = endpoint.rehearsal.identity()["properties"]
    token = endpoint.rehearsal.world.tokens.issue(
        identity["principalId"], "https://management.azure.com"
    )
    path = f"{endpoint.rehearsal.group_id}?api-version=2024-03-01"
    for method in ("GET", "DELETE"):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            endpoint.raw(method, path, token)
        assert refusal.value.code == 403
        assert b"AuthorizationFailed" in refusal.value.read()


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/subscriptions/{s}/resourceGroups/rg", b"{}", 400, "MissingApiVersionParameter"),
        (
            "/subscriptions/{s}/resourceGroups/rg?api-version=soon",
            b"{}",
            400,
            "InvalidApiVersionParameter",
        ),
        (
            "/subscriptions/{s}/resourceGroups/rg?api-version=2024-03-01",
            b"{",
            400,
            "InvalidRequestContent",
        ),
        (
            "/subscriptions/other/resourceGroups/rg?api-version=2024-03-01",
            b"{}",
            404,
            "SubscriptionNotFound",
        ),
        (
            "/subscriptions/{s}/resourceGroups/rg?api-version=2024-03-01",
            b" " * (4 * 1024 * 1024 + 1),
            413,
            "RequestEntityTooLarge",
        ),
        (
            "/subscriptions/{s}/resourceGroups/rg/providers/Microsoft.Toys/trains/x?api-version=2024-03-01",
            b"{}",
            404,
            "InvalidResourceType",
        ),
    ],
)
def test_bad_requests(endpoint, path, body, status, code):
    me = endpoint.rehearsal.world.identity
    token = endpoint.rehearsal.world.tokens.issue(me.object_id, "https://management.azure.com")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        endpoint.raw("PUT", path.format(s=me.subscription_id), token, body)
    assert refusal.value.code == status
    assert json.loads(refusal.value.read())["error"]["code"] == code


@pytest.mark.parametrize("audience", [None, "https://graph.example"])
def test_no_token_or_one_for_somebody_else(endpoint, audience):
    me = endpoint.rehearsal.world.identity
    token = endpoint.rehearsal.world.tokens.issue(me.object_id, audience) if audience else None
    with pytest.raises(urllib.error.HTTPError) as refusal:
        endpoint.raw("GET", "/subscriptions?api-version=2022-12-01", token)
    assert refusal.value.code == 401
    assert refusal.value.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_sign_in_that_is_too_long(endpoint):
    tenant = endpoint.rehearsal.world.identity.tenant_id
    with pytest.raises(urllib.error.HTTPError) as refusal:
        endpoint.raw("POST", f"/{tenant}/oauth2/v2.0/token", body=b"a" * (64 * 1024 + 1))
    assert refusal.value.code == 413
    assert json.loads(refusal.value.read())["error"] == "RequestEntityTooLarge"


def test_keys_are_for_their_owner_only(endpoint, tmp_path):
    for name in ("tls/server.key", "identity.json", "state.db"):
        assert Path(tmp_path, name).stat().st_mode & 0o077 == 0
