import json
from base64 import b64decode, b64encode
from pathlib import Path

import pulumi
import pytest

from components import registry_login
from components.aci_service import TYPE, AciService
from components.errors import InvalidArgs
from components.service_options import SmokeTestOptions
from components.service_wiring import LogTarget, TlsMaterial
from pytest_pulumi.wire import UNKNOWN, Secret, is_secret, plain

GROUP = "azure-native:containerinstance:ContainerGroup"
KEYS = "slipway:index:ServiceKeys"
SMOKE = "slipway:index:SmokeTest"
IMAGE = "reg.azurecr.io/images/diabetes-image@sha256:" + "a" * 64
USUAL = {"SLIPWAY_DRAIN_SECONDS"}
SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n"
TAG = "reg.azurecr.io/images/diabetes-image:7"


@pytest.fixture
def serve(azure_mocks, aci_arguments):
    def make(changes=lambda: {}, *, preview=False, opts=None):
        def program():
            # Made inside the run: an Output belongs to the loop it is made in.
            service = AciService("diabetes", aci_arguments(**changes()), opts)
            return {
                "scoring_uri": service.scoring_uri,
                "swagger_uri": service.swagger_uri,
                "fqdn": service.fqdn,
                "primary": service.primary_key,
                "secondary": service.secondary_key,
            }

        return azure_mocks(program, preview=preview)

    return make


@pytest.fixture
def checks(tmp_path, monkeypatch):
    """The start checks of a run, in a project of their own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(registry_login, "refresh_token", lambda _: "token")
    return lambda run: run.all("docker-build:index:Image")


def container(run):
    (only,) = run.one(GROUP).inputs["containers"]
    return only


def variables(run):
    """Name -> value, but for the ones that every service has."""
    found = container(run)["environmentVariables"]
    return {v["name"]: v["value"] for v in found if v["name"] not in USUAL}


def secrets(run):
    """Name -> value of the variables that reach the container as files."""
    volumes = {one["name"]: one["secret"] for one in run.one(GROUP).inputs.get("volumes", [])}
    files = volumes.get("secret-variables", {})
    assert all(is_secret(content) for content in files.values())
    return {name: b64decode(plain(content)).decode() for name, content in files.items()}


def test_runs_exactly_the_image_it_was_given(serve):
    assert container(serve())["image"] == IMAGE


def test_asks_for_what_the_document_asks_for(serve):
    assert container(serve())["resources"] == {"requests": {"cpu": 1, "memoryInGB": 1}}


def test_pulls_by_identity_and_without_a_password(serve):
    group = serve().one(GROUP).inputs
    assert group["imageRegistryCredentials"] == [
        {"server": "reg.azurecr.io", "identity": "/identity"}
    ]
    assert group["identity"] == {"type": "UserAssigned", "userAssignedIdentities": ["/identity"]}


def test_tags_say_what_it_is(serve):
    group = serve(lambda: {"tags": {"a": "b"}, "description": "Progression"}).one(GROUP).inputs
    assert group["tags"] == {"a": "b", "description": "Progression", "image": "diabetes-image:7"}


def test_probes_ask_the_health_route(serve):
    run = serve(lambda: {"startup_seconds": 90})
    liveness, readiness = container(run)["livenessProbe"], container(run)["readinessProbe"]
    for probe, path in ((liveness, "/"), (readiness, "/v2/health/ready")):
        assert probe["httpGet"] == {"path": path, "port": 5002, "scheme": "http"}
    assert liveness["initialDelaySeconds"] == 90
    assert readiness["initialDelaySeconds"] == 1


def test_addresses(serve):
    assert serve().result | {"primary": None, "secondary": None} == {
        "fqdn": "diabetes-dev.example.net",
        "scoring_uri": "http://diabetes-dev.example.net:5001/score",
        "swagger_uri": "http://diabetes-dev.example.net:5001/swagger.json",
        "primary": None,
        "secondary": None,
    }


def test_a_subnet_makes_the_address_private(serve):
    run = serve(lambda: {"subnet_id": SUBNET, "dns_name_label": None})
    group = run.one(GROUP).inputs
    assert group["ipAddress"]["type"] == "Private"
    assert "dnsNameLabel" not in group["ipAddress"]
    assert group["subnetIds"] == [{"id": SUBNET}]
    assert run.result["scoring_uri"] == "http://10.0.0.4:5001/score"


def test_without_auth_there_are_no_keys(serve):
    run = serve()
    assert run.all(KEYS) == []
    assert run.result["primary"] is None
    assert variables(run) == {}


def test_made_keys_are_only_ever_secret(serve):
    run = serve(lambda: {"auth": True, "primary_key_generation": 3})
    assert run.one(KEYS).inputs["primaryGeneration"] == 3
    assert set(run.one(KEYS).options.additional_secret_outputs) == {"primaryKey", "secondaryKey"}
    assert secrets(run) == {"SLIPWAY_PRIMARY_KEY": "made-1", "SLIPWAY_SECONDARY_KEY": "made-2"}
    assert is_secret(run.result["primary"])
    assert is_secret(run.one(SMOKE).inputs["key"])
    run.assert_only_in_secrets("made-1")


def test_own_keys_are_used_as_they_are(serve):
    run = serve(lambda: {"auth": True, "primary_key": "own-1", "secondary_key": "own-2"})
    assert run.all(KEYS) == []
    assert secrets(run) == {"SLIPWAY_PRIMARY_KEY": "own-1", "SLIPWAY_SECONDARY_KEY": "own-2"}
    run.assert_only_in_secrets("own-1")
    run.assert_only_in_secrets("own-2")


def test_environment_is_sorted_and_plain(serve):
    run = serve(lambda: {"environment": {"B": "2", "A": "1"}})
    assert variables(run) == {"A": "1", "B": "2"}
    names = [v["name"] for v in container(run)["environmentVariables"]]
    assert names == sorted(names)


def test_secret_variables_reach_the_container_as_files_of_a_volume(serve):
    run = serve(lambda: {"environment": {"A": "1"}, "secret_environment": {"B": "planted-token"}})
    assert variables(run) == {"A": "1"}
    assert secrets(run) == {"B": "planted-token"}
    assert container(run)["volumeMounts"] == [
        {"name": "secret-variables", "mountPath": "/var/slipway/secrets", "readOnly": True}
    ]
    run.assert_only_in_secrets("planted-token")


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({}, ["--grpc-port", "8001", "--secrets", "/var/slipway/secrets"]),
        ({"grpc": False}, ["--secrets", "/var/slipway/secrets"]),
    ],
)
def test_the_server_is_told_of_its_secrets_by_a_flag(serve, changes, flags):
    """A server that is too old to know it ends, and does not serve without its keys."""
    command = container(serve(lambda: {"auth": True, **changes}))["command"]
    assert command[:4] == ["python", "-m", "scoring", "serve"]
    assert command[-len(flags) :] == flags


def test_nothing_of_the_container_is_secret_so_that_a_preview_shows_its_image(serve):
    run = serve(
        lambda: {
            "auth": True,
            "secret_environment": {"B": "planted-token"},
            "insights_connection_string": pulumi.Output.secret("planted-connection"),
            "tls": TlsMaterial(certificate="CERT", key="planted-key"),
        }
    )
    assert container(run)["image"] == IMAGE
    assert "Secret" not in repr(run.one(GROUP).inputs["containers"])


def test_secret_variables_whose_names_come_late_are_hidden_and_mounted(serve):
    def late(**values):
        return lambda: {"secret_environment": pulumi.Output.secret(values)}

    some, none = serve(late(B="planted-token")), serve(late())
    files = some.one(GROUP).inputs["volumes"][0]["secret"]
    assert plain(files) == {"B": b64encode(b"planted-token").decode()}
    some.assert_only_in_secrets("planted-token")
    assert "--secrets" in container(some)["command"]
    assert "--secrets" not in container(none)["command"]
    assert none.one(GROUP).inputs.get("volumes") is None


def test_both_protocols_have_their_port(serve):
    """The address has the container's ports but that for probes; gRPC's, which has no certificate, is closed where
    there is one."""

    def ports(**changes):
        run = serve(lambda: changes)
        address = [port["port"] for port in run.one(GROUP).inputs["ipAddress"]["ports"]]
        assert [*address, 5002] == [port["port"] for port in container(run)["ports"]]
        return address

    assert ports() == [5001, 8001]
    assert ports(tls=TlsMaterial(certificate="CERT", key="k")) == [5001]
    assert ports(grpc=False) == [5001]


def test_a_server_without_grpc_does_not_listen_for_it(serve):
    command = container(serve(lambda: {"grpc": False}))["command"]
    assert command[:4] == ["python", "-m", "scoring", "serve"]
    assert "--grpc-port" not in command
    assert "--grpc-port" in container(serve())["command"]


def test_a_service_that_nothing_routes_to_does_not_wait_before_it_stops(serve):
    drain = {"name": "SLIPWAY_DRAIN_SECONDS", "value": "0"}
    assert drain in container(serve())["environmentVariables"]


def test_telemetry_travels_as_a_secret(serve):
    run = serve(lambda: {"insights_connection_string": "planted-connection"})
    assert secrets(run) == {"APPLICATIONINSIGHTS_CONNECTION_STRING": "planted-connection"}
    run.assert_only_in_secrets("planted-connection")


def test_output_goes_to_the_log_workspace(serve):
    run = serve(lambda: {"logs": LogTarget(workspace_id="guid", workspace_key="planted-log-key")})
    logs = run.one(GROUP).inputs["diagnostics"]["logAnalytics"]
    assert logs["workspaceId"] == "guid"
    assert is_secret(logs["workspaceKey"])
    run.assert_only_in_secrets("planted-log-key")
    assert "diagnostics" not in serve().one(GROUP).inputs


def test_tls_reaches_the_server_by_a_secret_volume(serve):
    run = serve(lambda: {"tls": TlsMaterial(certificate="CERT", key="planted-key")})
    (volume,) = run.one(GROUP).inputs["volumes"]
    assert volume["secret"]["certificate.pem"] == "Q0VSVA=="
    assert volume["secret"]["key.pem"] == Secret("cGxhbnRlZC1rZXk=")
    command = container(run)["command"]
    assert command[:4] == ["python", "-m", "scoring", "serve"]
    assert command[-4:] == [
        "--tls-cert",
        "/var/slipway/tls/certificate.pem",
        "--tls-key",
        "/var/slipway/tls/key.pem",
    ]
    assert container(run)["livenessProbe"]["httpGet"]["scheme"] == "https"
    assert run.result["scoring_uri"].startswith("https://diabetes-dev.example.net:5001/")
    assert run.one(SMOKE).inputs["authority"] == "CERT"
    run.assert_only_in_secrets("cGxhbnRlZC1rZXk=")


def test_a_certified_name_is_the_address(serve):
    tls = {"tls": TlsMaterial(certificate="CERT", key="k"), "cname": "score.example.com"}
    run = serve(lambda: tls)
    assert run.result["scoring_uri"] == "https://score.example.com:5001/score"
    assert run.one(SMOKE).inputs["connectTo"] == "diabetes-dev.example.net"


def test_an_image_that_is_built_here_is_started_before_the_group_is_touched(serve, checks):
    run = serve(
        lambda: {
            "built_here": True,
            "auth": True,
            "environment": {"B": "2", "A": "1"},
            "secret_environment": {"TOKEN": "planted-token"},
            "insights_connection_string": "planted-connection",
        }
    )
    (check,) = checks(run)
    assert check.urn in run.one(GROUP).options.depends_on
    assert check.inputs["dockerfile"]["inline"].splitlines() == [
        "ARG IMAGE",
        "FROM ${IMAGE}",
        "ARG VALUE_0",
        'ENV A="${VALUE_0}"',
        "ARG VALUE_1",
        'ENV B="${VALUE_1}"',
        "RUN --mount=type=secret,id=APPLICATIONINSIGHTS_CONNECTION_STRING,"
        "target=/var/slipway/secrets/APPLICATIONINSIGHTS_CONNECTION_STRING,mode=0444 "
        "--mount=type=secret,id=TOKEN,target=/var/slipway/secrets/TOKEN,mode=0444 "
        "python -m scoring check --secrets /var/slipway/secrets",
    ]
    assert check.inputs["buildArgs"] == {"IMAGE": IMAGE, "VALUE_0": "1", "VALUE_1": "2"}
    assert plain(check.inputs["secrets"]) == {
        "APPLICATIONINSIGHTS_CONNECTION_STRING": "planted-connection",
        "TOKEN": "planted-token",
    }
    run.assert_only_in_secrets("planted-token")
    run.assert_only_in_secrets("planted-connection")
    assert (check.inputs["push"], check.inputs["exports"]) == (False, [{"cacheonly": {}}])
    assert check.inputs["buildOnPreview"] is False
    assert list(Path(check.inputs["context"]["location"]).iterdir()) == []


def test_what_a_start_check_is_not_asked_for_is_not_started(serve, checks):
    assert checks(serve()) == []
    assert checks(serve(lambda: {"built_here": True, "start_check": False})) == []


def test_how_an_update_comes_about_does_not_make_another_service(serve, checks):
    def trigger(**changes):
        return plain(serve(lambda: changes).one(SMOKE).inputs["trigger"])

    assert trigger() == trigger(built_here=True) == trigger(start_check=False)


def test_every_child_sits_under_the_component(serve):
    run = serve(lambda: {"auth": True})
    component = run.one(TYPE)
    assert {child.type for child in run.children(component)} == {GROUP, KEYS, SMOKE}
    assert set(run.outputs[component.urn]) == {
        "service_name",
        "fqdn",
        "scoring_uri",
        "swagger_uri",
        "primary_key",
        "secondary_key",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"cpu_cores": 2},
        {"memory_gb": 4},
        {"location": "northeurope"},
        {"subnet_id": SUBNET, "dns_name_label": None},
    ],
    ids=["cpu", "memory", "location", "subnet"],
)
def test_what_aci_cannot_change_in_place_is_replaced(serve, change):
    before, after = serve().one(GROUP).options, serve(lambda: change).one(GROUP).options
    assert before.delete_before_replace
    assert before.replacement_trigger != after.replacement_trigger


def test_an_image_or_a_setting_is_no_reason_to_replace(serve):
    other = IMAGE.replace("a" * 64, "b" * 64)
    change = {"image": other, "tags": {"a": "b"}, "environment": {"A": "1"}, "auth": True}
    before, after = serve().one(GROUP).options, serve(lambda: change).one(GROUP).options
    assert before.replacement_trigger == after.replacement_trigger
    assert isinstance(json.loads(before.replacement_trigger), dict)


def test_deployment_may_take_its_time(serve):
    assert serve().one(GROUP).options.custom_timeouts == {
        "create": "30m",
        "update": "30m",
        "delete": "15m",
    }


def test_the_smoke_request_is_repeated_when_the_service_changes(serve):
    def trigger(**change):
        return plain(serve(lambda: change).one(SMOKE).inputs["trigger"])

    usual = trigger()
    assert trigger() == usual
    assert trigger(image=IMAGE.replace("a" * 64, "b" * 64)) != usual
    assert trigger(cpu_cores=2) != usual
    assert trigger(environment={"A": "1"}) != usual
    assert trigger(secret_environment={"A": "1"}) != usual
    assert trigger(smoke_test=SmokeTestOptions(request=1)) != usual
    assert trigger(auth=True) != trigger(auth=True, primary_key_generation=2)


@pytest.mark.parametrize(
    ("in_subnet", "ask", "watched"),
    [(False, None, False), (False, False, True), (True, None, True), (True, True, False)],
)
def test_a_private_address_is_asked_only_where_that_is_wanted(serve, in_subnet, ask, watched):
    place = {"subnet_id": SUBNET, "dns_name_label": None} if in_subnet else {}
    run = serve(lambda: {"smoke_test": SmokeTestOptions(request=1, ask_from_here=ask), **place})
    assert run.one(SMOKE).inputs["watchedOnly"] is watched
    told = [log.message for log in run.logs if "askFromHere: true" in log.message]
    assert len(told) == watched
    assert all("diabetes is not sent its smoke request from here" in each for each in told)


def test_the_smoke_test_knows_the_way_back(serve):
    run = serve(lambda: {"image_setting": "slipway:services.diabetes.image"})
    inputs = run.one(SMOKE).inputs
    assert inputs["image"] == "diabetes-image:7"
    assert inputs["imageSetting"] == "slipway:services.diabetes.image"
    assert inputs["stack"] == "test"


def test_the_smoke_request_comes_after_the_group(serve):
    request = SmokeTestOptions(request={"data": []}, deadline_seconds=9)
    run = serve(lambda: {"smoke_test": request})
    smoke = run.one(SMOKE)
    assert run.one(GROUP).urn in smoke.options.depends_on
    assert smoke.inputs["body"] == '{"data": []}'
    assert smoke.inputs["deadlineSeconds"] == 9
    assert smoke.inputs["containerGroup"] == "diabetes"


def test_previews_before_the_image_has_a_name(serve):
    run = serve(lambda: {"image": pulumi.Output.from_input(pulumi.UNKNOWN)}, preview=True)
    assert container(run)["image"] is UNKNOWN


def test_previews_before_the_image_has_a_digest(serve):
    run = serve(lambda: {"image": pulumi.Output.from_input(TAG)}, preview=True)
    assert container(run)["image"] == TAG


def test_refuses_a_tag_that_arrives_late(serve):
    with pytest.raises(InvalidArgs) as refusal:
        serve(lambda: {"image": pulumi.Output.from_input(TAG)})
    assert str(refusal.value) == (
        f"ServiceArgs: image must end in @sha256:<64 hex digits>, got {TAG!r}"
    )
