"""Container groups: what Azure refuses is refused in its words, what it accepts really runs."""

import copy
import threading

import pytest

from rehearsal.core.errors import ArmError
from rehearsal.core.world import Limits


def _container(body):
    return body["properties"]["containers"][0]["properties"]


def test_a_group_runs_has_an_address_and_hides_its_secrets(rehearsal):
    shown = rehearsal.container_group()
    properties = shown["properties"]
    assert properties["provisioningState"] == "Succeeded"
    assert properties["ipAddress"]["fqdn"] == properties["ipAddress"]["ip"]
    assert properties["ipAddress"]["ip"].startswith("127.")
    assert properties["instanceView"]["state"] == "Running"
    assert _container(shown)["instanceView"]["currentState"]["state"] == "Running"
    assert "very-secret" not in str(shown)
    (running,) = rehearsal.runtime.groups.values()
    assert running.containers[0].environment["PRIMARY_KEY"] == "very-secret"
    assert running.ip == properties["ipAddress"]["ip"]
    identity = next(iter(shown["identity"]["userAssignedIdentities"].values()))
    token = running.registry_token(properties["imageRegistryCredentials"][0]["server"])
    found = rehearsal.world.tokens.verify(token, "https://containerregistry.azure.net")
    assert found.object_id == identity["principalId"]


def test_the_same_group_gets_the_same_address_again(rehearsal):
    body = rehearsal.pulling_group()
    first = rehearsal.put(rehearsal.container_group_id(), body)
    rehearsal.arm.delete(rehearsal.container_group_id())
    assert rehearsal.runtime.groups == {}
    again = rehearsal.put(rehearsal.container_group_id(), body)
    assert again["properties"]["ipAddress"]["ip"] == first["properties"]["ipAddress"]["ip"]


@pytest.mark.parametrize(
    "image",
    [
        "mcr.microsoft.com/azuredocs/aci-helloworld",
        "docker.io/library/nginx:1.27",
        "nginx",
        f"python:3.11-slim@sha256:{'b' * 64}",
    ],
)
def test_public_images_need_no_credentials(rehearsal, image):
    body = rehearsal.pulling_group()
    _container(body)["image"] = image
    del body["properties"]["imageRegistryCredentials"], body["identity"]
    rehearsal.put(rehearsal.container_group_id(), body)
    (running,) = rehearsal.runtime.groups.values()
    assert running.containers[0].image == image


@pytest.mark.parametrize("size", [{"cpu": 8.0, "memoryInGB": 32.0}, {"cpu": 31, "memoryInGB": 240}])
def test_a_group_may_be_as_large_as_its_region_has_it(rehearsal, size):
    body = rehearsal.pulling_group()
    _container(body)["resources"]["requests"] = size
    rehearsal.put(rehearsal.container_group_id(), body)
    (running,) = rehearsal.runtime.groups.values()
    assert (running.containers[0].cpu, running.containers[0].memory_gb) == tuple(size.values())


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda b: b["properties"].pop("osType"), "InvalidOsType", "Windows,Linux"),
        (
            lambda b: _container(b).pop("resources"),
            "ResourceRequestsNotSpecified",
            "container 'app'",
        ),
        (
            lambda b: _container(b)["resources"]["requests"].pop("cpu"),
            "ResourceSomeRequestsNotSpecified",
            "'Cpu' request",
        ),
        (
            lambda b: _container(b)["resources"]["requests"].update(cpu=32.0),
            "ServiceUnavailable",
            "Resource requested: '32' CPU '1' GB memory 'Linux' OS",
        ),
        (
            lambda b: b["properties"]["ipAddress"].update(ports=[{"port": 5002}]),
            "IpAddressPortNotExposed",
            "port '5002'",
        ),
        (
            lambda b: b["properties"]["ipAddress"].update(ports=[{"port": 5001}] * 2),
            "DuplicatePorts",
            "more than once",
        ),
        (
            lambda b: b["properties"]["containers"].append(
                b["properties"]["containers"][0] | {"name": "side"}
            ),
            "DuplicateContainerPort",
            "container 'side'",
        ),
        (
            lambda b: b["properties"].update(volumes=[{"name": "tls", "secret": {}}]),
            "InvalidVolumeName",
            "between 5 and 63",
        ),
        (
            lambda b: _mount(b, "/mnt/a:b"),
            "InvalidVolumeMountPath",
            "cannot have a colon",
        ),
        (lambda b: _mount(b, None), "InvalidVolumeMountPath", "<null>"),
        (
            lambda b: _container(b)["environmentVariables"].append({"name": "A_", "value": "x"}),
            "InvalidEnvironmentVariable",
            "'A_'",
        ),
        (
            lambda b: _container(b)["environmentVariables"].append(
                {"name": "A" * 64, "value": "x"}
            ),
            "InvalidEnvironmentVariable",
            "is invalid",
        ),
        (
            lambda b: _container(b).update(
                livenessProbe={"httpGet": {"port": 5001}, "periodSeconds": 0}
            ),
            "InvalidProbe",
            "at least 1",
        ),
        (
            lambda b: _container(b).update(livenessProbe={"httpGet": {"path": "/"}}),
            "InvalidPort",
            "between 1 and 65535",
        ),
        (
            lambda b: b["properties"]["imageRegistryCredentials"].append(
                b["properties"]["imageRegistryCredentials"][0]
            ),
            "DuplicateImageRegistryCredentials",
            "more than one",
        ),
        (
            lambda b: _container(b)["resources"]["requests"].update(cpu=0.5),
            "ResourceRequestsInvalid",
            "at least 1 CPU",
        ),
        (
            lambda b: b["properties"]["ipAddress"].update(dnsNameLabel="-x"),
            "InvalidDnsNameLabel",
            "between 5 and 63 characters",
        ),
        (
            lambda b: b["properties"]["ipAddress"].update(
                ports=[{"port": 5000 + n} for n in range(6)]
            ),
            "TooManyIpAddressPorts",
            "at most 5",
        ),
        (
            lambda b: b["properties"]["imageRegistryCredentials"][0].update(username="me"),
            "InvalidImageRegistryCredentialType",
            "exactly one of username or identity",
        ),
        (lambda b: b.pop("identity"), "InvalidImageRegistryCredentialIdentity", "not among"),
        (
            lambda b: b.update(location="atlantis"),
            "LocationNotAvailableForResourceType",
            "The provided location 'atlantis' is not available for resource type",
        ),
        (lambda b: b.pop("location"), "LocationRequired", "location property is required"),
        (
            lambda b: b["properties"].update(initContainers=[{"name": "first"}]),
            "NotSupportedByRehearsal",
            "initContainers",
        ),
        (
            lambda b: b["properties"].update(
                subnetIds=[{"id": "/subscriptions/x/resourceGroups/y"}]
            ),
            "InvalidIPAddressType",
            "Private goes with 'subnetIds'",
        ),
    ],
)
def test_refusals(rehearsal, change, code, words):
    body = rehearsal.pulling_group()
    change(body)
    with pytest.raises(ArmError) as refusal:
        rehearsal.put(rehearsal.container_group_id(), body)
    assert refusal.value.code == code
    assert words in refusal.value.message
    assert not rehearsal.arm.exists(rehearsal.container_group_id())


@pytest.mark.parametrize(
    "name", ["Upper", "-dash", "dash-", "two--dashes", "a" * 64, "under_score"]
)
def test_names_outside_the_rules(rehearsal, name):
    body = rehearsal.pulling_group()
    with pytest.raises(ArmError, match="InvalidContainerGroupName"):
        rehearsal.put(rehearsal.container_group_id(name), body)


def test_an_identity_without_acr_pull_cannot_pull(rehearsal):
    body = rehearsal.pulling_group()
    for assignment in rehearsal.arm.list("Microsoft.Authorization/roleAssignments"):
        rehearsal.arm.delete(assignment["id"])
    with pytest.raises(ArmError, match="no role AcrPull") as refusal:
        rehearsal.put(rehearsal.container_group_id(), body)
    assert refusal.value.code == "InaccessibleImage"
    assert (
        "is not accessible. Please check the image and registry credential."
        in refusal.value.message
    )
    assert rehearsal.runtime.calls == []


def test_an_image_that_is_not_there_leaves_nothing(rehearsal):
    body = rehearsal.pulling_group()
    rehearsal.runtime.missing_images.add(_container(body)["image"])
    with pytest.raises(ArmError, match=r"InaccessibleImage.*manifest unknown"):
        rehearsal.put(rehearsal.container_group_id(), body)
    assert not rehearsal.arm.exists(rehearsal.container_group_id())


def test_an_image_that_is_not_there_leaves_the_group_as_it_was(rehearsal):
    before = rehearsal.container_group()
    body = copy.deepcopy(before)
    _container(body)["image"] = _container(body)["image"].replace("a" * 64, "b" * 64)
    rehearsal.runtime.missing_images.add(_container(body)["image"])
    with pytest.raises(ArmError, match="InaccessibleImage"):
        rehearsal.put(rehearsal.container_group_id(), body)
    after = rehearsal.arm.get(rehearsal.container_group_id())
    assert _container(after)["image"] == _container(before)["image"]
    assert after["properties"]["provisioningState"] == "Succeeded"


def test_an_image_of_our_registry_without_a_credential(rehearsal):
    body = rehearsal.pulling_group()
    del body["properties"]["imageRegistryCredentials"]
    with pytest.raises(ArmError, match="InaccessibleImage"):
        rehearsal.put(rehearsal.container_group_id(), body)


def test_a_taken_dns_label(rehearsal):
    body = rehearsal.pulling_group()
    rehearsal.put(rehearsal.container_group_id("first"), body)
    with pytest.raises(ArmError) as refusal:
        rehearsal.put(rehearsal.container_group_id("second"), body)
    assert refusal.value.message == (
        "The DNS name label 'website' in container group 'second' not available. Try using a different label."
    )


def test_two_groups_have_two_addresses(rehearsal):
    body = rehearsal.pulling_group()
    first = rehearsal.put(rehearsal.container_group_id("first"), body)
    body["properties"]["ipAddress"]["dnsNameLabel"] = "another"
    second = rehearsal.put(rehearsal.container_group_id("second"), body)
    assert first["properties"]["ipAddress"]["ip"] != second["properties"]["ipAddress"]["ip"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: _requests(p).update(cpu=2.0), "resources.requests"),
        (lambda p: _requests(p).update(memoryInGB=2.0), "resources.requests"),
        (lambda p: p.update(restartPolicy="Never"), "restartPolicy"),
        (
            lambda p: p["containers"].append(
                {
                    "name": "sidecar",
                    "properties": {**p["containers"][0]["properties"], "ports": []},
                }
            ),
            "resources.requests",
        ),
    ],
    ids=["cpu", "memory", "restartPolicy", "another container"],
)
def test_what_cannot_change_in_place(rehearsal, change, words):
    body = rehearsal.pulling_group()
    rehearsal.put(rehearsal.container_group_id(), body)
    change(body["properties"])
    with pytest.raises(ArmError) as refusal:
        rehearsal.put(rehearsal.container_group_id(), body)
    assert refusal.value.message.startswith(
        "The updates on container group 'website' are invalid. If you are going to update the os type, "
        "restart policy, network profile, CPU, memory or GPU resources for a container group, you must "
        "delete it first and then create a new one."
    )
    assert words in refusal.value.message


def test_a_put_restarts_the_containers(rehearsal):
    body = rehearsal.pulling_group()
    rehearsal.put(rehearsal.container_group_id(), body)
    rehearsal.put(rehearsal.container_group_id(), body)
    assert [call[0] for call in rehearsal.runtime.calls] == ["start", "start"]


def test_tags_alone_restart_nothing(rehearsal):
    rehearsal.container_group()
    shown = rehearsal.arm.patch(rehearsal.container_group_id(), {"tags": {"a": "b"}}, "2023-05-01")
    assert shown["tags"] == {"a": "b"}
    assert [call[0] for call in rehearsal.runtime.calls] == ["start"]


def test_a_crash_of_a_container_does_not_decide_the_put(rehearsal):
    """A group is there when its containers run, as on Azure; what becomes of them its view and its log tell."""
    body = rehearsal.pulling_group()
    rehearsal.runtime.exit_codes["app"] = 3
    rehearsal.runtime.output["app"] = "Traceback: init() raised\n"
    shown = rehearsal.put(rehearsal.container_group_id(), body)["properties"]
    assert shown["provisioningState"] == "Succeeded"
    (container,) = shown["containers"]
    assert container["properties"]["instanceView"]["currentState"]["exitCode"] == 3
    logs = rehearsal.arm.action(rehearsal.container_group_id(), "containers/app/logs", {"tail": 1})
    assert "init() raised" in logs["content"]


def test_readiness_does_not_decide_the_put_either(rehearsal):
    rehearsal.runtime.ready = False
    rehearsal.container_group()
    shown = rehearsal.arm.get(rehearsal.container_group_id())["properties"]
    assert shown["provisioningState"] == "Succeeded"


def test_the_quota(rehearsal):
    rehearsal.world.limits = Limits(container_groups=1)
    body = rehearsal.pulling_group()
    rehearsal.put(rehearsal.container_group_id("first"), body)
    body["properties"]["ipAddress"]["dnsNameLabel"] = "another"
    with pytest.raises(
        ArmError, match=r"quota 'ContainerGroups' exceeded.*Limit: '1', Usage: '1' Requested: '1'"
    ):
        rehearsal.put(rehearsal.container_group_id("second"), body)


def test_a_group_in_transition_refuses_a_second_write(rehearsal):
    body = rehearsal.pulling_group()
    rehearsal.runtime.gate.clear()
    creating = threading.Thread(target=rehearsal.put, args=(rehearsal.container_group_id(), body))
    creating.start()
    while not rehearsal.runtime.calls:
        creating.join(0.01)
    with pytest.raises(ArmError, match="ContainerGroupTransitioning"):
        rehearsal.put(rehearsal.container_group_id(), body)
    rehearsal.runtime.gate.set()
    creating.join(10)
    assert (
        rehearsal.arm.get(rehearsal.container_group_id())["properties"]["provisioningState"]
        == "Succeeded"
    )


def test_restart_stop_start_and_logs(rehearsal):
    rehearsal.container_group()
    group = rehearsal.container_group_id()
    rehearsal.arm.action(group, "restart")
    rehearsal.arm.action(group, "stop")
    assert rehearsal.arm.get(group)["properties"]["instanceView"]["state"] == "Stopped"
    rehearsal.arm.action(group, "start")
    assert rehearsal.arm.get(group)["properties"]["instanceView"]["state"] == "Running"
    assert [call[0] for call in rehearsal.runtime.calls] == ["start", "restart", "stop", "start"]
    assert rehearsal.arm.action(group, "containers/app/logs")["content"] == "hello from app\n"
    with pytest.raises(ArmError, match="ContainerNotFound"):
        rehearsal.arm.action(group, "containers/other/logs")


def test_a_private_group_needs_a_delegated_subnet(rehearsal):
    body = rehearsal.pulling_group()
    network = rehearsal.id("Microsoft.Network/virtualNetworks", "net")
    subnet = {"name": "aci", "properties": {"addressPrefix": "10.0.0.0/24"}}
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    rehearsal.put(network, {"location": "westeurope", "properties": {**space, "subnets": [subnet]}})
    body["properties"]["subnetIds"] = [{"id": f"{network}/subnets/aci"}]
    body["properties"]["ipAddress"] = {"type": "Private", "ports": [{"port": 5001}]}
    with pytest.raises(ArmError, match="SubnetMissingRequiredDelegation"):
        rehearsal.put(rehearsal.container_group_id(), body)
    subnet["properties"]["delegations"] = [
        {
            "name": "aci",
            "properties": {"serviceName": "Microsoft.ContainerInstance/containerGroups"},
        }
    ]
    rehearsal.put(f"{network}/subnets/aci", {"properties": subnet["properties"]})
    shown = rehearsal.put(rehearsal.container_group_id(), body)
    assert "fqdn" not in shown["properties"]["ipAddress"]
    assert shown["properties"]["ipAddress"]["ip"] == "10.0.0.4"
    second = rehearsal.put(rehearsal.container_group_id("second"), body)
    assert second["properties"]["ipAddress"]["ip"] == "10.0.0.5"
    again = rehearsal.put(rehearsal.container_group_id(), body)
    assert again["properties"]["ipAddress"]["ip"] == "10.0.0.4"
    # Nothing of this machine listens for it.
    assert {one.ip for one in rehearsal.runtime.groups.values()} == {None}
    with pytest.raises(ArmError, match="InUseSubnetCannotBeDeleted"):
        rehearsal.arm.delete(f"{network}/subnets/aci")


def test_deleting_the_resource_group_stops_everything(rehearsal):
    rehearsal.container_group()
    assert rehearsal.registries.ports
    assert rehearsal.arm.delete(rehearsal.group_id)
    assert rehearsal.runtime.groups == {}
    assert rehearsal.registries.ports == {}
    assert rehearsal.arm.list() == []


def test_the_quota_of_cores(rehearsal):
    rehearsal.world.limits = Limits(cores=1)
    body = rehearsal.pulling_group()
    rehearsal.put(rehearsal.container_group_id("first"), body)
    body["properties"]["ipAddress"]["dnsNameLabel"] = "another"
    with pytest.raises(
        ArmError, match=r"QuotaReached.*quota 'StandardCores'.*Usage: '1' Requested: '1'"
    ):
        rehearsal.put(rehearsal.container_group_id("second"), body)


def test_a_stopped_group_is_started_and_not_restarted(rehearsal):
    rehearsal.container_group()
    group = rehearsal.container_group_id()
    rehearsal.arm.action(group, "stop")
    with pytest.raises(ArmError, match="ContainerGroupStopped"):
        rehearsal.arm.action(group, "restart")
    with pytest.raises(ArmError, match="ContainerLogNotAvailable"):
        rehearsal.arm.action(group, "containers/app/logs")
    rehearsal.arm.action(group, "start")
    assert rehearsal.arm.get(group)["properties"]["instanceView"]["state"] == "Running"


def test_a_group_that_came_to_its_end_is_not_stopped(rehearsal):
    body = rehearsal.pulling_group()
    body["properties"]["restartPolicy"] = "Never"
    rehearsal.runtime.exit_codes["app"] = 0
    rehearsal.put(rehearsal.container_group_id(), body)
    rehearsal.arm.action(rehearsal.container_group_id(), "stop")
    shown = rehearsal.arm.get(rehearsal.container_group_id())
    assert shown["properties"]["instanceView"]["state"] == "Succeeded"


@pytest.mark.parametrize(
    ("subnets", "location", "prefix", "code"),
    [
        (2, "westeurope", "10.0.0.0/24", "InvalidSubnetIds"),
        (1, "northeurope", "10.0.0.0/24", "InvalidSubnetLocation"),
        (1, "westeurope", "10.0.0.0/30", "SubnetIsFull"),
    ],
)
def test_the_subnet_of_a_private_group(rehearsal, subnets, location, prefix, code):
    body = rehearsal.pulling_group()
    network = rehearsal.id("Microsoft.Network/virtualNetworks", "net")
    service = {"serviceName": "Microsoft.ContainerInstance/containerGroups"}
    properties = {
        "addressPrefix": prefix,
        "delegations": [{"name": "aci", "properties": service}],
    }
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    subnet = {"name": "aci", "properties": properties}
    rehearsal.put(network, {"location": location, "properties": {**space, "subnets": [subnet]}})
    body["properties"]["subnetIds"] = [{"id": f"{network}/subnets/aci"}] * subnets
    body["properties"]["ipAddress"] = {"type": "Private", "ports": [{"port": 5001}]}
    with pytest.raises(ArmError, match=code):
        rehearsal.put(rehearsal.container_group_id(), body)


def _mount(body, path):
    body["properties"]["volumes"] = [{"name": "secrets", "secret": {}}]
    _container(body)["volumeMounts"] = [{"name": "secrets", "mountPath": path}]


def _requests(properties):
    return properties["containers"][0]["properties"]["resources"]["requests"]
