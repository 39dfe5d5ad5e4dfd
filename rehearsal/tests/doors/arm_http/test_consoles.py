"""`exec` and `attach` as Azure's command line does them: Microsoft's client, then a WebSocket with the password."""

import ssl
from contextlib import closing

import psutil
import pytest
import websocket
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerinstance.models import (
    ContainerExecRequest,
    ContainerExecRequestTerminalSize,
)

STAYS = """\
import time
print("at first", flush=True)
while True:
    time.sleep(0.05)
    print("later", flush=True)
"""
BASH = ContainerExecRequest(
    command="/bin/bash", terminal_size=ContainerExecRequestTerminalSize(rows=30, cols=99)
)


@pytest.fixture
def client(run, push):
    return run(push(STAYS))


@pytest.fixture
def connect(endpoint):
    def opened(given, **more):
        trust = {"ca_certs": endpoint.files.authority, "cert_reqs": ssl.CERT_REQUIRED}
        return websocket.create_connection(given.web_socket_uri, sslopt=trust, timeout=30, **more)

    return opened


def read_until(socket, words):
    """What comes until the words; all of it when the other side closes."""
    seen = b""
    while words not in seen:
        try:
            part = socket.recv()
        except websocket.WebSocketConnectionClosedException:
            break
        if not part:
            break
        seen += part if isinstance(part, bytes) else part.encode()
    return seen


def execute(client, request=BASH):
    return client.containers.execute_command("rg", "website", "app", request)


def test_a_shell_runs_in_the_container(client, connect):
    given = execute(client)
    with closing(connect(given)) as socket:
        socket.send(given.password)
        socket.send("echo $APP_HOME-$PRIMARY_KEY; stty size; pwd; exit\n")
        seen = read_until(socket, b"never").decode()
    assert "/var/app-very-secret" in seen
    assert "30 99" in seen
    assert seen.count("/var/app\r\n") >= 1


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_opens_nothing_and_ends_the_offer(client, connect, password):
    given = execute(client)
    with closing(connect(given)) as socket:
        socket.send(password)
        assert read_until(socket, b"never") == b""
    with closing(connect(given)) as socket:
        socket.send(given.password)
        assert read_until(socket, b"never") == b""


def test_the_shell_ends_with_the_container(client, connect):
    given = execute(client)
    with closing(connect(given)) as socket:
        socket.send(given.password)
        socket.send('echo $$ en""d\n')
        number = int(read_until(socket, b" end").partition(b" end")[0].split()[-1])
        assert psutil.pid_exists(number)
        client.container_groups.stop("rg", "website")
        read_until(socket, b"never")
    assert not psutil.pid_exists(number) or psutil.Process(number).status() == psutil.STATUS_ZOMBIE


def test_a_program_that_is_not_there_is_told(client, connect):
    given = execute(client, ContainerExecRequest(command="echo hello"))
    with closing(connect(given)) as socket:
        socket.send(given.password)
        assert b"'echo hello'" in read_until(socket, b"never")


def test_attach_shows_what_is_printed_from_now_on(client, connect, until):
    until(lambda: "later" in client.containers.list_logs("rg", "website", "app").content)
    given = client.containers.attach("rg", "website", "app")
    with closing(connect(given, header={"Authorization": given.password})) as socket:
        seen = read_until(socket, b"later\n")
        client.container_groups.stop("rg", "website")
        seen += read_until(socket, b"never")
    assert b"later\nlater\n" in seen
    assert b"at first" not in seen


def test_nothing_runs_in_a_stopped_group(client):
    client.container_groups.stop("rg", "website")
    with pytest.raises(HttpResponseError, match="ContainerGroupStopped"):
        execute(client)
