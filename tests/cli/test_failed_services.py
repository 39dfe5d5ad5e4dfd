"""`slipway services` after a first update that failed: the state and the configuration know the service."""

import json

import pytest

from tests.harness.stack_outputs import STACK, secret, service

URN = "urn:pulumi:dev::mine::slipway:index:AciService::diabetes"
GROUP_ID = "/subscriptions/0/resourceGroups/acme-dev"
SETTINGS = {"target": "aci", "image": "diabetes-image:latest", "auth": True}


def resource(type_token, name, **more):
    return {"urn": f"urn:pulumi:dev::mine::{type_token}::{name}", "type": type_token, **more}


ROOT = resource(STACK, "mine-dev", outputs={})
WORKSPACE = resource("slipway:index:Workspace", "workspace")
RESOURCE_GROUP = resource(
    "azure-native:resources:ResourceGroup", "workspace", id=GROUP_ID, parent=WORKSPACE["urn"]
)
COMPONENT = {"urn": URN, "type": "slipway:index:AciService"}


def container_group(host="127.0.0.1", *, key="b3Blbg=="):
    container = {"name": "scoring", "image": "r/images/i@sha256:0"}
    files = {"SLIPWAY_PRIMARY_KEY": key}
    inputs = {
        "resourceGroupName": "acme-dev",
        "containerGroupName": "diabetes-dev",
        "tags": {"image": "diabetes-image:1"},
        "containers": [container],
        "volumes": [{"name": "secret-variables", "secret": files}],
    }
    return resource(
        "azure-native:containerinstance:ContainerGroup",
        "diabetes",
        parent=URN,
        inputs=inputs,
        outputs={"ipAddress": {"ip": host}},
    )


@pytest.fixture
def failed(pulumi):
    """failed(*resources): a stack whose first update ended after these."""

    def make(*resources, settings=SETTINGS):
        state = {"deployment": {"resources": [ROOT, WORKSPACE, *resources]}}
        pulumi.prints("stack export", state)
        services = {"slipway:services": {"objectValue": {"diabetes": settings}, "secret": False}}
        pulumi.prints("config --json", services)

    return make


def test_the_log_of_a_service_that_never_became_ready(slipway, failed, groups):
    failed(RESOURCE_GROUP, COMPONENT, container_group())
    assert slipway("services", "logs").stdout == "acme-dev/diabetes-dev/scoring: last 5000\n"


def test_what_the_state_does_not_have_the_configuration_names(slipway, failed, groups):
    failed(RESOURCE_GROUP, COMPONENT, settings={**SETTINGS, "name": "diabetes-dev"})
    assert slipway("services", "logs").stdout == "acme-dev/diabetes-dev/scoring: last 5000\n"


def test_it_is_listed_with_its_image_and_address(slipway, failed, groups):
    failed(RESOURCE_GROUP, COMPONENT, container_group())
    (row,) = json.loads(slipway("services", "list", "--json").stdout)
    assert row["image"] == "diabetes-image:1"
    assert row["scoring_uri"] == "http://127.0.0.1:5001/score"
    assert row["state"] == "Running in acme-dev"


@pytest.mark.parametrize("found", [(), (COMPONENT,)])
def test_an_update_that_ended_before_the_service_is_told(slipway, failed, groups, found):
    failed(*found)
    (row,) = json.loads(slipway("services", "list", "--json").stdout)
    assert (row["name"], row["state"]) == ("diabetes", "not found")
    done = slipway("services", "logs")
    assert done.exit_code == 1
    assert "diabetes was not created yet" in done.stderr
    assert "diabetes has no address yet" in slipway("services", "score", "{}").stderr
    assert "diabetes has no keys yet" in slipway("services", "keys").stderr


def test_a_container_group_that_is_not_there_is_a_sentence(slipway, failed, groups):
    """An update that ended at the check of the image, say: its group's names are known all the same."""
    groups.there = set()
    failed(RESOURCE_GROUP, COMPONENT)
    done = slipway("services", "logs")
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "'diabetes' does not exist in the resource group 'acme-dev'" in done.stderr
    assert "`pulumi up` makes it" in done.stderr


def test_its_keys_are_those_that_its_container_was_given(slipway, failed):
    failed(RESOURCE_GROUP, COMPONENT, container_group(key=secret("Z2l2ZW4=")))
    assert slipway("services", "keys").stdout.startswith("primary: given\n")


def test_its_keys_are_those_that_were_made_for_it(slipway, failed):
    made = {"primaryKey": secret("one"), "secondaryKey": secret("two")}
    keys = resource("slipway:index:ServiceKeys", "diabetes-keys", parent=URN, outputs=made)
    failed(RESOURCE_GROUP, COMPONENT, keys)
    found = json.loads(slipway("services", "keys", "--json").stdout)
    assert found == {"primary": "one", "secondary": "two"}


def test_a_second_service_that_failed_is_there_beside_the_first(slipway, failed, groups, pulumi):
    outputs = {"outputsVersion": 1, "services": {"ridge": service("ridge")}}
    failed(RESOURCE_GROUP, COMPONENT, container_group())
    pulumi.prints(
        "stack export",
        {"deployment": {"resources": [{**ROOT, "outputs": outputs}, COMPONENT, container_group()]}},
    )
    rows = json.loads(slipway("services", "list", "--json").stdout)
    assert [row["name"] for row in rows] == ["diabetes", "ridge"]
