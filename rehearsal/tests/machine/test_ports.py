"""Ports of the rehearsal: free, and not of the kind that the kernel hands to anybody."""

import socket

import pytest

from rehearsal.machine import ports


def test_the_kernel_gives_the_port_to_no_connection():
    with socket.socket() as unasked:
        unasked.bind(("127.0.0.1", 0))
        assert unasked.getsockname()[1] in ports._ephemeral()
    assert not {ports.free_port() for _ in range(50)} & set(ports._ephemeral())


def test_a_port_in_use_is_not_taken(monkeypatch):
    other = ports.free_port()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        monkeypatch.setattr(ports, "_candidates", lambda: iter([number, other]))
        assert ports.free_port() == other
        monkeypatch.setattr(ports, "_candidates", lambda: iter([number]))
        with pytest.raises(OSError, match="is free"):
            ports.free_port()


def test_a_machine_whose_kernel_hands_out_every_port(monkeypatch, tmp_path):
    everything = tmp_path / "ip_local_port_range"
    everything.write_text("1024\t65535\n")
    monkeypatch.setattr(ports, "_EPHEMERAL", everything)
    assert ports.free_port() in ports._RANGE


@pytest.mark.parametrize("text", ["", "nonsense here", "1 2 3"])
def test_a_machine_that_does_not_say(monkeypatch, tmp_path, text):
    unreadable = tmp_path / "ip_local_port_range"
    unreadable.write_text(text)
    monkeypatch.setattr(ports, "_EPHEMERAL", unreadable)
    assert ports.free_port() < 32_768
