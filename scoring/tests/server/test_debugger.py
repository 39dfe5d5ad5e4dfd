"""AZUREML_DEBUG_PORT as an editor sees it: the Debug Adapter Protocol over a loopback socket."""

import json
import re
import socket
import subprocess
import sys
import time

import pytest

SCRIPT = "print('imported')\ndef init(): pass\ndef run(data): return data\n"


class Editor:
    """Just enough of an editor to attach: https://microsoft.github.io/debug-adapter-protocol"""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._received = self._socket.makefile("rb")
        self._sent = 0

    def send(self, command, **arguments):
        self._sent += 1
        message = {"seq": self._sent, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(message).encode()
        self._socket.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def until(self, **wanted):
        while True:
            message = self._message()
            if wanted.items() <= message.items():
                return message

    def _message(self):
        length = 0
        while line := self._received.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        assert length, "the debugger has hung up"
        return json.loads(self._received.read(length))

    def go_on(self):
        self.until(event="initialized")
        self.send("configurationDone")
        self.until(type="response", command="attach")

    def leave(self):
        self.send("disconnect")
        self.until(type="response", command="disconnect")
        self._socket.close()


def test_an_editor_connects_before_the_script_is_imported(serving, free_port):
    port = free_port()
    server = serving(SCRIPT, ready=False, AZUREML_DEBUG_PORT=str(port))
    server.wait_for(f"Waiting for a debugger to connect to 127.0.0.1:{port}")
    assert "imported" not in server.messages()
    editor = Editor(port)
    editor.send("initialize", adapterID="test")
    editor.send("attach", connect={"host": "127.0.0.1", "port": port})
    editor.go_on()
    server.url = server.wait_for("Ready on ")["message"].removeprefix("Ready on ")
    editor.leave()
    assert server.score(b"1").json() == "1"


@pytest.fixture
def adapter(free_port):
    """What an editor starts itself: it speaks with the editor on one port and waits for the program on another."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "debugpy.adapter", "--port", str(port)])
    until = time.monotonic() + 60
    while True:
        try:
            editor = Editor(port)
            break
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)
    yield editor
    process.terminate()
    process.wait(30)


def test_the_server_connects_to_an_editor_that_listens(serving, adapter, free_port):
    port = free_port()
    adapter.send("initialize", adapterID="test")
    adapter.send("attach", listen={"host": "127.0.0.1", "port": port})
    adapter.until(event="debugpyWaitingForServer")
    server = serving(SCRIPT, ready=False, AZUREML_DEBUG_PORT=str(port))
    server.wait_for(f"Connecting to the debugger that listens on 127.0.0.1:{port}")
    adapter.go_on()
    server.wait_for("Ready on ")
    adapter.leave()


def test_without_debugpy_the_extra_is_named(command, tmp_path):
    (tmp_path / "score.py").write_text(SCRIPT)
    (tmp_path / "debugpy.py").write_text("raise ModuleNotFoundError('No module named debugpy')")
    done = command(
        "serve",
        "--source",
        tmp_path,
        "--port",
        0,
        AZUREML_DEBUG_PORT="5678",
        PYTHONPATH=str(tmp_path),
    )
    assert done.returncode == 2
    assert re.search(
        r"AZUREML_DEBUG_PORT is 5678, but .*install slipway-scoring\[debug\]", done.stderr
    )
    assert "imported" not in done.stderr
