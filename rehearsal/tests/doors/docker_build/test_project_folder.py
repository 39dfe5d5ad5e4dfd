"""A program's relative paths are relative to its project's folder, wherever the rehearsal runs."""

import socket
import subprocess
import sys

import pytest

from rehearsal.doors.docker_build import project_folder

CALL = """
import socket, sys
with socket.socket() as connection:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.bind(("127.0.0.1", int(sys.argv[2])))
    connection.connect(("127.0.0.1", int(sys.argv[1])))
    print(connection.getsockname()[1], flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def ports():
    """Two ports that listen: the door's and somebody else's."""
    with (
        socket.create_server(("127.0.0.1", 0)) as door,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        yield door.getsockname()[1], other.getsockname()[1]


@pytest.fixture
def process_in(ports):
    """Connects to a port from a process in the given folder, from a port of its own choice; answers that."""
    started = []

    def connect(folder, port, near=0):
        process = subprocess.Popen(
            [sys.executable, "-c", CALL, str(port), str(near)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process.stdout.readline().strip()

    yield connect
    for process in started:
        process.communicate("")


@pytest.fixture
def folder_of(ports, process_in):
    """The project's folder of a process that calls the door from a folder."""

    def found(folder):
        return project_folder.of_peer(f"ipv4:127.0.0.1:{process_in(folder, ports[0])}", ports[0])

    return found


def test_it_is_the_folder_of_the_process_that_calls(folder_of, tmp_path):
    assert folder_of(tmp_path) == tmp_path


def test_from_a_folder_of_the_project_it_is_the_project(folder_of, tmp_path):
    (tmp_path / "Pulumi.yaml").touch()
    (tmp_path / "models" / "diabetes").mkdir(parents=True)
    assert folder_of(tmp_path / "models" / "diabetes") == tmp_path


@pytest.mark.parametrize("first", [0, 1])
def test_a_process_that_calls_another_from_the_same_port_is_not_taken_for_it(
    first, ports, process_in, tmp_path
):
    folders = [tmp_path / "mine", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    near = process_in(folders[first], ports[first])
    assert process_in(folders[1 - first], ports[1 - first], near) == near
    assert project_folder.of_peer(f"ipv4:127.0.0.1:{near}", ports[0]) == folders[0]
