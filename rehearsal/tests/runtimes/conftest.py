"""Images that were really built and pushed, and groups that run them."""

import itertools
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from rehearsal.builders.embedded.builder import EmbeddedBuilder
from rehearsal.builders.request import BuildRequest
from rehearsal.core.containers import ContainerSpec, GroupSpec
from rehearsal.distribution.auth import RegistryAuth

DOCKERFILE = """\
FROM python:{python}-slim
ENV PYTHONUNBUFFERED=1 APP_HOME=/var/app PYTHONPATH=/var/app/lib:/nowhere
LABEL io.slipway.python={python}
WORKDIR /var/app
ENTRYPOINT ["python","/var/app/main.py","--host","0.0.0.0"]
COPY app/ /var/app/
"""
SERVER = """\
import http.server, json, os, sys, threading
import helper
STATE = {"healthy": True}
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/die":
            os._exit(3)
        if self.path == "/sick":
            STATE["healthy"] = False
        body = json.dumps({"pid": os.getpid(), "argv": sys.argv, "cwd": os.getcwd(), "env": dict(os.environ),
                           "helper": helper.__file__, "path": sys.path,
                           "cpus": len(os.sched_getaffinity(0))}).encode()
        self.send_response(200 if STATE["healthy"] else 500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
print("serving", sys.argv[2], flush=True)
http.server.ThreadingHTTPServer((sys.argv[2], 5001), Handler).serve_forever()
"""
# Any version would do: this one is here.
OURS = f"{sys.version_info.major}.{sys.version_info.minor}"
_addresses = itertools.count(1)


@pytest.fixture(scope="session")
def push(oci_door, tmp_path_factory):
    """Builds and pushes an image whose `main.py` has the given text; answers its reference by digest."""
    cache = tmp_path_factory.mktemp("builder-cache")
    numbers = itertools.count(1)

    def build(script=SERVER, python=None, dockerfile=DOCKERFILE):
        number = next(numbers)
        context = tmp_path_factory.mktemp("context")
        (context / "app" / "lib").mkdir(parents=True)
        (context / "app" / "lib" / "helper.py").write_text("")
        (context / "app" / "main.py").write_text(script)
        version = python or OURS
        repository = f"{oci_door.login_server}/images/runtime-{number}"
        result = EmbeddedBuilder(cache, Path(oci_door.ca)).build(
            BuildRequest(
                context=context,
                dockerfile=dockerfile.replace("{python}", version),
                tags=[f"{repository}:1"],
                auth=lambda host: RegistryAuth(bearer=oci_door.tokens["pusher"]),
            )
        )
        return f"{repository}@{result.digest}"

    return build


@pytest.fixture(scope="session")
def server_image(push):
    """A small HTTP server that tells what it sees."""
    return push()


@pytest.fixture
def group(oci_door):
    """Makes a group of one container on a loopback address of its own."""

    def make(image, token="puller", **changes):
        mine = {
            name: changes.pop(name) for name in ("restart_policy", "id", "ip") if name in changes
        }
        number = next(_addresses)
        named = {"id": f"/groups/{number}", "ip": f"127.77.{number}.1"} | mine
        spec = {"name": "app", "image": image, "ports": (5001,), "memory_gb": 1.0} | changes
        return GroupSpec(
            name="group",
            containers=(ContainerSpec(**spec),),
            registry_token=lambda host: oci_door.tokens[token],
            **named,
        )

    return make


@pytest.fixture(scope="session")
def until():
    """Waits until something holds, and answers it; says what was seen when it never does."""

    def wait(condition, seconds=60.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            seen = condition()
            if seen:
                return seen
            time.sleep(0.02)
        raise AssertionError(f"never came true in {seconds} s; last seen: {condition()!r}")

    return wait


@pytest.fixture
def places(tmp_path, oci_door):
    """State, cache and authority of a runtime."""
    return SimpleNamespace(state=tmp_path / "state", cache=tmp_path / "cache", ca=Path(oci_door.ca))
