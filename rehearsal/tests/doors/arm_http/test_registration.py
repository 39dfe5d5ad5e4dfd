"""Resource providers that the subscription is not registered to use yet, with Microsoft's client."""

import json
import time
import urllib.error
from dataclasses import replace

import pytest
from azure.mgmt.resource.resources import ResourceManagementClient

from rehearsal.core.azure_times import AZURE

NAMESPACE = "Microsoft.ManagedIdentity"


@pytest.fixture
def ahead(endpoint):
    found = [0.0]
    endpoint.rehearsal.world.times = replace(AZURE, clock=lambda: time.time() + found[0])
    return found


def put_identity(endpoint):
    """Without Microsoft's client, which registers by itself, and waits ten seconds for it."""
    world = endpoint.rehearsal.world
    token = world.tokens.issue(world.identity.object_id, "https://management.azure.com")
    path = endpoint.rehearsal.id(f"{NAMESPACE}/userAssignedIdentities", "puller")
    body = json.dumps({"location": "westeurope"}).encode()
    return endpoint.raw("PUT", f"{path}?api-version=2023-01-31", token, body)


def test_an_unregistered_provider_is_refused_until_its_registration_is_done(endpoint, ahead):
    endpoint.rehearsal.resource_group()
    client = endpoint.client(ResourceManagementClient)
    assert client.providers.get(NAMESPACE).registration_state == "NotRegistered"
    with pytest.raises(urllib.error.HTTPError) as refusal:
        put_identity(endpoint)
    assert refusal.value.code == 409
    assert json.loads(refusal.value.read())["error"]["code"] == "MissingSubscriptionRegistration"
    assert client.providers.register(NAMESPACE).registration_state == "Registering"
    ahead[0] += AZURE.register_seconds
    assert client.providers.get(NAMESPACE).registration_state == "Registered"
    assert put_identity(endpoint)["name"] == "puller"


def test_the_engines_door_registers_by_itself(endpoint, ahead):
    endpoint.rehearsal.resource_group()
    assert endpoint.rehearsal.identity()["name"] == "puller"


def test_all_are_registered_otherwise(endpoint):
    client = endpoint.client(ResourceManagementClient)
    assert {one.registration_state for one in client.providers.list()} == {"Registered"}
