"""Who is at the other end: a process of a user, or nobody that may be trusted."""

import os
import socket

import pytest

from rehearsal.machine import peers


@pytest.fixture(params=[socket.AF_INET, socket.AF_INET6], ids=["ipv4", "ipv6"])
def connection(request):
    """A listener's port, and a client of it; one for IPv6 shows its addresses in the long form."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = "127.0.0.1" if request.param == socket.AF_INET else "::ffff:127.0.0.1"
        client = socket.socket(request.param)
        client.connect((host, listener.getsockname()[1]))
        accepted, _ = listener.accept()
        yield listener.getsockname()[1], client, accepted
        client.close()
        accepted.close()


def test_the_user_whose_process_holds_the_other_end(connection):
    port, client, _ = connection
    assert peers.end_of(("127.0.0.1", client.getsockname()[1]), port).uid == os.getuid()


def test_an_end_that_was_closed_is_nobodys_and_not_roots(connection):
    port, client, _ = connection
    there = ("127.0.0.1", client.getsockname()[1])
    client.close()
    assert peers.end_of(there, port) is None


def test_a_connection_to_another_port_does_not_count(connection):
    port, client, _ = connection
    assert peers.end_of(("127.0.0.1", client.getsockname()[1]), port + 1) is None
    assert peers.end_of(("127.0.0.1", 1), port) is None
