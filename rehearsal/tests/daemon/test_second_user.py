"""Another user of the same machine gets nothing from a rehearsal: neither by a port nor by a file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from azure.mgmt.containerregistry import ContainerRegistryManagementClient

PROGRAM = Path(__file__).parents[1] / "processes" / "second_user.py"
# Nothing of these is the owner's: where to sign in, and that there are no keys to fetch.
PUBLIC = {
    "/metadata/endpoints": 200,
    "/organizations/v2.0/.well-known/openid-configuration": 200,
    "/organizations/discovery/v2.0/keys": 200,
    "/organizations/oauth2/v2.0/token": 400,
    "/oauth2/exchange": 400,
    "/oauth2/token": 401,
}
GROUP = "/subscriptions/{subscription}/resourceGroups/rg"
LOGS = "/providers/Microsoft.ContainerInstance/containerGroups/web/containers/app/logs"
ARM = [
    ("GET", "/subscriptions"),
    ("GET", "/subscriptions/{subscription}/resources"),
    ("GET", GROUP),
    ("PUT", GROUP),
    ("DELETE", GROUP),
    ("GET", GROUP + LOGS),
    (
        "POST",
        GROUP + "/providers/Microsoft.ContainerRegistry/registries/acmeregistry/listCredentials",
    ),
    ("POST", GROUP + "/providers/Microsoft.ContainerInstance/containerGroups/web/restart"),
    ("GET", "/metadata/endpoints"),
    ("GET", "/organizations/v2.0/.well-known/openid-configuration"),
    ("GET", "/organizations/discovery/v2.0/keys"),
    ("POST", "/organizations/oauth2/v2.0/token"),
]
REGISTRY = [
    ("GET", "/v2/"),
    ("GET", "/v2/a/manifests/latest"),
    ("PUT", "/v2/a/manifests/latest"),
    ("POST", "/v2/a/blobs/uploads/"),
    ("PUT", "/v2/a/blobs/uploads/x?digest=sha256:" + "0" * 64),
    ("DELETE", "/v2/a/blobs/sha256:" + "0" * 64),
    ("GET", "/acr/v1/_catalog"),
    ("DELETE", "/acr/v1/a"),
    ("POST", "/oauth2/exchange"),
    ("GET", "/oauth2/token"),
]


@pytest.fixture
def way_there(tmp_path):
    """Lets everybody through to the test's folder: what is in it must keep them out by itself."""
    closed = [path for path in (tmp_path, *tmp_path.parents) if not path.stat().st_mode & 0o001]
    modes = {path: path.stat().st_mode & 0o777 for path in closed}
    for path, mode in modes.items():
        path.chmod(mode | 0o055)
    yield
    for path, mode in modes.items():
        path.chmod(mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_no_port_and_no_file_serves_another_user(machine, way_there):
    machine.run("start")
    status, variables = machine.status(), machine.variables()
    registry = _registry(machine)
    doors, subscription = status["doors"], variables["ARM_SUBSCRIPTION_ID"]
    grpc_doors = [doors["azure_native"], doors["docker_build"]]
    assert {*grpc_doors, doors["arm"], registry} == _listening(status["pid"])

    requests = [(doors["arm"], *one) for one in ARM] + [(registry, *one) for one in REGISTRY]
    found = _as_nobody(
        grpc=grpc_doors,
        https=[(port, how, path.format(subscription=subscription)) for port, how, path in requests],
        files=[str(machine.state), str(machine.state.parent.parent.parent / "cache" / "slipway")],
    )

    for port, answers in found["grpc"].items():
        wrong = {name: said for name, said in answers.items() if "user who started it" not in said}
        assert len(answers) > 15
        assert wrong == {}, port
    for _, how, path, answered, body in found["https"]:
        assert answered == PUBLIC.get(path, 401), (how, path, body)
        assert variables["ARM_CLIENT_SECRET"] not in body
    assert set(found["files"].values()) == {False}
    assert machine.run("list").count("\n") == 2


def _as_nobody(**given):
    done = subprocess.run(
        [sys.executable, str(PROGRAM)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _listening(pid):
    return {
        one.laddr.port
        for one in psutil.Process(pid).net_connections(kind="inet")
        if one.status == psutil.CONN_LISTEN
    }


def _registry(machine):
    with (
        machine.client() as client,
        machine.client(ContainerRegistryManagementClient) as registries,
    ):
        client.resource_groups.create_or_update("rg", {"location": "westeurope"})
        made = registries.registries.begin_create(
            "rg", "acmeregistry", {"location": "westeurope", "sku": {"name": "Basic"}}
        ).result()
    return int(made.login_server.rpartition(":")[2])
