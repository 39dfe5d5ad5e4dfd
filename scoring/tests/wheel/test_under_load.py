"""Nothing is lost while the server stops, or while its keys change, under load."""

import json
import threading
import time

import grpc
import httpx
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from scoring.oip.grpc_messages import SERVICE, message

COUNTING = """
import os, time

def init():
    global calls
    calls = os.open(os.environ['CALLS'], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def run(raw_data):
    time.sleep(0.003)
    os.write(calls, b'.')
    return raw_data
"""
CLIENTS = 4


class Load:
    """Clients in threads, each of which sends its next request when the last one has been answered."""

    def __init__(self, clients):
        self.stopped = threading.Event()
        self.failures = []
        self.answers = [0] * len(clients)
        self._threads = [
            threading.Thread(target=self._ask, args=(number, client))
            for number, client in enumerate(clients)
        ]

    def _ask(self, number, client):
        while not self.stopped.is_set():
            try:
                client()
            except Refused:
                return
            except Exception as error:
                self.failures.append(repr(error))
            else:
                self.answers[number] += 1

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        self.wait_for_more(10)
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, count):
        """Until every client has had `count` more answers."""
        goal = [answers + count for answers in self.answers]
        until = time.monotonic() + 60
        while any(have < wanted for have, wanted in zip(self.answers, goal, strict=True)):
            assert not self.failures
            assert time.monotonic() < until
            time.sleep(0.01)


class Refused(Exception):
    """The door is shut: a load balancer has long gone elsewhere."""


def over_http(url, post, key=lambda: ""):
    def client():
        headers = {"authorization": f"Bearer {key()}"} if key() else {}
        try:
            answer = post(url + "/score", content=b"x", headers=headers)
        except httpx.ConnectError:
            raise Refused from None
        assert (answer.status_code, answer.text) == (200, '"x"')

    return client


def test_sigterm_under_load_loses_nothing(serve, tmp_path):
    server = serve(COUNTING, CALLS=str(tmp_path / "calls"), SLIPWAY_DRAIN_SECONDS="1")
    kept = [httpx.Client(timeout=60) for _ in range(CLIENTS // 2)]
    clients = [over_http(server.url, client.post) for client in kept]
    clients += [over_http(server.url, httpx.post) for _ in range(CLIENTS // 2)]
    with Load(clients) as load:
        assert server.stop() == 0
    for client in kept:
        client.close()
    assert load.failures == []
    # What was computed was answered, and the other way round.
    assert (tmp_path / "calls").stat().st_size == sum(load.answers) > 10 * CLIENTS


def test_sigterm_under_load_loses_nothing_of_grpc_clients_that_heed_health(serve, diabetes):
    server = serve(
        diabetes / "pickle", "--trust-pickle", "--grpc-port", 0, SLIPWAY_DRAIN_SECONDS="1"
    )
    address = f"127.0.0.1:{server.logged('grpc_port')}"
    with (
        grpc.insecure_channel(address) as channel,
        Load([over_grpc(channel) for _ in range(CLIENTS)]) as load,
    ):
        assert server.stop() == 0
    assert load.failures == []


def over_grpc(channel):
    """Asks after the server's health first, as a load balancer does."""
    infer = channel.unary_unary(
        f"/{SERVICE}/ModelInfer",
        request_serializer=message("ModelInferRequest").SerializeToString,
        response_deserializer=message("ModelInferResponse").FromString,
    )
    stub = health_pb2_grpc.HealthStub(channel)
    tensor = {"name": "input", "datatype": "FP64", "shape": [1, 10]}
    tensor["contents"] = {"fp64_contents": [*range(1, 11)]}
    request = message("ModelInferRequest")(model_name="model", inputs=[tensor])

    def client():
        health = stub.Check(health_pb2.HealthCheckRequest(), timeout=60).status
        if health != health_pb2.HealthCheckResponse.SERVING:
            raise Refused
        [value] = infer(request, timeout=60).outputs[0].contents.fp64_contents
        assert value == pytest.approx(5615.5285)

    return client


def replace(file, key):
    fresh = file.with_suffix(".new")
    fresh.write_text(key)
    fresh.replace(file)


def accepted(server, key):
    return server.score("x", headers={"authorization": f"Bearer {key}"}).status_code


def test_keys_rotated_under_load_lose_nothing(serve, tmp_path):
    files = {name: tmp_path / name for name in ("PRIMARY", "SECONDARY")}
    for name, file in files.items():
        file.write_text(f"{name}-0")
    server = serve(
        COUNTING,
        CALLS=str(tmp_path / "calls"),
        **{f"SLIPWAY_{name}_KEY_FILE": str(file) for name, file in files.items()},
    )
    now = ["SECONDARY-0"]
    kept = [httpx.Client(timeout=60) for _ in range(CLIENTS)]
    with Load([over_http(server.url, client.post, lambda: now[0]) for client in kept]) as load:
        # As Azure's documentation has it: the clients are on the one key while the other is made anew.
        for name, key in (("PRIMARY", "PRIMARY-1"), ("SECONDARY", "SECONDARY-1")):
            replace(files[name], key)
            until = time.monotonic() + 60
            while accepted(server, key) != 200:
                assert time.monotonic() < until
                time.sleep(0.02)
            now[0] = key
            load.wait_for_more(3)
    for client in kept:
        client.close()
    assert load.failures == []
    assert [accepted(server, key) for key in ("PRIMARY-0", "SECONDARY-0")] == [401, 401]
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert [line["message"] for line in lines].count("Keys have been replaced") == 2
