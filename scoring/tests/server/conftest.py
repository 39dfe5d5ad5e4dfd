"""Servers as a user starts them: processes of their own, on ports that the system chooses."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

SCRIPTS = Path(__file__).parent / "scripts"
START_SECONDS = 120


class Server:
    def __init__(self, process, log):
        self.process = process
        self.log = log
        self.url = ""

    def lines(self):
        return [json.loads(text) for text in self.log.read_text().splitlines()]

    def messages(self):
        return [entry["message"] for entry in self.lines()]

    def wait_for(self, what, seconds=START_SECONDS):
        until = time.monotonic() + seconds
        while not (
            found := next((entry for entry in self.lines() if what in entry["message"]), None)
        ):
            assert time.monotonic() < until, f"{what!r} not in {self.messages()}"
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.02)
        return found

    def ask(self, method, path, **more):
        with httpx.Client(timeout=60, verify=False) as client:
            return client.request(method, self.url + path, **more)

    def score(self, content, **more):
        headers = {"content-type": "application/json", **more.pop("headers", {})}
        return self.ask("POST", "/score", content=content, headers=headers, **more)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(60)


def environment(more):
    dropped = ("SLIPWAY_", "AZUREML_", "AML_", "SERVICE_", "SCORING_", "WORKER_", "HTTP_X_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "SLIPWAY_DRAIN_SECONDS": "0", **more}


@pytest.fixture
def command(tmp_path):
    """Runs `python -m scoring ...` to its end."""

    def run(*arguments, **more):
        return subprocess.run(
            [sys.executable, "-m", "scoring", *map(str, arguments)],
            env=environment(more), cwd=tmp_path, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    return run


@pytest.fixture
def serving(tmp_path_factory):
    """Starts a server for a script: a name in scripts/, or source text."""
    servers = []

    def start(script, *arguments, ready=True, **more):
        source = tmp_path_factory.mktemp("source")
        named = SCRIPTS / f"{script}.py"
        text = named.read_text() if "\n" not in script and named.exists() else script
        (source / "score.py").write_text(text)
        log = source / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "scoring", "serve", "--source", source, "--port", "0", *map(str, arguments)],
                env=environment(more), cwd=source, stdout=output, stderr=output,
            )  # fmt: skip
        server = Server(process, log)
        servers.append(server)
        if ready:
            found = server.wait_for("Ready on ")
            server.url = found["message"].removeprefix("Ready on ")
        return server

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.process.kill()
        server.process.wait()
