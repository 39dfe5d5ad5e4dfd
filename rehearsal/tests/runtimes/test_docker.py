"""The Docker builder and runtime against a real daemon: built, pushed, pulled by digest, run with its limits.

Where no daemon answers they are skipped and say so, unless SLIPWAY_RUNTIME=docker promises one: then they fail.
"""

import http.client
import json
import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from rehearsal.builders.docker.builder import DockerBuilder
from rehearsal.builders.request import BuildError, BuildRequest
from rehearsal.core.containers import Probe, PullError
from rehearsal.distribution.auth import RegistryAuth
from rehearsal.runtimes.docker.runtime import DockerRuntime

READY = Probe(http_path="/", http_port=5001, period_seconds=0, timeout_seconds=5)
SERVER = """\
import http.server, json, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        seen = {"env": dict(os.environ), "uid": os.getuid(), "key": open("/mnt/keys/key.pem").read(),
                "memory": open("/sys/fs/cgroup/memory/memory.limit_in_bytes").read()
                if os.path.exists("/sys/fs/cgroup/memory") else open("/sys/fs/cgroup/memory.max").read()}
        try:
            open("/app/new", "w")
        except OSError as error:
            seen["refused"] = error.strerror
        body = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
print("serving", flush=True)
http.server.HTTPServer(("0.0.0.0", 5001), Handler).serve_forever()
"""
DOCKERFILE = """\
ARG BASE_IMAGE=python:3.11-slim-bookworm
FROM ${BASE_IMAGE}
LABEL io.slipway.python=3.11
RUN --mount=type=secret,id=word grep -q sesame /run/secrets/word
USER 1000
ENTRYPOINT ["python","/app/main.py"]
COPY app/ /app/
"""


def _daemon():
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.docker,
    pytest.mark.skipif(
        not _daemon() and os.environ.get("SLIPWAY_RUNTIME") != "docker",
        reason="no Docker daemon answers; SLIPWAY_RUNTIME=docker makes this a failure",
    ),
]


@pytest.fixture(scope="module")
def built(oci_door, tmp_path_factory):
    """A request for the image, and what building it answered."""
    context = tmp_path_factory.mktemp("context")
    (context / "app").mkdir()
    (context / "app" / "main.py").write_text(SERVER)
    request = BuildRequest(
        context=context,
        dockerfile=DOCKERFILE,
        tags=[f"{oci_door.login_server}/images/by-docker:1"],
        secrets={"word": "sesame"},
        labels={"team": "blue"},
        auth=lambda host: RegistryAuth(bearer=oci_door.tokens["pusher"]),
    )
    builder = DockerBuilder(Path(oci_door.ca))
    yield request, builder, builder.build(request)
    subprocess.run(["docker", "rmi", *request.tags], capture_output=True, check=False)


@pytest.fixture
def runtime(places):
    made = DockerRuntime(places.state, places.ca)
    yield made
    made.recover(())


@pytest.fixture
def by_docker(built, oci_door, group):
    """A group of the image."""
    image = f"{oci_door.login_server}/images/by-docker@{built[2].digest}"

    def make(**changes):
        named = {
            "readiness": READY,
            "memory_gb": 0.25,
            "cpu": 0.5,
            "environment": {"KEY": "s3cret", "QUOTED": 'a "b" $c'},
            "files": {"/mnt/keys": {"key.pem": b"private"}},
        }
        return group(image, **(named | changes))

    return make


def ask(group):
    with closing(http.client.HTTPConnection(group.ip, 5001, timeout=10)) as connection:
        connection.request("GET", "/")
        return json.loads(connection.getresponse().read())


def only(runtime, group):
    (state,) = runtime.state(group.id)
    return state


def containers(places):
    printed = subprocess.run(
        ["docker", "ps", "--all", "--format", "{{.Names}} {{.Labels}}"],
        capture_output=True,
        text=True,
        check=True,
    )
    from hashlib import sha256

    key = sha256(str(places.state.resolve()).lower().encode()).hexdigest()[:16]
    return [line for line in printed.stdout.splitlines() if key in line]


def test_the_same_context_again_is_the_same_digest_and_sends_no_layer(built):
    request, builder, first = built
    again = builder.build(request)
    assert again.digest == first.digest
    assert again.bytes_uploaded < 10_000


def test_a_failing_step_shows_its_output(built, oci_door):
    request, builder, _ = built
    text = DOCKERFILE.replace("grep -q sesame", "grep sesam3")
    broken = BuildRequest(
        context=request.context, dockerfile=text, secrets=request.secrets, push=False
    )
    with pytest.raises(BuildError, match="sesam3"):
        builder.build(broken)


def test_a_container_has_its_limits_its_user_and_a_read_only_root(
    runtime, by_docker, until, places
):
    made = by_docker()
    runtime.start(made)
    until(lambda: only(runtime, made).ready)
    seen = ask(made)
    assert seen["env"]["KEY"] == "s3cret"
    assert seen["env"]["QUOTED"] == 'a "b" $c'
    assert seen["key"] == "private"
    assert seen["uid"] == 1000
    assert int(seen["memory"]) == 256 << 20
    assert seen["refused"] == "Read-only file system"
    assert "serving" in runtime.logs(made.id, "app")
    runtime.stop(made.id)
    assert runtime.state(made.id) == []
    assert containers(places) == []


def test_a_new_runtime_finds_its_containers_again(runtime, by_docker, until, places):
    made, gone = by_docker(), by_docker()
    for one in (made, gone):
        runtime.start(one)
    until(lambda: only(runtime, made).ready)
    before = only(runtime, made).started_at
    again = DockerRuntime(places.state, places.ca)
    again.recover([made])
    until(lambda: only(again, made).ready)
    assert only(again, made).started_at == before
    assert len(containers(places)) == 1
    again.recover(())
    assert containers(places) == []


def test_exit_codes_and_refused_pulls(runtime, by_docker, until):
    made = by_docker(
        restart_policy="Never", readiness=None, command=("python", "-c", "raise SystemExit(3)")
    )
    runtime.start(made)
    state = until(lambda: (s := only(runtime, made)).state == "Terminated" and s)
    assert (state.exit_code, state.detail) == (3, "Error")
    with pytest.raises(PullError):
        runtime.start(by_docker(token="nobody"))
