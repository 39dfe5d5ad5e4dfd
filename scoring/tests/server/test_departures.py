"""A client that hangs up: what was not begun for it is not computed, and nobody else notices."""

import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

# What is computed says so in a file; "wait" waits for another file, so that no test depends on a pause.
SCRIPT = """
import json, os, pathlib, time
def init(): pass
def run(data):
    value = json.loads(data)["data"][0]
    with open("computed", "a") as file:
        file.write(f"{value}\\n")
    while value == 0 and not os.path.exists("go"):
        time.sleep(0.01)
    return [value]
"""

ESTIMATOR = """
import os, time
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
class Patient(RegressorMixin, BaseEstimator):
    n_features_in_ = 1
    def fit(self, x, y): return self
    def predict(self, rows):
        rows = np.asarray(rows)
        until = time.thread_time() + 0.002  # too slow for the event loop
        while time.thread_time() < until: pass
        for value in rows[:, 0]:
            if value != 0 and value < 100: continue
            if os.environ.get("WHERE"):
                open(os.environ["WHERE"] + "/computed", "a").write(f"{value:g}\\n")
        while (rows == 100).any() and not os.path.exists(os.environ["WHERE"] + "/go"):
            time.sleep(0.01)
        return rows[:, 0]
"""


class Client:
    """A request whose sender can hang up."""

    def __init__(self, server, path, body):
        host, port = server.url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.socket.sendall(head.encode() + body.encode())

    def leave(self):
        self.socket.close()


def wait_until(true, seconds=60):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def left(server, path):
    return server.metric("scoring_requests_total", route=path, status="499")


@pytest.mark.parametrize("leavers", [1, 20])
def test_a_queued_request_of_a_client_that_has_gone_is_never_run(start_server, leavers):
    server = start_server(SCRIPT)
    folder = server.log.parent
    computed = folder / "computed"
    with ThreadPoolExecutor() as pool:
        running = pool.submit(server.score, {"data": [0]})
        wait_until(computed.exists)
        gone = [Client(server, "/score", '{"data": [1]}') for _ in range(leavers)]
        staying = pool.submit(server.score, {"data": [2]})
        wait_until(lambda: server.metric("scoring_queue_length") == leavers + 1)
        for client in gone:
            client.leave()
        wait_until(lambda: left(server, "/score") == leavers)
        (folder / "go").touch()
        assert running.result().json() == [0]
        assert staying.result().json() == [2]
    assert computed.read_text().split() == ["0", "2"]
    assert server.metric("scoring_requests_in_progress") == 1  # who asks


def test_who_leaves_while_run_is_going_on_is_computed_to_the_end(start_server):
    server = start_server(SCRIPT)
    folder = server.log.parent
    client = Client(server, "/score", '{"data": [0]}')
    wait_until((folder / "computed").exists)
    client.leave()
    time.sleep(0.5)  # longer than it takes to notice
    (folder / "go").touch()
    assert server.score({"data": [3]}).json() == [3]
    wait_until(lambda: server.metric("scoring_requests_total", route="/score", status="200") == 2)
    assert left(server, "/score") == 0


def test_a_long_answer_is_given_to_who_stays(start_server):
    """Who is watched for a while and then answered can ask again on the same connection."""
    server = start_server(SCRIPT)
    folder = server.log.parent
    with ThreadPoolExecutor() as pool:
        running = pool.submit(server.score, {"data": [0]})
        wait_until((folder / "computed").exists)
        staying = Client(server, "/score", '{"data": [4]}')
        time.sleep(0.5)
        (folder / "go").touch()
        assert running.result().json() == [0]
    assert b"200 OK" in staying.socket.recv(4096)
    body = '{"data": [5]}'
    staying.socket.sendall(
        f"POST /score HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    assert b"[5]" in staying.socket.recv(4096)
    assert left(server, "/score") == 0


@pytest.fixture
def patient_server(start_server, tmp_path):
    """A model without code whose predict() waits for 100s."""
    (tmp_path / "patient.py").write_text(ESTIMATOR)
    models = tmp_path / "models"
    models.mkdir()
    make = "import pickle, sys, patient; pickle.dump(patient.Patient(), open(sys.argv[1], 'wb'))"
    subprocess.run([sys.executable, "-c", make, models / "model.pkl"], cwd=tmp_path, check=True)
    server = start_server(models, "--trust-pickle", PYTHONPATH=str(tmp_path), WHERE=str(tmp_path))
    server.folder = tmp_path
    return server


def v2_request(server):
    """Path and body for the row [101]."""
    (name,) = server.ask("GET", "/v2/models").json()["models"]
    about = server.ask("GET", f"/v2/models/{name}").json()["inputs"][0]
    tensor = {"name": about["name"], "datatype": about["datatype"], "shape": [1, 1], "data": [101]}
    return f"/v2/models/{name}/infer", json.dumps({"inputs": [tensor]})


@pytest.mark.parametrize("way", ["azureml", "v2"])
def test_a_model_without_code(patient_server, way):
    server, computed = patient_server, patient_server.folder / "computed"
    path, body = v2_request(server) if way == "v2" else ("/score", '{"data": [[101]]}')
    with ThreadPoolExecutor() as pool:
        running = pool.submit(server.score, {"data": [[100]]})
        wait_until(lambda: computed.exists() and "100" in computed.read_text())
        gone = Client(server, path, body)
        staying = pool.submit(server.score, {"data": [[102]]})
        wait_until(lambda: server.metric("scoring_queue_length") == 2)
        gone.leave()
        wait_until(lambda: server.metric("scoring_requests_total", status="499") == 1)
        (server.folder / "go").touch()
        assert running.result().json() == [100]
        assert staying.result().json() == [102]
    assert "101" not in computed.read_text().split()
    assert "102" in computed.read_text().split()
