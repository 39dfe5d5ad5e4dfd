"""A server as a user starts it: a process of its own, on a port that the system chooses.

And environments of other programs, each made once and kept in the cache.
"""

import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

HERE = Path(__file__).parent
START_SECONDS = 120
SETTINGS = (
    "SLIPWAY_",
    "AZUREML_",
    "AML_",
    "SERVICE_",
    "OTEL_",
    "WORKER_",
    "PROMETHEUS_",
    "PYTHONPATH",
    "SEPERATE_",
)


class RunningServer:
    def __init__(self, process, log):
        self.process = process
        self.log = log
        self.url = ""

    def lines(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    @property
    def grpc_port(self):
        return next(line["grpc_port"] for line in self.lines() if "grpc_port" in line)

    def ready(self):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            for line in self.log.read_text().splitlines():
                message = json.loads(line)["message"]
                if message.startswith("Ready on "):
                    self.url = message.removeprefix("Ready on ")
                    return self
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.02)
        raise AssertionError(self.log.read_text())

    def logged(self, field):
        """The field's value in the first line that has it."""
        lines = map(json.loads, self.log.read_text().splitlines())
        return next(line[field] for line in lines if field in line)

    def ask(self, method, path, **more):
        with httpx.Client(timeout=60) as client:
            return client.request(method, self.url + path, **more)

    def score(self, value, **more):
        return self.ask("POST", "/score", json=value, **more)

    def metric(self, name, **labels):
        """Value of the sample with these labels; 0 when there is none."""
        from prometheus_client.parser import text_string_to_metric_families

        for family in text_string_to_metric_families(self.ask("GET", "/metrics").text):
            for sample in family.samples:
                if sample.name == name and labels.items() <= sample.labels.items():
                    return sample.value
        return 0

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture(scope="session")
def clean_environment():
    """Ours without settings of servers, with `more` on top."""

    def environment(**more):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
        return {**kept, "SLIPWAY_DRAIN_SECONDS": "0", **more}

    return environment


@pytest.fixture
def launch(tmp_path_factory, clean_environment):
    """`launch(python, source, *arguments, **environment)`; `source` is a folder, or the text of a score.py."""
    servers = []

    def start(python, source, *arguments, **more):
        folder = tmp_path_factory.mktemp("server")
        if isinstance(source, str):
            (folder / "score.py").write_text(source)
            source = folder
        log = folder / "server.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [
                    python,
                    "-m",
                    "scoring",
                    "serve",
                    "--source",
                    source,
                    "--port",
                    "0",
                    *map(str, arguments),
                ],
                env=clean_environment(**more),
                cwd=folder,
                stdout=output,
                stderr=output,
            )
        server = RunningServer(process, log)
        servers.append(server)
        return server.ready()

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture
def start_server(launch):
    """`start_server(source, *arguments, **environment)`: `launch` with this interpreter."""

    def start(source, *arguments, **more):
        return launch(sys.executable, source, *arguments, **more)

    return start


@pytest.fixture(scope="session")
def ridge_folder(tmp_path_factory):
    """A folder with the ridge model of scikit-learn's diabetes data as model.pkl, nothing else."""
    import joblib
    from sklearn.datasets import load_diabetes
    from sklearn.linear_model import Ridge

    folder = tmp_path_factory.mktemp("ridge")
    features, progression = load_diabetes(return_X_y=True)
    joblib.dump(Ridge(alpha=0.5).fit(features, progression), folder / "model.pkl")
    return folder


class Posts(ThreadingHTTPServer):
    """Gives each POST, unpacked, to `take(path, body)`, whose bytes are the answer."""

    daemon_threads = True

    def __init__(self, take):
        super().__init__(("127.0.0.1", 0), _Post)
        self.take = take

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class _Post(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        answer = self.server.take(self.path, body)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture
def posts():
    """`posts(take)` starts a `Posts`."""
    servers = []

    def start(take):
        server = Posts(take)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver(posts):
    """An OpenTelemetry collector that keeps what it gets, as `.spans` and `.records`."""

    def take(path, body):
        if path == "/v1/traces":
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    server.spans += scope.spans
        else:
            for resource in ExportLogsServiceRequest.FromString(body).resource_logs:
                for scope in resource.scope_logs:
                    server.records += scope.log_records
        return b""

    server = posts(take)
    server.spans, server.records = [], []
    return server


@pytest.fixture(scope="session")
def cached_environment():
    """`cached_environment(name, make)`: a folder of the cache; `make(folder)` is called where it is missing."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "slipway"

    def environment(name, make):
        place = cache / name
        if not place.exists():
            making = place.with_name(f"{name}.{os.getpid()}")
            cache.mkdir(parents=True, exist_ok=True)
            try:
                make(making)
                making.rename(place)
            except OSError:
                if not place.exists():
                    raise
                # Another run was quicker.
            finally:
                shutil.rmtree(making, ignore_errors=True)
        return place

    return environment


def locked(lock):
    """Makes an environment of exactly what a lock file names."""

    def make(folder):
        uv, python = [sys.executable, "-m", "uv"], folder / "bin" / "python"
        subprocess.run(
            [*uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, folder],
            check=True,
        )
        subprocess.run(
            [*uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", lock],
            check=True,
        )

    return make


@pytest.fixture(scope="session")
def reference_program(cached_environment):
    """azmlinfsrv, Azure ML's own server."""
    version = f"1.5.1-py{sys.version_info.major}{sys.version_info.minor}"
    lock = HERE / "server" / "reference.txt"
    return cached_environment(f"reference-server-{version}", locked(lock)) / "bin" / "azmlinfsrv"


@pytest.fixture(scope="session")
def client_python(cached_environment):
    """An interpreter with tritonclient."""
    lock = HERE / "oip" / "tritonclient.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    return cached_environment(f"tritonclient-{digest}", locked(lock)) / "bin" / "python"
