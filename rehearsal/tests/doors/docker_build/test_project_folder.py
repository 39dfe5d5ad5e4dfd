"""A program's relative paths are relative to its project's folder, wherever the rehearsal runs."""

import socket
import subprocess
import sys

import pytest

from rehearsal.doors.docker_build import project_folder

CALL = """
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
    print(connection.getsockname()[1], flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def peer_in():
    """Connects from a process in the given folder; returns it as gRPC would name it."""
    started = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def connect(folder):
            process = subprocess.Popen(
                [sys.executable, "-c", CALL, str(server.getsockname()[1])],
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            started.append(process)
            return f"ipv4:127.0.0.1:{process.stdout.readline().strip()}"

        yield connect
        for process in started:
            process.communicate("")


def test_it_is_the_folder_of_the_process_that_calls(peer_in, tmp_path):
    assert project_folder.of_peer(peer_in(tmp_path)) == tmp_path


def test_from_a_folder_of_the_project_it_is_the_project(peer_in, tmp_path):
    (tmp_path / "Pulumi.yaml").touch()
    (tmp_path / "models" / "diabetes").mkdir(parents=True)
    assert project_folder.of_peer(peer_in(tmp_path / "models" / "diabetes")) == tmp_path
