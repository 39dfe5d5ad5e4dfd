"""A server as a user starts it: a process of its own, on a port that the system chooses."""

import json
import os
import signal
import subprocess
import sys
import time

import httpx
import pytest

START_SECONDS = 120
SETTINGS = (
    "SLIPWAY_",
    "AZUREML_",
    "AML_",
    "SERVICE_",
    "OTEL_",
    "WORKER_",
    "PROMETHEUS_",
    "SEPERATE_",
)


class RunningServer:
    def __init__(self, process, log):
        self.process = process
        self.log = log
        self.url = ""

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
def start_server(tmp_path_factory, clean_environment):
    """`start_server(source, *arguments, **environment)`; `source` is a folder, or the text of a score.py."""
    servers = []

    def start(source, *arguments, **more):
        folder = tmp_path_factory.mktemp("server")
        if isinstance(source, str):
            (folder / "score.py").write_text(source)
            source = folder
        log = folder / "server.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "scoring", "serve", "--source", source, "--port", "0", *map(str, arguments)],
                env=clean_environment(**more), cwd=folder, stdout=output, stderr=output,
            )  # fmt: skip
        server = RunningServer(process, log)
        servers.append(server)
        return server.ready()

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop()


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
