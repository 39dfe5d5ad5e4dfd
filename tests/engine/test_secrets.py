"""Every secret that a stack has, planted: it arrives where it belongs, and is nowhere else."""

import hashlib
import json
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import trustme

from slipway.rules.certificates import as_served
from tests.harness import planted
from tests.harness.planted import Planted, files

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

SERVICE = "slipway:services.diabetes"
HOST = "score.example.com"
SCRIPT = """
import hashlib, os

def init():
    print("started, {public}", flush=True)

def run(data):
    return hashlib.sha256(os.environ["API_TOKEN"].encode()).hexdigest()
"""
# Each resource as ARM returns it, and what its containers printed.
ASK_ARM = """
import json, sys
from slipway.cloud.arm_client import ArmClient
from slipway.cloud.arm_ids import TYPES
arm = ArmClient()
for one in json.load(sys.stdin):
    print(json.dumps(arm.get(one["id"], TYPES[one["type"]].api_version)))
    if one["type"].endswith(":ContainerGroup"):
        print(json.dumps(arm.get(one["id"] + "/containers/scoring/logs", "2023-05-01")))
"""


@pytest.fixture
def private_index():
    """An empty package index; clients send it the password in its address."""

    class Nothing(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(404)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as server:
        Thread(target=server.serve_forever).start()
        yield lambda password: f"http://planted:{password}@127.0.0.1:{server.server_port}/simple"
        server.shutdown()


def test_secrets_are_where_they_belong_and_nowhere_else(deployment, rehearsal, private_index):
    engine = deployment.engine
    authority = trustme.CA()
    certificate = authority.issue_cert(HOST)
    chain = (certificate.cert_chain_pems[0], authority.cert_pem)
    (engine.cwd / "certificate.pem").write_bytes(b"".join(one.bytes() for one in chain))
    names = ("apiToken", "first", "second")
    given = {name: planted.value(name) for name in names}
    given["certificateKey"] = certificate.private_key_pem.bytes().decode()
    index = planted.value("index")
    engine.env["PIP_EXTRA_INDEX_URL"] = private_index(index)
    public = planted.value("public")
    (deployment.example / "score.py").write_text(SCRIPT.format(public=public))
    deployment.use_model(alpha=0.1)
    deployment.configure(f"{SERVICE}.environment", {"PUBLIC": public})
    token_as_a_variable_is_refused(deployment, given["apiToken"])

    for name, value in given.items():
        set_secret(engine, f"slipway:secrets.{name}", value)
    digest = hashlib.sha256(given["apiToken"].encode()).hexdigest()
    for key, value in {
        "auth": True,
        "secretEnvironment": {"API_TOKEN": "apiToken"},
        "keys": {"primarySecret": "first", "secondarySecret": "second"},
        "tls": {
            "certificateFile": "certificate.pem",
            "keySecret": "certificateKey",
            "cname": HOST,
        },
        "smokeTest.expected": digest,
    }.items():
        deployment.configure(f"{SERVICE}.{key}", value)
    said = [engine.up(), engine.refresh(), engine.preview("--expect-no-changes")]
    assert all(one.ok for one in said), next(one.text for one in said if not one.ok)
    scored = deployment.slipway("services", "score", '{"data": []}')
    # They arrived: the script has the token, and the service the certificate's key and the caller's.
    assert (scored.returncode, json.loads(scored.stdout or "0")) == (0, digest), scored.stderr

    looked_through = {
        "what pulumi prints": [("pulumi", text(*said))],
        "the exported state": [("export", text(engine.run("stack", "export")))],
        "what ARM answers": [("arm", answers_of_arm(engine))],
        "what our commands print": printed_by_our_commands(deployment),
        # Contexts that are staged, event logs, checkpoints and their history.
        "the project and the back end": files(engine.cwd.parent),
        "the registry": registry(rehearsal),
        # Azure's own memory is in state.db, and what a container is given in its volumes.
        "the rehearsal": files(
            rehearsal.state, without=["state.db*", "*/mounts/*", "registries/*"]
        ),
    }
    served = as_served(given["certificateKey"])
    everything = Planted({**given, "servedKey": served, "index": index, "public": public})
    found = {where: everything.found_in(places) for where, places in looked_through.items()}
    leaked = [one for each in found.values() for one in each if not one.startswith("public ")]
    assert not leaked, "\n".join(leaked)
    # They would have been found: what is no secret is in each.
    assert all(found.values()), found
    engine.destroy().check()


def token_as_a_variable_is_refused(deployment, token):
    """Anywhere else a secret is refused, with the command that removes it from there."""
    key = f"{SERVICE}.environment.API_TOKEN"
    set_secret(deployment.engine, key, token)
    refused = deployment.engine.preview()
    assert not refused.ok
    assert token not in refused.text
    told = " ".join(refused.text.split())
    assert f"{key} must hold no secret" in told
    setting = (
        f"pulumi config set --stack {deployment.engine.stack} --secret --path slipway:secrets."
    )
    assert f"set it by `{setting}<name>`" in told
    (command,) = re.findall(r"remove it by `pulumi (config rm [^`]+)`", told)
    deployment.engine.run(*shlex.split(command)).check()


def set_secret(engine, key, value):
    """As the documents say: the value is no argument."""
    command = ["pulumi", "config", "set", "--secret", "--path", key, "--non-interactive"]
    subprocess.run(command, input=value, cwd=engine.cwd, env=engine.env, text=True, check=True)


def text(*results):
    """All that they printed and told in events."""
    return "".join(one.text + json.dumps(one.events) for one in results).encode()


def answers_of_arm(engine):
    azure = [one for one in engine.resources() if one["type"].startswith("azure-native:")]
    asked = json.dumps([{"id": one["id"], "type": one["type"]} for one in azure])
    command = [sys.executable, "-c", ASK_ARM]
    done = subprocess.run(command, input=asked.encode(), env=engine.env, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def printed_by_our_commands(deployment):
    place = ("--registry", deployment.output("workspace.loginServer"))
    for command in (
        ("services", "logs"),
        ("services", "list", "--json"),
        ("images", "show", "diabetes-image", "--json", *place),
        ("models", "show", "diabetes", "--json", *place),
    ):
        done = deployment.slipway(*command)
        assert done.returncode == 0, done.stderr
        yield " ".join(command), (done.stdout + done.stderr).encode()


def registry(rehearsal):
    """Blobs, referenced or not, and manifests, which a page of the catalog's file may cut in two."""
    yield from files(rehearsal.state / "registries")
    for file in (rehearsal.state / "registries").glob("*/catalog.sqlite"):
        with closing(sqlite3.connect(file)) as catalog:
            yield from catalog.execute("select digest, content from manifests")
