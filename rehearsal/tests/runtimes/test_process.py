"""A container group as processes: isolated, watched, restarted, found again, and gone without a trace."""

import http.client
import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from rehearsal.core.containers import Probe, PullError
from rehearsal.runtimes.process.runtime import ProcessRuntime

PROCESSES = Path(__file__).parents[1] / "processes"
RUN_AND_DIE = PROCESSES / "process_runtime.py"
READY = Probe(http_path="/", http_port=5001, period_seconds=0, timeout_seconds=5)


@pytest.fixture
def runtime(places):
    made = ProcessRuntime(places.state, places.cache, places.ca, back_off=0.05)
    yield made
    made.recover(())


def ask(group, path="/"):
    with closing(http.client.HTTPConnection(group.ip, 5001, timeout=10)) as connection:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())


def only(runtime, group):
    (state,) = runtime.state(group.id)
    return state


def runs(pid):
    """Whether it runs; what has ended and waits for its parent does not."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def left_of(places):
    """Processes that still carry a marker of this runtime."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(places.state) in process.environ().get("SLIPWAY_CONTAINER", ""):
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


@pytest.fixture
def running(runtime, group, server_image, until):
    """A running, ready group."""
    made = group(
        server_image,
        readiness=READY,
        cpu=0.5,
        environment={
            "KEY": "s3cret",
            "WHERE": "/var/app/main.py",
            "PEER": "http://localhost:5001/x",
        },
        files={"/mnt/keys": {"key.pem": b"private"}},
        command=("python", "/var/app/main.py", "--host", "0.0.0.0", "/mnt/keys/key.pem"),
    )
    runtime.start(made)
    until(lambda: only(runtime, made).ready)
    return made


def test_a_process_sees_the_image_and_not_this_machine(running, monkeypatch):
    seen = ask(running)
    root = Path(seen["argv"][0]).parents[2]
    assert seen["argv"][1:3] == ["--host", running.ip]
    assert seen["helper"] == str(root / "var/app/lib/helper.py")
    assert seen["cwd"] == str(root / "var/app")
    environment = seen["env"]
    assert environment["APP_HOME"] == str(root / "var/app")
    assert environment["WHERE"] == str(root / "var/app/main.py")
    assert environment["PEER"] == f"http://{running.ip}:5001/x"
    assert environment["KEY"] == "s3cret"
    assert environment["OMP_NUM_THREADS"] == "1"
    assert seen["cpus"] == 1
    assert not [name for name in environment if name.startswith(("PYTEST", "VIRTUAL_ENV"))]
    repository = Path(__file__).parents[3]
    assert not [path for path in seen["path"] if Path(path).is_relative_to(repository)]


def test_secret_files_lie_outside_the_image_and_are_private(running):
    path = Path(ask(running)["argv"][3])
    assert path.read_bytes() == b"private"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "rootfs" not in path.parts


def test_it_listens_on_the_groups_address_alone(running):
    listening = psutil.Process(ask(running)["pid"]).net_connections(kind="inet")
    assert {c.laddr.ip for c in listening if c.status == psutil.CONN_LISTEN} == {running.ip}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_reaches_what_it_serves(running):
    """As anybody reaches a public address in Azure: who may ask is the service's own matter, by its keys."""
    done = subprocess.run(
        [sys.executable, str(PROCESSES / "second_user.py")],
        input=json.dumps({"containers": [[running.ip, 5001, "/"]]}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["containers"] == [200]


def test_stop_leaves_nothing(runtime, running, places):
    pid = ask(running)["pid"]
    runtime.stop(running.id)
    assert not runs(pid)
    assert runtime.state(running.id) == []
    assert left_of(places) == []
    assert list((places.state / "groups").iterdir()) == []
    assert [path for path in (places.cache / "rootfs").rglob("*") if path.is_file()] == []
    runtime.stop(running.id)


def test_restart_is_another_process_with_the_log_of_both(runtime, running, until):
    before = ask(running)["pid"]
    runtime.restart(running.id)
    until(lambda: only(runtime, running).ready)
    assert ask(running)["pid"] != before
    assert runtime.logs(running.id, "app").count("serving") == 2
    assert runtime.logs(running.id, "app", 1).count("serving") == 1
    assert only(runtime, running).restart_count == 1


def test_one_that_dies_is_started_again(runtime, running, until):
    with pytest.raises((http.client.HTTPException, OSError)):
        ask(running, "/die")
    state = until(lambda: (s := only(runtime, running)).restart_count >= 1 and s.ready and s)
    assert state.exit_code == 3
    assert ask(running)["pid"]


def test_a_failing_liveness_probe_ends_it(runtime, group, server_image, until):
    probe = Probe(
        http_path="/", http_port=5001, period_seconds=0, failure_threshold=2, timeout_seconds=5
    )
    sick = group(
        server_image,
        liveness=probe,
        readiness=READY,
        restart_policy="Never",
        command=("python", "/var/app/main.py", "--host", "0.0.0.0"),
    )
    runtime.start(sick)
    until(lambda: only(runtime, sick).ready or only(runtime, sick).state == "Terminated")
    if only(runtime, sick).ready:
        ask(sick, "/sick")
    state = until(lambda: (s := only(runtime, sick)).state == "Terminated" and s)
    assert "liveness" in state.detail


@pytest.mark.parametrize(
    ("policy", "code", "expected"),
    [
        ("Never", 3, "Terminated"),
        ("OnFailure", 0, "Terminated"),
        ("OnFailure", 3, "again"),
        ("Always", 0, "again"),
    ],
)
def test_restart_policies(runtime, group, push, until, policy, code, expected):
    image = push(f"import sys\nprint('one run')\nsys.exit({code})\n")
    made = group(image, restart_policy=policy)
    runtime.start(made)
    if expected == "again":
        until(lambda: only(runtime, made).restart_count >= 2)
    else:
        state = until(lambda: (s := only(runtime, made)).state == "Terminated" and s)
        assert state.exit_code == code
        assert state.detail == ("Completed" if code == 0 else "Error")
        assert runtime.logs(made.id, "app") == "one run\n"


def test_too_much_memory_is_an_oom_kill(runtime, group, push, until):
    image = push("block = b'x' * (300 << 20)\nimport time\ntime.sleep(60)\n")
    greedy = group(image, memory_gb=0.1, restart_policy="Never")
    runtime.start(greedy)
    state = until(lambda: (s := only(runtime, greedy)).state == "Terminated" and s)
    assert (state.exit_code, state.detail) == (137, "OOMKilled")


def test_one_that_listens_everywhere_is_ended_with_a_sentence(runtime, group, push, until):
    image = push(
        "import socket, time\ns = socket.socket()\ns.bind(('0.0.0' + '.0', 0))\ns.listen()\ntime.sleep(60)\n"
    )
    open_to_all = group(image, restart_policy="Never")
    runtime.start(open_to_all)
    state = until(lambda: (s := only(runtime, open_to_all)).state == "Terminated" and s)
    assert "listens on 0.0.0.0" in state.detail


def test_a_command_that_needs_a_container_is_told_in_the_log(runtime, group, server_image):
    made = group(server_image, command=("nginx", "-g", "daemon off;"))
    runtime.start(made)
    assert only(runtime, made).state == "Terminated"
    assert "SLIPWAY_RUNTIME=docker" in runtime.logs(made.id, "app")


def test_children_of_children_end_too(runtime, group, push, places, until):
    image = push(
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
        "print(p.pid, flush=True)\ntime.sleep(60)\n"
    )
    made = group(image)
    runtime.start(made)
    pid = int(until(lambda: runtime.logs(made.id, "app")))
    runtime.stop(made.id)
    assert not runs(pid)
    assert left_of(places) == []


def test_an_image_by_its_tag_runs(runtime, group, server_image, until):
    made = group(server_image.partition("@")[0] + ":1", readiness=READY)
    runtime.start(made)
    until(lambda: only(runtime, made).ready)
    runtime.stop(made.id)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"token": "nobody"}, "UNAUTHORIZED"),
        ({"image": "localhost:1/a@sha256:" + "0" * 64}, "does not answer"),
        ({"image": "localhost:1/a:tag"}, "does not answer"),
    ],
)
def test_a_pull_that_is_refused_leaves_the_running_group_alone(
    runtime, running, group, change, said
):
    bad = group(
        change.get("image", running.containers[0].image),
        token=change.get("token", "puller"),
        id=running.id,
    )
    with pytest.raises(PullError, match=said):
        runtime.start(bad)
    assert ask(running)["pid"]


def test_a_python_that_is_not_here_is_named(runtime, group, push):
    with pytest.raises(PullError, match=r"Python 3\.99"):
        runtime.start(group(push(python="3.99")))


def test_after_a_kill_the_running_process_is_adopted(running_elsewhere, places, until):
    killed, made, pid = running_elsewhere
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert ask(made)["pid"] == pid
    runtime = ProcessRuntime(places.state, places.cache, places.ca)
    runtime.recover([made])
    until(lambda: only(runtime, made).ready)
    assert ask(made)["pid"] == pid
    assert "serving" in runtime.logs(made.id, "app")
    runtime.recover(())
    assert left_of(places) == []
    assert not runs(pid)


def test_after_a_kill_what_died_or_changed_is_started_again(
    running_elsewhere, places, group, until
):
    killed, made, pid = running_elsewhere
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    changed = group(
        made.containers[0].image,
        id=made.id,
        ip=made.ip,
        readiness=READY,
        environment={"NEW": "1"},
        command=made.containers[0].command,
    )
    runtime = ProcessRuntime(places.state, places.cache, places.ca)
    runtime.recover([changed])
    until(lambda: only(runtime, changed).ready)
    seen = ask(changed)
    assert seen["pid"] != pid
    assert seen["env"]["NEW"] == "1"
    runtime.recover(())
    assert left_of(places) == []


def test_no_secret_is_written_into_the_state(running_elsewhere, places):
    for path in places.state.rglob("*"):
        if path.is_file():
            assert b"s3cret" not in path.read_bytes(), path


@pytest.fixture
def running_elsewhere(places, group, server_image, oci_door, until):
    """A group that a runtime in another process runs: that process, the group, the container's process."""
    made = group(
        server_image,
        readiness=READY,
        environment={"KEY": "s3cret"},
        command=("python", "/var/app/main.py", "--host", "0.0.0.0"),
    )
    spec = made.containers[0]
    told = {
        "state": str(places.state),
        "cache": str(places.cache),
        "ca": str(places.ca),
        "id": made.id,
        "ip": made.ip,
        "image": spec.image,
        "command": spec.command,
        "token": oci_door.tokens["puller"],
        "environment": spec.environment,
    }
    process = subprocess.Popen(
        [sys.executable, str(RUN_AND_DIE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        process.stdin.write(json.dumps(told))
        process.stdin.close()
        process.stdout.readline()
        yield process, made, ask(made)["pid"]
        process.kill()
    ProcessRuntime(places.state, places.cache, places.ca).recover(())
