"""`slipway services` on stacks with none, one and several services."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import ClassVar

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from tests.harness.stack_outputs import service

SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


class Groups:
    """As much of Azure Container Instances as the commands ask for."""

    def __init__(self):
        self.restarted = []
        self.there = {"diabetes-dev", "ridge-dev"}

    def get(self, group, name):
        if name not in self.there:
            raise ResourceNotFoundError("no such group")
        container = SimpleNamespace(
            resources=SimpleNamespace(requests=SimpleNamespace(cpu=1.0, memory_in_gb=2.0))
        )
        return SimpleNamespace(
            location="westeurope",
            ip_address=SimpleNamespace(fqdn=f"{name}.example.net", ip=None),
            containers=[container],
            instance_view=SimpleNamespace(state=f"Running in {group}"),
        )

    def begin_restart(self, group, name):
        self.restarted.append((group, name))
        return SimpleNamespace(result=lambda: None)

    def list_logs(self, group, name, container, tail):
        if name not in self.there:
            raise HttpResponseError("the group is not there")
        return SimpleNamespace(content=f"{group}/{name}/{container}: last {tail}\n")


@pytest.fixture
def groups(monkeypatch):
    groups = Groups()
    client = SimpleNamespace(container_groups=groups, containers=groups)
    monkeypatch.setattr("slipway.cli.targets.aci.container_instances", lambda: client)
    return groups


@pytest.fixture
def stack(pulumi):
    """stack(diabetes={"auth": True}, ridge={}) -> a stack with these services."""

    def make(**services):
        named = {name: service(name, **changes) for name, changes in services.items()}
        outputs = {"outputsVersion": 1, **({"services": named} if named else {})}
        pulumi.prints("stack output", outputs)
        components = [
            {
                "urn": f"urn:pulumi:dev::slipway::slipway:index:AciService::{name}",
                "type": "slipway:index:AciService",
                "outputs": {
                    "primary_key": secret(f"{name}-1"),
                    "secondary_key": secret(f"{name}-2"),
                    "service_name": f"{name}-dev",
                },
            }
            for name in services
        ]
        pulumi.prints("stack export", {"deployment": {"resources": components}})

    return make


def secret(text):
    return {**SIGNATURE, "plaintext": json.dumps(text)}


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


def test_a_stack_without_services_lists_none(slipway, stack):
    stack()
    done = slipway("services", "list", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])


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


def test_azures_refusal_is_one_sentence(slipway, stack, groups):
    stack(lasso={})
    done = slipway("services", "logs")
    assert done.exit_code == 1
    assert "the group is not there" in done.stderr


def test_a_target_of_a_later_release_is_named(slipway, stack):
    stack(diabetes={"target": "moon"})
    done = slipway("services", "list")
    assert done.exit_code == 1
    assert "the target 'moon' of diabetes-dev is not known here, only aci" in done.stderr


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
    pulumi.prints("stack output", {"url": "x"})
    done = slipway("services", "list", "-s", "web")
    assert (
        done.exit_code,
        "the stack web is not one of Slipway's: it exports url" in done.stderr,
    ) == (
        1,
        True,
    )
    pulumi.fails("stack output", "warning: x\nerror: no stack named 'web' found\n")
    done = slipway("services", "list", "-s", "web")
    assert "pulumi stack failed: no stack named 'web' found" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


class Scoring(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str | None]]] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.seen.append((body, self.headers["Authorization"]))
        self.send_response(200)
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
