"""The provider where Azure is busy, and where what it is to delete is gone: a rehearsal's ARM and registries."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc

from slipway.cloud.waits import VARIABLE
from slipway.resources import image_version, model_lookup, model_version, workspace_lookup
from tests.harness.own_rehearsal import OwnRehearsal
from tests.harness.provider_process import provider_process

MODEL, IMAGE = model_version.TYPE, image_version.TYPE
ASKED = {"resourceGroup": "nowhere", "name": "team"}
NOT_THERE = "The workspace 'team' was not found"


class Engine(engine_pb2_grpc.EngineServicer):
    """Keeps what it is told."""

    def __init__(self):
        self.told, self.told_something = [], Event()

    def Log(self, request, _context):  # noqa: N802 - the protocol's name
        self.told.append(request)
        self.told_something.set()
        return empty_pb2.Empty()


@contextmanager
def listening(engine):
    """Its address."""
    server = grpc.server(ThreadPoolExecutor(2))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory):
    own = OwnRehearsal(tmp_path_factory.mktemp("rehearsal"))
    own.start()
    yield own
    assert own.stop() == []


@pytest.fixture
def started(rehearsal):
    """Starts a provider with these waits: `started("0,0", engine)`."""

    @contextmanager
    def start(waits, engine=None):
        variables = {**rehearsal.variables(), VARIABLE: waits}
        with (
            listening(engine or Engine()) as address,
            provider_process(variables, address) as process,
        ):
            yield process

    return start


def nobodys_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def numbered(type_, server):
    noun, claimed = ("model", "registered") if type_ == MODEL else ("image", "published")
    return {"loginServer": server, f"{noun}Name": "diabetes", "version": 2, claimed: [1.0, 2.0]}


def test_what_azure_refuses_for_a_while_is_asked_again_and_told(started, rehearsal):
    engine = Engine()
    with started("0.01,0.01,0.01", engine) as provider:
        rehearsal.fail("ResourceGroup", "read", "--code", "503", "--times", "2")
        with pytest.raises(grpc.RpcError, match=NOT_THERE):
            provider.invoke(workspace_lookup.TOKEN, ASKED)
    assert len(engine.told) == 2
    assert all(one.ephemeral for one in engine.told)
    assert "with 503 Service Unavailable; asking again in 0.01 s" in engine.told[0].message


def test_after_the_last_attempt_the_reason_is_azures(started, rehearsal):
    with started("0,0") as provider:
        rehearsal.fail("ResourceGroup", "read", "--code", "429", "--times", "3")
        with pytest.raises(grpc.RpcError) as told:
            provider.invoke(workspace_lookup.TOKEN, ASKED)
    assert "A fault was ordered for read" in told.value.details()
    assert "\n" not in told.value.details()


def test_the_user_ends_a_wait(started, rehearsal):
    engine = Engine()
    with started("600", engine) as provider, ThreadPoolExecutor(1) as thread:
        rehearsal.fail("ResourceGroup", "read", "--code", "503", "--times", "1")
        asked = thread.submit(provider.invoke, workspace_lookup.TOKEN, ASKED)
        assert engine.told_something.wait(60)
        provider.cancel()
        with pytest.raises(grpc.RpcError) as told:
            asked.result(timeout=60)
    assert told.value.details().startswith("Stopped while waiting to ask again: ")


@pytest.mark.parametrize("type_", [MODEL, IMAGE])
def test_what_is_in_a_registry_that_is_gone_is_gone(started, type_):
    state = numbered(type_, f"localhost:{nobodys_port()}")
    with started("") as provider:
        provider.delete(type_, state)
        assert provider.read(type_, state) == ("", {})


def test_a_look_up_in_a_registry_that_is_gone_is_gone(started):
    state = numbered(MODEL, f"localhost:{nobodys_port()}")
    with started("") as provider:
        assert provider.read(model_lookup.TYPE, state) == ("", {})


@pytest.mark.parametrize("type_", [MODEL, IMAGE])
def test_a_registry_of_which_azure_cannot_be_asked_is_not_taken_for_gone(started, type_, rehearsal):
    state = numbered(type_, f"localhost:{nobodys_port()}")
    silent = {
        name: value.replace(value.rpartition(":")[2], str(nobodys_port()))
        for name, value in rehearsal.variables().items()
        if name == "ARM_METADATA_HOSTNAME"
    }
    variables = {**rehearsal.variables(), **silent, VARIABLE: ""}
    with provider_process(variables) as provider:
        with pytest.raises(grpc.RpcError):
            provider.delete(type_, state)
        with pytest.raises(grpc.RpcError):
            provider.read(type_, state)


def test_a_registry_that_exists_and_does_not_answer_is_not_taken_for_gone(monkeypatch, azure):
    from slipway.cloud import registries
    from slipway.provider.handlers import HANDLERS
    from slipway.registry.errors import UnreachableError

    monkeypatch.setattr(registries, "exists", lambda _: True)
    state = {"login_server": f"localhost:{nobodys_port()}", "model_name": "it", "registered": [1]}
    with pytest.raises(UnreachableError, match="does not answer"):
        HANDLERS[MODEL](Event()).delete(state)
