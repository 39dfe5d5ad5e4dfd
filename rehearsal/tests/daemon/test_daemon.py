"""The rehearsal as a process: started, found again after a kill, refused, stopped without a trace."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerregistry import ContainerRegistryManagementClient

COMMAND = Path(sys.executable).parent / "slipway-rehearsal"


def test_start_use_restart_after_a_kill_and_stop(machine):
    machine.run("status", fails=True)
    machine.run("start")
    first = machine.status()
    assert "is already running" in machine.run("start")
    assert machine.status() == first
    with machine.client() as client:
        client.resource_groups.create_or_update("rg", {"location": "westeurope"})
    assert "resourceGroups/rg" in machine.run("list")
    os.kill(first["pid"], signal.SIGKILL)
    _wait_for_the_end(first["pid"])
    assert "not running" in machine.run("env", fails=True)
    machine.run("start")
    again = machine.status()
    assert {**again, "pid": 0, "started": 0} == {**first, "pid": 0, "started": 0}
    with machine.client() as client:
        assert client.resource_groups.get("rg").location == "westeurope"
    machine.run("stop")
    _wait_for_the_end(again["pid"])
    assert "--purge --yes" in machine.run("stop", "--purge", fails=True)
    assert machine.state.exists()
    machine.run("stop", "--purge", "--yes")
    assert not machine.state.exists()


@pytest.mark.parametrize(
    "command", [[str(COMMAND)], [sys.executable, "-m", "rehearsal"]], ids=["script", "module"]
)
def test_its_advice_is_what_this_user_types(machine, command):
    done = subprocess.run(
        [*command, "list"], env=machine.environment, capture_output=True, text=True, check=False
    )
    typed = command[0] if len(command) == 1 else "python -m rehearsal"
    assert done.returncode == 1
    assert f"start one with `{Path(typed).name} start`" in done.stderr
    assert "Traceback" not in done.stderr


def test_faults_are_ordered_from_outside(machine):
    machine.run("start")
    machine.run("fail", "ResourceGroup", "create", "--times", "1", "--code", "409")
    assert "create of ResourceGroup" in machine.run("faults")
    with machine.client() as client:
        with pytest.raises(HttpResponseError, match="A fault was ordered"):
            client.resource_groups.create_or_update("rg", {"location": "westeurope"})
        client.resource_groups.create_or_update("rg", {"location": "westeurope"})
    refusal = machine.run("fail", "ContainerGroup", "create", "--code", "999", fails=True)
    assert "There is no code '999' for a fault" in refusal
    refusal = machine.run("fail", "Nope", "frob", "--code", "abc", fails=True)
    assert "There is no resource type 'Nope'" in refusal
    assert machine.run("faults") == ""


def test_a_taken_port_is_refused_with_a_sentence(machine):
    machine.run("start")
    port = machine.status()["doors"]["arm"]
    machine.run("stop")
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
        refusal = machine.run("start", fails=True)
    assert "cannot be opened on its port" in refusal
    assert "`slipway-rehearsal stop --purge`" in refusal


def test_a_damaged_state_is_said_and_kept_aside(machine):
    machine.state.mkdir(parents=True)
    (machine.state / "state.db").write_bytes(b"damaged" * 1000)
    for _ in range(2):
        assert "slipway-rehearsal start --fresh" in machine.run("start", fails=True)
    machine.run("start", "--fresh")
    assert machine.run("list") == ""
    (aside,) = machine.state.glob("state.db.corrupt-*")
    assert aside.read_bytes() == b"damaged" * 1000


def test_a_stranger_with_the_same_pid_is_left_alone(machine):
    machine.state.mkdir(parents=True)
    status = {"pid": os.getpid(), "started": 1.0, "runtime": "process"}
    (machine.state / "daemon.json").write_text(
        json.dumps({**status, "doors": {"arm": 1, "azure_native": 2, "docker_build": 3}})
    )
    assert "was not running" in machine.run("stop")
    machine.run("status", fails=True)


def test_the_bundle_has_every_authority_once(machine):
    machine.run("start")
    bundle = Path(machine.variables()["SSL_CERT_FILE"])
    first = bundle.read_text()
    machine.environment["SSL_CERT_FILE"] = str(bundle)
    machine.run("stop")
    machine.run("start")
    assert bundle.read_text() == first
    own = (machine.state / "tls" / "ca.pem").read_text().strip()
    assert first.count(own) == 1
    assert first.count("BEGIN CERTIFICATE") > 1


def _wait_for_the_end(pid):
    """Gone, or a zombie that nobody has collected."""
    deadline = time.monotonic() + 20
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("content", [b"{", b"", b"[]", None])
def test_a_damaged_status_is_said_and_the_rehearsal_can_be_stopped(machine, content):
    machine.run("start")
    pid = machine.status()["pid"]
    file = machine.state / "daemon.json"
    file.unlink() if content is None else file.write_bytes(content)
    if content is not None:
        for command in ("status", "env"):
            said = machine.run(command, fails=True)
            assert f"process {pid}" in said
            assert "`slipway-rehearsal stop`" in said
    assert "`slipway-rehearsal stop`" in machine.run("start", fails=True)
    assert "stopped" in machine.run("stop")
    _wait_for_the_end(pid)
    assert "not running" in machine.run("status", fails=True)


def test_a_damaged_catalog_is_said_and_kept_aside_and_the_next_start_works(machine):
    machine.run("start")
    with machine.client() as client, machine.client(ContainerRegistryManagementClient) as found:
        client.resource_groups.create_or_update("rg", {"location": "westeurope"})
        found.registries.begin_create(
            "rg", "acmeregistry", {"location": "westeurope", "sku": {"name": "Basic"}}
        ).result()
    machine.run("stop")
    catalog = machine.state / "registries" / "acmeregistry" / "catalog.sqlite"
    for beside in ("-wal", "-shm"):
        catalog.with_name(catalog.name + beside).unlink(missing_ok=True)
    catalog.write_bytes(b"damaged" * 1000)
    said = machine.run("start", fails=True)
    assert "acmeregistry" in said
    assert "is damaged and was put aside" in said
    machine.run("start")
    (aside,) = catalog.parent.glob("catalog.sqlite.corrupt-*")
    assert aside.read_bytes() == b"damaged" * 1000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_said(machine, small_disk):
    machine.environment["XDG_STATE_HOME"] = str(small_disk)
    filler = small_disk / "filler"
    _fill(filler)
    said = machine.run("start", fails=True)
    assert "The disk is full" in said
    filler.unlink()
    machine.run("start")
    with machine.client() as client:
        client.resource_groups.create_or_update("rg", {"location": "westeurope"})
        _fill(filler)
        with pytest.raises(HttpResponseError, match="The disk is full") as refused:
            _create_many(client)
        assert refused.value.status_code == 507
        filler.unlink()
        client.resource_groups.create_or_update("another", {"location": "westeurope"})
    machine.run("stop")


def _create_many(client):
    for number in range(2000):
        tags = {"a": "b" * 200}
        client.resource_groups.create_or_update(
            f"rg{number}", {"location": "westeurope", "tags": tags}
        )


def _fill(path):
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
