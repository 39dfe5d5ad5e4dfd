"""Faults of the world around an update: each is told, and the next update goes on."""

import json
import socket

import pytest

from tests.harness import consistency
from tests.harness.own_rehearsal import OwnRehearsal

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

GROUP = "azure-native:containerinstance:ContainerGroup"


def test_an_update_survives_what_fails_around_it(deployment, rehearsal):
    engine = deployment.engine
    numbers = deployment.use_model(alpha=0.1)

    # Azure is busy for longer than azure-native waits: told in Azure's words, and the next update goes on from there.
    rehearsal.fail_all_attempts("ContainerGroup", "create", "429")
    busy = engine.up()
    assert not busy.ok
    assert "TooManyRequests" in busy.text
    assert len(engine.resources(GROUP)) == 0

    # Two updates at once: the second is refused, the first is not disturbed. Azure is busy for a moment only.
    rehearsal.fail("ContainerGroup", "create", "--code", "429", "--times", "2")
    first = engine.start("up", "--skip-preview")
    first.until(GROUP)
    second = engine.up()
    assert not second.ok
    assert "the stack is currently locked" in second.text
    assert deployment.recover().returncode == 1
    assert first.wait().ok
    assert deployment.score() == pytest.approx(numbers)

    # The rehearsal is killed in the middle of an update, and started again.
    numbers = deployment.use_model(alpha=5)
    update = engine.start("up", "--skip-preview")
    update.until(GROUP)
    rehearsal.kill()
    interrupted = update.wait()
    assert not interrupted.ok
    rehearsal.start()
    engine.up().check()
    assert deployment.score() == pytest.approx(numbers)
    assert consistency.problems(deployment) == []

    # While it is down nothing can be asked, and a preview says so.
    rehearsal.kill()
    down = engine.preview()
    assert not down.ok
    assert "Traceback" not in down.text
    listed = deployment.slipway("models", "list")
    assert listed.returncode == 1
    assert "does not answer" in listed.stderr
    assert len(listed.stderr.splitlines()) == 1

    # Its containers live on; it finds them again.
    assert deployment.score() == pytest.approx(numbers)
    rehearsal.start()
    assert deployment.score() == pytest.approx(numbers)
    assert engine.preview("--expect-no-changes").ok
    assert consistency.problems(deployment) == []


def test_a_registry_that_is_down_is_named(deployment):
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"localhost:{other.getsockname()[1]}"
    listed = deployment.slipway("models", "list", "--registry", address)
    assert listed.returncode == 1
    assert address in listed.stderr
    assert len(listed.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_told(tmp_path):
    own = OwnRehearsal(tmp_path)
    own.start()
    port = json.loads((own.state / "daemon.json").read_text())["doors"]["arm"]
    own.command("stop")
    with socket.create_server(("127.0.0.1", port)):
        refused = own.command("start")
    assert refused.returncode == 1
    assert "cannot be opened on its port" in refused.stderr
    assert str(port) in refused.stderr
    assert "Traceback" not in refused.stderr
    own.start()
    assert own.stop() == []


def test_a_damaged_state_is_told_and_kept(tmp_path):
    own = OwnRehearsal(tmp_path)
    own.start()
    own.command("stop")
    damaged = b"this is no database" * 1000
    (own.state / "state.db").write_bytes(damaged)

    for _ in range(2):  # said as long as nobody decides
        refused = own.command("start")
        assert refused.returncode == 1
        assert "is damaged and was put aside as" in refused.stderr
        assert "--fresh" in refused.stderr
    (aside,) = [file for file in own.state.glob("state.db.corrupt-*") if file.stat().st_size > 1000]
    assert aside.read_bytes() == damaged

    own.start("--fresh")
    assert own.resources() == []
    assert aside.read_bytes() == damaged
    assert own.stop() == []
