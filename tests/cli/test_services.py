"""`slipway services` on stacks with none, one and several services."""

import json
import ssl
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import ClassVar

import pytest
import trustme
from azure.core.exceptions import HttpResponseError

from tests.cli.conftest import CURRENT
from tests.harness.stack_outputs import exported, service


def test_listing_shows_every_service_with_its_state(slipway, stack, groups):
    stack(diabetes={}, ridge={}, lasso={})
    rows = json.loads(slipway("services", "list", "--stack", "dev", "--json").stdout)
    assert {row["name"]: row["state"] for row in rows} == {
        "diabetes": "Running in slipway-dev",
        "lasso": "not found",
        "ridge": "Running in slipway-dev",
    }
    assert rows[0]["image"] == "diabetes-image:7"
    assert rows[0]["cpu"] == 1.0
    table = slipway("services", "list", env={"COLUMNS": "200"}).stdout
    assert "diabetes" in table
    assert "http://ridge.example.net:5001/score" in table


def test_a_container_that_dies_again_and_again_is_not_shown_as_running(slipway, stack, groups):
    """Azure says Running of the group all the while."""
    stack(diabetes={})
    groups.state, groups.restarts = "Running", 4
    groups.current = SimpleNamespace(
        state="Waiting",
        detail_status="CrashLoopBackOff: Back-off restarting failed",
        start_time=None,
        exit_code=None,
    )
    groups.previous = SimpleNamespace(exit_code=3)
    (row,) = json.loads(slipway("services", "list", "--json").stdout)
    assert (row["state"], row["detail"], row["restarts"]) == ("Waiting", "CrashLoopBackOff", 4)
    done = slipway("services", "list")
    assert "  Waiting (CrashLoopBackOff), restarted 4 times  " in done.stdout
    assert "exit code 3: init() of the entry script raised" in done.stderr

    # Between two crashes it runs; that it did not all the time can be seen.
    groups.current, groups.restarts = CURRENT, 1
    assert "  Running, restarted 1 time  " in slipway("services", "list").stdout
    # A stopped group is stopped, whatever its container did last.
    groups.state, groups.restarts = "Stopped", 0
    groups.current = SimpleNamespace(
        state="Terminated", detail_status="Completed", start_time=None, exit_code=0
    )
    assert "  Stopped  " in slipway("services", "list").stdout


def test_a_stack_without_services_lists_none(slipway, stack):
    stack()
    done = slipway("services", "list", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])
    done = slipway("services", "list", "--stack", "dev")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.startswith("the stack dev has no service: `slipway:services` names them")


def test_a_project_without_services_says_so(slipway, stack, pulumi):
    stack()
    pulumi.prints("stack ls", [{"name": "dev"}, {"name": "empty"}])
    done = slipway("services", "list", "--all")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.startswith("no stack of the project has a service: ")


def test_the_only_service_need_not_be_named(slipway, stack, groups):
    stack(diabetes={})
    assert slipway("services", "logs").stdout == "slipway-dev/diabetes-dev/scoring: last 5000\n"
    assert slipway("services", "restart").stdout == "diabetes was restarted\n"
    assert groups.restarted == [("slipway-dev", "diabetes-dev")]


def test_one_of_several_is_named(slipway, stack, groups):
    stack(diabetes={}, ridge={})
    done = slipway("services", "logs", "ridge", "--tail", "3")
    assert done.stdout == "slipway-dev/ridge-dev/scoring: last 3\n"
    assert slipway("services", "restart", "ridge").exit_code == 0
    assert groups.restarted == [("slipway-dev", "ridge-dev")]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("logs",), "name the service: the stack (the selected one) has diabetes, ridge"),
        (("restart", "-s", "dev"), "name the service: the stack dev has diabetes, ridge"),
        (("keys", "lasso"), "there is no service 'lasso': the stack"),
        (("score", "{}"), "name the service"),
        (("score", "a", "b", "c"), "one service and one body are expected, got 3"),
    ],
)
def test_a_service_that_is_not_clear_is_asked_for(slipway, stack, groups, arguments, sentence):
    stack(diabetes={}, ridge={})
    done = slipway("services", *arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_azures_refusal_is_one_sentence(slipway, stack, groups, monkeypatch):
    def refuse(*_, **__):
        raise HttpResponseError("(AuthorizationFailed) You may not\nCode: AuthorizationFailed")

    stack(diabetes={})
    monkeypatch.setattr(groups, "list_logs", refuse)
    done = slipway("services", "logs")
    assert (done.exit_code, done.stderr) == (1, "slipway: (AuthorizationFailed) You may not\n")


def test_a_target_of_a_later_release_is_named(slipway, stack):
    stack(diabetes={"target": "moon"})
    done = slipway("services", "logs")
    assert done.exit_code == 1
    assert "the target 'moon' of diabetes-dev is not known here, only aci" in done.stderr


def test_beside_a_target_of_a_later_release_the_others_are_listed(slipway, stack, groups):
    stack(diabetes={"target": "moon"}, ridge={})
    done = slipway("services", "list", "--json")
    assert [(row["name"], row["state"]) for row in json.loads(done.stdout)] == [
        ("ridge", "Running in slipway-dev"),
        ("diabetes", "unknown"),
    ]
    assert "diabetes: the target 'moon' of diabetes-dev is not known here, only aci" in done.stderr


def test_keys_come_from_the_services_own_component(slipway, stack):
    stack(diabetes={"auth": True}, ridge={"auth": True})
    done = slipway("services", "keys", "ridge", "--json")
    assert json.loads(done.stdout) == {"primary": "ridge-1", "secondary": "ridge-2"}
    assert slipway("services", "keys", "ridge").stdout == "primary: ridge-1\nsecondary: ridge-2\n"


def test_a_service_without_auth_has_no_keys_and_no_secret_is_read(slipway, stack, pulumi):
    stack(diabetes={})
    assert "authentication is off" in slipway("services", "keys").stdout
    assert json.loads(slipway("services", "keys", "--json").stdout) == {
        "primary": None,
        "secondary": None,
    }
    assert not [call for call in pulumi.calls if "--show-secrets" in call]


def test_what_is_not_slipways_and_what_pulumi_refuses_are_one_sentence(slipway, pulumi):
    pulumi.prints("stack export", exported({"url": "x"}))
    done = slipway("services", "list", "-s", "web")
    assert (
        done.exit_code,
        "the stack web is not one of Slipway's: it exports url" in done.stderr,
    ) == (
        1,
        True,
    )
    pulumi.fails("stack export", "warning: x\nerror: no stack named 'web' found\n")
    done = slipway("services", "list", "-s", "web")
    assert "pulumi stack failed: no stack named 'web' found" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


class Scoring(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str | None]]] = []
    status = 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.seen.append((body, self.headers["Authorization"]))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"[1.5]")

    def log_message(self, *_):
        pass


@pytest.fixture
def scoring():
    Scoring.seen = []
    server = HTTPServer(("127.0.0.1", 0), Scoring)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/score"
    server.shutdown()
    server.server_close()


def test_scoring_asks_the_service_that_is_named_with_its_key(slipway, stack, scoring, tmp_path):
    stack(diabetes={}, ridge={"auth": True, "scoringUri": scoring})
    (tmp_path / "body.json").write_text('{"data": [1]}')
    assert slipway("services", "score", "ridge", "@body.json").stdout == "[1.5]\n"
    assert Scoring.seen == [('{"data": [1]}', "Bearer ridge-1")]


def test_scoring_the_only_service_without_a_key(slipway, stack, scoring):
    stack(diabetes={"scoringUri": scoring})
    assert slipway("services", "score", "{}").stdout == "[1.5]\n"
    assert Scoring.seen == [("{}", None)]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (137, "exit code 137: it was killed, most likely because it needed more memory than its 2"),
        (3, "exit code 3: init() of the entry script raised"),
        (1, "exit code 1\n"),
    ],
)
@pytest.mark.parametrize("command", ["list", "logs"])
def test_an_exit_code_is_explained(slipway, stack, groups, command, code, said):
    stack(diabetes={})
    groups.previous = SimpleNamespace(exit_code=code)
    done = slipway("services", command)
    assert done.exit_code == 0
    assert f"diabetes: the container ended with {said}" in done.stderr


def test_a_container_whose_health_check_failed_is_not_told_to_need_memory(slipway, stack, groups):
    """Azure kills one whose init() takes too long with the same exit code."""
    stack(diabetes={})
    groups.previous = SimpleNamespace(exit_code=137)
    groups.events = ["Started container", "Liveness probe failed: HTTP probe failed"]
    told = slipway("services", "list").stderr
    assert "exit code 137: it was killed because its health check failed" in told
    assert "startupSeconds, increase these" in told
    assert "memory" not in told


def test_a_server_error_names_the_way_to_the_log(slipway, stack, scoring, monkeypatch):
    stack(diabetes={"scoringUri": scoring}, ridge={})
    monkeypatch.setattr(Scoring, "status", 500)
    done = slipway("services", "score", "diabetes", "{}", "--stack", "dev")
    assert done.exit_code == 1
    assert "answered 500" in done.stderr
    assert "`slipway services logs diabetes --stack dev`" in done.stderr
    monkeypatch.setattr(Scoring, "status", 400)
    assert "slipway services logs" not in slipway("services", "score", "diabetes", "{}").stderr


def test_all_stacks_are_listed_and_those_that_cannot_be_read_are_named(slipway, pulumi, groups):
    pulumi.prints("stack ls", [{"name": "dev"}, {"name": "prod"}, {"name": "web"}])
    pulumi.of_stack("dev").prints("stack export", exported(services_of("diabetes"), IMAGE))
    pulumi.of_stack("prod").prints("stack export", exported(services_of("ridge", "diabetes")))
    pulumi.of_stack("web").prints("stack export", exported({"url": "x"}))
    done = slipway("services", "list", "--all", "--json")
    rows = json.loads(done.stdout)
    assert [(row["stack"], row["name"]) for row in rows] == [
        ("dev", "diabetes"),
        ("prod", "diabetes"),
        ("prod", "ridge"),
    ]
    assert {row["name"]: row["models"] for row in rows}["diabetes"] == ["diabetes:4"]
    assert rows[0]["since"] == "2026-11-28T13:00:00+00:00"
    assert "web is not listed: the stack web is not one of Slipway's" in done.stderr
    refused = slipway("services", "list", "--all", "--stack", "dev")
    assert "give one of them" in refused.stderr


def services_of(*names):
    return {"outputsVersion": 1, "services": {name: service(name) for name in names}}


IMAGE = {
    "urn": "urn:pulumi:dev::slipway::slipway:index:ImageVersion::diabetes-image",
    "type": "slipway:index:ImageVersion",
    "outputs": {
        "ref": "reg.azurecr.io/images/diabetes-image@sha256:0",
        "imageId": "diabetes-image:7",
        "models": ["diabetes:4"],
    },
}


def test_a_private_address_that_is_not_reached_is_told_at_once(slipway, stack, groups, monkeypatch):
    asked = []

    def refused(address, seconds):
        asked.append((address, seconds <= 10))
        raise TimeoutError("timed out")

    monkeypatch.setattr("socket.create_connection", refused)
    stack(diabetes={"scoringUri": "http://10.0.0.4:5001/score"})
    done = slipway("services", "score", "{}")
    assert done.exit_code == 1
    assert "10.0.0.4 is a private address, which is reached from its virtual network" in done.stderr
    assert "run this on a machine in that network" in done.stderr
    assert asked == [(("10.0.0.4", 5001), True)]


CA = trustme.CA()


@pytest.fixture
def behind_tls(scoring):
    """The same service behind a certificate for score.example.com; answers its port."""
    server = HTTPServer(("127.0.0.1", 0), Scoring)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CA.issue_cert("score.example.com").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def with_child(pulumi, name, **inputs):
    """A stack with one service, whose component has a smoke test with these inputs."""
    parent = f"urn:pulumi:dev::slipway::slipway:index:AciService::{name}"
    uri = f"https://{inputs.pop('host')}:{inputs.pop('port')}/score"
    smoke = {
        "urn": f"urn:pulumi:dev::slipway::slipway:index:SmokeTest::{name}",
        "type": "slipway:index:SmokeTest",
        "parent": parent,
        "inputs": inputs,
    }
    component = {"urn": parent, "type": "slipway:index:AciService", "outputs": {}}
    outputs = {"outputsVersion": 1, "services": {name: service(name, scoringUri=uri)}}
    pulumi.prints("stack export", exported(outputs, component, smoke))


def test_a_service_whose_name_does_not_lead_to_it_yet_is_reached(slipway, pulumi, behind_tls):
    authority = CA.cert_pem.bytes().decode()
    way = {"connectTo": "127.0.0.1", "authority": authority, "port": behind_tls}
    with_child(pulumi, "diabetes", host="score.example.com", **way)
    assert slipway("services", "score", "{}").stdout == "[1.5]\n"


def test_its_certificate_must_be_for_its_name(slipway, pulumi, behind_tls):
    authority = CA.cert_pem.bytes().decode()
    way = {"connectTo": "127.0.0.1", "authority": authority, "port": behind_tls}
    with_child(pulumi, "diabetes", host="other.example.com", **way)
    done = slipway("services", "score", "{}")
    assert done.exit_code == 1
    assert "certificate is not valid for 'other.example.com'" in done.stderr
    with_child(pulumi, "diabetes", host="score.example.com", connectTo="127.0.0.1", port=behind_tls)
    assert "certificate verify failed" in slipway("services", "score", "{}").stderr


def test_how_many_replicas_a_load_needs(slipway):
    asked = ("services", "replicas", "--rps", "20", "--latency-ms", "500")
    assert slipway(*asked).stdout.endswith(": 15 replicas\n")
    assert json.loads(slipway(*asked, "--json").stdout) == {"replicas": 15, "busy": 10}
    refused = slipway(*asked, "--utilization", "0")
    assert refused.exit_code == 1
    assert "utilization must be more than 0 and at most 100, got 0" in refused.stderr
