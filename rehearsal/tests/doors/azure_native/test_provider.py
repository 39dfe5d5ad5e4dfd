"""The provider door does what azure-native does: checks, names, diffs, refuses, and reports half-made resources."""

import copy
import re
import uuid

import grpc
import pytest

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def test_an_unknown_argument_is_refused_by_its_name(engine, group_inputs):
    group_inputs["containrs"] = []
    group_inputs["containers"][0]["imagePullPolicy"] = "Always"
    _, failures = engine.check("ContainerGroup", group_inputs)
    assert set(failures) == {"containrs", "containers[0].imagePullPolicy"}
    assert "unknown property 'containrs'; there are: " in failures["containrs"]


def test_missing_and_mistyped_arguments_are_refused_all_at_once(engine, group_inputs):
    del group_inputs["resourceGroupName"]
    del group_inputs["containers"][0]["name"]
    group_inputs["containers"][0]["ports"][0]["port"] = "5001"
    _, failures = engine.check("ContainerGroup", group_inputs)
    assert failures == {
        "resourceGroupName": "missing required property 'resourceGroupName'",
        "containers[0].name": "missing required property 'containers[0].name'",
        "containers[0].ports[0].port": "'containers[0].ports[0].port' should be a int, received str",
    }


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("azure-native:containerinstance:ContainerGrup", "azure-native has no resource type"),
        ("azure-native:toys:Train", "azure-native has no resource type"),
        (
            "azure-native:keyvault:Vault",
            "The rehearsal does not have resource type 'azure-native:keyvault:Vault'",
        ),
    ],
)
def test_an_unknown_type_is_refused(engine, kind, words):
    with pytest.raises(grpc.RpcError, match=words):
        engine.check(kind, {})


@pytest.mark.parametrize(
    ("name", "words"),
    [("abcd", "too short"), ("a" * 51, "too long"), ("with-dash", "does not match expression")],
)
def test_bad_registry_names_are_refused_in_the_preview(engine, name, words):
    _, failures = engine.check(
        "Registry",
        {
            "registryName": name,
            "resourceGroupName": "rg",
            "sku": {"name": "Basic"},
            "location": "westus",
        },
    )
    assert words in failures["registryName"]


def test_names_are_made_from_the_seed_and_kept(engine):
    first, _ = engine.check(
        "Registry", {"resourceGroupName": UNKNOWN, "sku": {"name": "Basic"}}, name="reg"
    )
    same, _ = engine.check(
        "Registry", {"resourceGroupName": UNKNOWN, "sku": {"name": "Basic"}}, name="reg"
    )
    other, _ = engine.check(
        "Registry",
        {"resourceGroupName": UNKNOWN, "sku": {"name": "Basic"}},
        name="reg",
        seed=b"other",
    )
    assert re.fullmatch("reg[0-9a-f]{8}", first["registryName"])
    assert first["registryName"] == same["registryName"] != other["registryName"]
    kept, _ = engine.check(
        "Registry", {"resourceGroupName": "rg", "sku": {"name": "Basic"}}, first, seed=b"other"
    )
    assert kept["registryName"] == first["registryName"]


def test_role_assignments_are_named_by_a_guid(engine):
    inputs, failures = engine.check(
        "RoleAssignment",
        {"principalId": UNKNOWN, "roleDefinitionId": "x", "scope": "/subscriptions/y"},
    )
    assert failures == {}
    assert str(uuid.UUID(inputs["roleAssignmentName"])) == inputs["roleAssignmentName"]


def test_the_location_comes_from_the_group_or_the_configuration(engine, rehearsal):
    news = {"registryName": "webreg", "resourceGroupName": "rg", "sku": {"name": "Basic"}}
    assert engine.check("Registry", news)[0]["location"] == UNKNOWN
    rehearsal.resource_group()
    assert engine.check("Registry", news)[0]["location"] == "westeurope"
    engine.configure(location="northeurope")
    assert engine.check("Registry", news)[0]["location"] == "northeurope"


def test_create_read_update_delete(engine, group_inputs, rehearsal):
    resource_id, outputs = engine.create("ContainerGroup", group_inputs)
    assert resource_id == rehearsal.container_group_id()
    assert outputs["provisioningState"] == "Succeeded"
    assert outputs["containers"][0]["resources"]["requests"]["memoryInGB"] == 1.0
    (identity,) = outputs["identity"]["userAssignedIdentities"].values()
    assert set(identity) == {"principalId", "clientId"}
    assert "very-secret" not in str(outputs)
    changed = copy.deepcopy(group_inputs)
    changed["containers"][0]["environmentVariables"][0]["value"] = "changed"
    outputs = engine.update("ContainerGroup", resource_id, changed, outputs)
    assert outputs["containers"][0]["environmentVariables"][0]["value"] == "changed"
    engine.delete("ContainerGroup", resource_id)
    assert engine.read("ContainerGroup", resource_id) == ("", {}, {})


def test_what_is_there_is_not_created_again(engine, group_inputs):
    resource_id, _ = engine.create("ContainerGroup", group_inputs)
    with pytest.raises(grpc.RpcError) as refusal:
        engine.create("ContainerGroup", group_inputs)
    assert refusal.value.details() == f"cannot create already existing resource '{resource_id}'"


def test_a_refused_update_is_told_in_azures_words(engine, group_inputs):
    resource_id, _ = engine.create("ContainerGroup", group_inputs)
    group_inputs["containers"][0]["resources"]["requests"]["cpu"] = 2.0
    with pytest.raises(grpc.RpcError, match="you must delete it first and then create a new one"):
        engine.update("ContainerGroup", resource_id, group_inputs)


def test_a_group_that_fails_in_the_middle_stands_in_the_state(engine, group_inputs, rehearsal):
    rehearsal.runtime.defect = RuntimeError("planted defect")
    with pytest.raises(Exception, match="planted defect") as failure:
        engine.create("ContainerGroup", group_inputs)
    assert failure.value.detail.id == rehearsal.container_group_id()
    assert failure.value.detail.properties["provisioningState"] == "Failed"
    assert failure.value.detail.inputs["containerGroupName"] == "website"


def test_a_preview_knows_what_was_given_and_not_what_azure_decides(engine, group_inputs):
    _, outputs = engine.create("ContainerGroup", group_inputs, preview=True)
    assert outputs["containers"][0]["image"] == group_inputs["containers"][0]["image"]
    assert outputs["ipAddress"]["fqdn"] == UNKNOWN
    assert outputs["name"] == UNKNOWN
    (identity,) = outputs["identity"]["userAssignedIdentities"].values()
    assert identity == {"principalId": UNKNOWN, "clientId": UNKNOWN}


def test_a_preview_with_unknown_arguments_makes_nothing(engine, group_inputs, rehearsal):
    group_inputs["identity"]["userAssignedIdentities"] = [UNKNOWN]
    group_inputs["containers"] = UNKNOWN
    inputs, failures = engine.check("ContainerGroup", group_inputs)
    assert failures == {}
    _, outputs = engine.create("ContainerGroup", inputs, preview=True)
    assert outputs["identity"]["userAssignedIdentities"] == UNKNOWN
    assert rehearsal.runtime.calls == []


def test_a_preview_of_an_update_keeps_name_and_location(engine, group_inputs):
    resource_id, outputs = engine.create("ContainerGroup", group_inputs)
    shown = engine.update("ContainerGroup", resource_id, group_inputs, outputs, preview=True)
    assert (shown["name"], shown["location"]) == ("website", "westeurope")
    assert shown["ipAddress"]["ip"] == UNKNOWN


@pytest.mark.parametrize(
    ("change", "paths", "replaces"),
    [
        (lambda i: i.update(tags={"a": "b"}), ["tags"], []),
        (lambda i: i["containers"][0].update(image="x"), ["containers[0].image"], []),
        (
            lambda i: i["containers"][0]["resources"]["requests"].update(cpu=2.0),
            ["containers[0].resources.requests.cpu"],
            [],
        ),
        (lambda i: i.update(location="West Europe"), [], []),
        (
            lambda i: i.update(containerGroupName="other"),
            ["containerGroupName"],
            ["containerGroupName"],
        ),
    ],
)
def test_diffs_of_container_groups(engine, group_inputs, change, paths, replaces):
    news = copy.deepcopy(group_inputs)
    change(news)
    found = engine.diff("ContainerGroup", group_inputs, news)
    assert list(found.detailedDiff) == paths
    assert list(found.replaces) == replaces
    assert found.deleteBeforeReplace == bool(replaces)


def test_an_automatic_name_is_replaced_without_deleting_first(engine):
    news = {"resourceGroupName": "rg", "sku": {"name": "Basic"}, "location": "westus"}
    olds, _ = engine.check("Registry", news)
    moved = {**olds, "resourceGroupName": "other"}
    found = engine.diff("Registry", olds, moved)
    assert list(found.replaces) == ["resourceGroupName"]
    assert not found.deleteBeforeReplace


def test_import_finds_all_arguments(engine, group_inputs):
    resource_id, _ = engine.create("ContainerGroup", group_inputs)
    _, _, inputs = engine.read("ContainerGroup", resource_id)
    assert inputs["containerGroupName"] == "website"
    assert inputs["resourceGroupName"] == "rg"
    assert inputs["identity"] == group_inputs["identity"]
    _, failures = engine.check("ContainerGroup", inputs)
    assert failures == {}


def test_refresh_shows_what_somebody_else_changed_and_nothing_more(engine, group_inputs, rehearsal):
    resource_id, outputs = engine.create("ContainerGroup", group_inputs)
    _, _, same = engine.read("ContainerGroup", resource_id, group_inputs, outputs)
    assert same == group_inputs
    rehearsal.arm.patch(resource_id, {"tags": {"by": "hand"}}, "2023-05-01")
    _, _, inputs = engine.read("ContainerGroup", resource_id, group_inputs, outputs)
    assert inputs == {**group_inputs, "tags": {"by": "hand"}}


def test_subnets_of_their_own_do_not_slip_into_the_network(engine, rehearsal):
    rehearsal.resource_group()
    network = {"resourceGroupName": "rg", "virtualNetworkName": "net", "location": "westeurope"}
    network["addressSpace"] = {"addressPrefixes": ["10.0.0.0/16"]}
    resource_id, outputs = engine.create("azure-native:network:VirtualNetwork", network)
    subnet = {"resourceGroupName": "rg", "virtualNetworkName": "net", "subnetName": "aci"}
    service = {"name": "aci", "serviceName": "Microsoft.ContainerInstance/containerGroups"}
    engine.create(
        "azure-native:network:Subnet",
        {**subnet, "addressPrefix": "10.0.1.0/24", "delegations": [service]},
    )
    _, outputs, inputs = engine.read(
        "azure-native:network:VirtualNetwork", resource_id, network, outputs
    )
    assert (outputs["subnets"], inputs) == ([], network)
    _, _, inputs = engine.read("azure-native:network:VirtualNetwork", resource_id)
    assert inputs["subnets"][0]["delegations"][0]["serviceName"] == service["serviceName"]


def test_components_have_azures_own_spelling(engine, rehearsal):
    rehearsal.resource_group()
    resource_id, outputs = engine.create(
        "Component",
        {
            "resourceGroupName": "rg",
            "resourceName": "ai",
            "location": "westeurope",
            "kind": "web",
            "applicationType": "web",
        },
    )
    assert outputs["connectionString"].startswith(
        f"InstrumentationKey={outputs['instrumentationKey']}"
    )
    assert rehearsal.arm.get(resource_id)["properties"]["Application_Type"] == "web"


def test_functions(engine, rehearsal):
    me = rehearsal.world.identity
    config, _ = engine.invoke("azure-native:authorization:getClientConfig")
    assert config["subscriptionId"] == me.subscription_id
    assert config["objectId"] == me.object_id
    rehearsal.container_group()
    workspace = rehearsal.id("Microsoft.OperationalInsights/workspaces", "logs")
    rehearsal.put(workspace, {"location": "westeurope"})
    keys, _ = engine.invoke(
        "azure-native:operationalinsights:getSharedKeys",
        resourceGroupName="rg",
        workspaceName="logs",
    )
    assert keys["primarySharedKey"] != keys["secondarySharedKey"]
    registry, _ = engine.invoke(
        "azure-native:containerregistry:getRegistry", resourceGroupName="rg", registryName="webreg"
    )
    assert registry["loginServer"].startswith("localhost:")


def test_functions_refuse_wrong_arguments_by_name(engine):
    _, failures = engine.invoke("azure-native:containerregistry:getRegistry", registry="x")
    assert "unknown argument 'registry'" in failures["registry"]
    _, failures = engine.invoke("azure-native:containerregistry:getRegistry", registryName="x")
    assert failures == {"resourceGroupName": "missing required argument 'resourceGroupName'"}
    _, failures = engine.invoke("azure-native:containerregistry:getRegistree")
    assert "azure-native has no function" in failures[""]
    with pytest.raises(grpc.RpcError, match="ResourceGroupNotFound"):
        engine.invoke(
            "azure-native:containerregistry:listRegistryCredentials",
            resourceGroupName="rg",
            registryName="webreg",
        )


def test_a_preview_survives_whatever_is_not_known_yet(engine, group_inputs, with_unknowns):
    made, _ = engine.create("ContainerGroup", group_inputs)
    _, olds, _ = engine.read("ContainerGroup", made)
    for news in with_unknowns(group_inputs):
        assert engine.check("ContainerGroup", news)[1] == {}, news
        engine.diff("ContainerGroup", group_inputs, news)
        engine.create("ContainerGroup", news, preview=True)
        engine.update("ContainerGroup", made, news, olds, preview=True)
