"""Servers as a user starts them: processes of their own, on ports that the system chooses."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).parent
SCRIPTS = HERE / "scripts"
START_SECONDS = 120
_ECHO = "def init(): pass\ndef run(data): return data\n"


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
    dropped = (
        "SLIPWAY_",
        "AZUREML_",
        "AML_",
        "SERVICE_",
        "SCORING_",
        "WORKER_",
        "HTTP_X_",
        "SEPERATE_",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "SLIPWAY_DRAIN_SECONDS": "0", **more}


@pytest.fixture
def command(tmp_path):
    """Runs `python -m scoring ...` to its end."""

    def run(*arguments, **more):
        return subprocess.run(
            [sys.executable, "-m", "scoring", *map(str, arguments)],
            env=environment(more),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )

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
                [
                    sys.executable,
                    "-m",
                    "scoring",
                    "serve",
                    "--source",
                    source,
                    "--port",
                    "0",
                    *map(str, arguments),
                ],
                env=environment(more),
                cwd=source,
                stdout=output,
                stderr=output,
            )
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


@pytest.fixture(scope="session")
def reference_program():
    """azmlinfsrv in an environment of its own, made once and kept in the cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "slipway"
    place = cache / f"reference-server-1.5.1-py{sys.version_info.major}{sys.version_info.minor}"
    program = place / "bin" / "azmlinfsrv"
    if not program.exists():
        making = place.with_name(f"{place.name}.{os.getpid()}")
        uv = [sys.executable, "-m", "uv"]
        subprocess.run(
            [*uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, making],
            check=True,
        )
        subprocess.run(
            [
                *uv,
                "pip",
                "install",
                "--quiet",
                "--python",
                making / "bin" / "python",
                "--require-hashes",
                "-r",
                HERE / "reference.txt",
            ],
            check=True,
        )
        try:
            making.rename(place)
        except OSError:  # another run was quicker
            shutil.rmtree(making)
    return program


@pytest.fixture
def free_port():
    """`free_port()`: a number that nobody listens on at this moment."""

    def find():
        with socket.create_server(("127.0.0.1", 0)) as free:
            return free.getsockname()[1]

    return find


class Running:
    """The reference or ours, on a copy of the same folder."""

    def __init__(self, command, folder, environment, port=None):
        self.folder = folder
        self.port = port
        self.log = folder.parent / f"{folder.name}.log"
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=output, stderr=output
            )

    @property
    def text(self):
        return self.log.read_text()

    def ready(self):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self.process.poll() is None, self.text
            found = re.search(r"Ready on http://127\.0\.0\.1:(\d+)", self.text)
            self.port = int(found[1]) if found else self.port
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/", timeout=30)
            except (httpx.TransportError, httpx.InvalidURL):
                time.sleep(0.05)
            else:
                return self
        raise AssertionError(self.text)

    def ask(self, method, path, port=None, **more):
        return httpx.request(
            method, f"http://127.0.0.1:{port or self.port}{path}", timeout=60, **more
        )

    def score(self, value="x"):
        return self.ask("POST", "/score", json=value)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)


@pytest.fixture
def both(reference_program, clean_environment, free_port, tmp_path):
    """`both(files, script="score.py", **variables)`: theirs and ours, started; @ in a value is the folder."""
    running = []

    def folder(name, files):
        made = tmp_path / name
        for path, content in {"score.py": _ECHO, **files}.items():
            place = made / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content if isinstance(content, str) else json.dumps(content))
        return made

    def start(files, *, script="score.py", more=((), ()), **variables):
        theirs, ours = folder("theirs", files), folder("ours", files)
        port = free_port()
        commands = {
            theirs: [reference_program, "--entry_script", script, "--port", str(port), *more[0]],
            ours: [sys.executable, "-m", "scoring", "serve", "--port", "0", *more[1]],
        }
        for place, command in commands.items():
            own = {name: value.replace("@", str(place)) for name, value in variables.items()}
            if place is ours:
                own["AZUREML_ENTRY_SCRIPT"] = script
            own["AML_APP_ROOT"] = str(place)
            running.append(
                Running(
                    list(map(str, command)),
                    place,
                    clean_environment(**own),
                    port if place is theirs else None,
                )
            )
        return running[-2:]

    yield start
    for server in running:
        server.stop()
