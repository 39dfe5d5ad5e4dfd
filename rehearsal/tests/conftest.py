"""A rehearsal's core with a runtime and registries that only remember: for tests of everything above them."""

import itertools
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rehearsal.arm.table import all_types
from rehearsal.builders.embedded.builder import EmbeddedBuilder
from rehearsal.builders.request import BuildRequest
from rehearsal.core import identity as identities
from rehearsal.core.arm import Arm
from rehearsal.core.containers import ContainerState, GroupSpec, PullError
from rehearsal.core.faults import Faults
from rehearsal.core.rbac import ACR_PULL, Rbac
from rehearsal.core.store import Store
from rehearsal.core.tokens import Tokens
from rehearsal.core.type_names import REGISTRY
from rehearsal.core.world import World
from rehearsal.distribution.auth import RegistryAuth
from rehearsal.testing.fixtures import azure, oci_door, start_oci_door  # noqa: F401 - fixtures of several suites
from rehearsal.testing.nothing_runs import NothingRuns

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
API = "2024-01-01"
DIGEST = "sha256:" + "a" * 64


class RememberingRuntime(NothingRuns):
    """Containers "run" as long as nobody told them to crash."""

    def __init__(self) -> None:
        self.groups: dict[str, GroupSpec] = {}
        self.calls: list[tuple[str, str]] = []
        self.exit_codes: dict[str, int] = {}
        self.output: dict[str, str] = {}
        self.ready = True
        self.restarts = 0
        self.missing_images: set[str] = set()
        self.defect: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def start(self, group: GroupSpec) -> None:
        self.calls.append(("start", group.id))
        self.gate.wait(30)
        if self.defect is not None:
            raise self.defect
        for container in group.containers:
            if container.image in self.missing_images:
                raise PullError("manifest unknown")
        self.groups[group.id.lower()] = group
        self.restarts = 0

    def stop(self, group_id: str) -> None:
        self.calls.append(("stop", group_id))
        self.groups.pop(group_id.lower(), None)

    def restart(self, group_id: str) -> None:
        self.calls.append(("restart", group_id))
        self.restarts += 1

    def logs(
        self, group_id: str, container: str, tail: int | None = None, *, timestamps: bool = False
    ) -> str:
        lines = self.output.get(container, f"hello from {container}\n").splitlines(keepends=True)
        return "".join(lines if tail is None else lines[-tail:])

    def state(self, group_id: str) -> list[ContainerState]:
        group = self.groups.get(group_id.lower())
        return [self._state(one.name) for one in group.containers] if group else []

    def recover(self, groups) -> None:
        self.calls.append(("recover", ",".join(group.name for group in groups)))
        self.groups = {group.id.lower(): group for group in groups}

    def _state(self, name: str) -> ContainerState:
        if name in self.exit_codes:
            return ContainerState(
                name=name,
                state="Terminated",
                ready=False,
                exit_code=self.exit_codes[name],
                restart_count=1,
            )
        return ContainerState(
            name=name,
            state="Running",
            ready=self.ready,
            restart_count=self.restarts,
            started_at="2026-01-01T00:00:00Z",
        )


class RememberingRegistries:
    """Which registries listen."""

    def __init__(self) -> None:
        self.ports: dict[str, int] = {}

    def open(self, name: str, port: int) -> None:
        self.ports[name] = port

    def close(self, name: str) -> None:
        self.ports.pop(name, None)


@dataclass
class Rehearsal:
    """The core of one test, and short ways to put things there."""

    state_dir: object
    world: World = field(init=False)
    arm: Arm = field(init=False)
    runtime: RememberingRuntime = field(default_factory=RememberingRuntime)
    registries: RememberingRegistries = field(default_factory=RememberingRegistries)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """As a start of the rehearsal does."""
        me = identities.load(self.state_dir)
        store = Store(self.state_dir)
        self.world = World(
            store=store,
            identity=me,
            tokens=Tokens(me),
            rbac=Rbac(store, me.object_id),
            faults=Faults(store),
            runtime=self.runtime,
        )
        self.world.far_ends.register(REGISTRY, self.registries)
        self.arm = Arm(self.world, all_types())

    @property
    def subscription(self) -> str:
        return f"/subscriptions/{self.world.identity.subscription_id}"

    @property
    def group_id(self) -> str:
        return f"{self.subscription}/resourceGroups/rg"

    def id(self, kind: str, name: str) -> str:
        return f"{self.group_id}/providers/{kind}/{name}"

    def put(self, resource_id: str, body: Mapping) -> dict:
        return self.arm.put(resource_id, body, API)

    def resource_group(self) -> str:
        self.put(self.group_id, {"location": "westeurope"})
        return self.group_id

    def registry(self, name: str = "webreg", **properties) -> dict:
        return self.put(
            self.id("Microsoft.ContainerRegistry/registries", name),
            {"location": "westeurope", "sku": {"name": "Basic"}, "properties": properties},
        )

    def identity(self, name: str = "puller") -> dict:
        return self.put(
            self.id("Microsoft.ManagedIdentity/userAssignedIdentities", name),
            {"location": "westeurope"},
        )

    def role(
        self, scope: str, principal: str, role: str = ACR_PULL, name: str | None = None
    ) -> dict:
        definition = f"{self.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        return self.put(
            f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name or uuid.uuid4()}",
            {
                "properties": {
                    "principalId": principal,
                    "roleDefinitionId": definition,
                    "principalType": "ServicePrincipal",
                }
            },
        )

    def pulling_group(self) -> dict:
        """A resource group with a registry, an identity that may pull, and the body of a container group."""
        self.resource_group()
        registry, identity = self.registry(), self.identity()
        self.role(registry["id"], identity["properties"]["principalId"])
        server = registry["properties"]["loginServer"]
        return {
            "location": "westeurope",
            "identity": {"type": "UserAssigned", "userAssignedIdentities": {identity["id"]: {}}},
            "properties": {
                "osType": "Linux",
                "restartPolicy": "Always",
                "containers": [
                    {
                        "name": "app",
                        "properties": {
                            "image": f"{server}/images/web@{DIGEST}",
                            "ports": [{"port": 5001}],
                            "environmentVariables": [
                                {"name": "PLAIN", "value": "seen"},
                                {"name": "PRIMARY_KEY", "secureValue": "very-secret"},
                            ],
                            "resources": {"requests": {"cpu": 1.0, "memoryInGB": 1.0}},
                        },
                    }
                ],
                "imageRegistryCredentials": [{"server": server, "identity": identity["id"]}],
                "ipAddress": {
                    "type": "Public",
                    "ports": [{"port": 5001, "protocol": "TCP"}],
                    "dnsNameLabel": "website",
                },
            },
        }

    def container_group_id(self, name: str = "website") -> str:
        return self.id("Microsoft.ContainerInstance/containerGroups", name)

    def container_group(self, name: str = "website") -> dict:
        return self.put(self.container_group_id(name), self.pulling_group())


@pytest.fixture
def rehearsal(tmp_path):
    found = Rehearsal(tmp_path)
    yield found
    found.world.store.close()


@pytest.fixture(scope="session")
def push(oci_door, tmp_path_factory):  # noqa: F811 - the fixture
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
