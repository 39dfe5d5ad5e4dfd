"""What every door that is a resource provider does alike, as the engine sees it."""

import json
from importlib.metadata import version

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from rehearsal.doors.pulumi_provider.server import ProviderServer
from rehearsal.doors.pulumi_provider.servicer import ProviderServicer


class Stub(ProviderServicer):
    package = "docker-build"


@pytest.fixture
def port():
    door = ProviderServer(Stub(), workers=1)
    yield door.start()
    door.stop()


def test_a_port_that_is_taken_is_refused(port):
    with pytest.raises(OSError, match=f"port {port} is taken"):
        ProviderServer(Stub(), workers=1).start(port)


def test_it_says_whom_it_stands_in_for(port):
    number = version("pulumi-docker-build")
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        assert stub.GetPluginInfo(empty_pb2.Empty()).version == number
        schema = json.loads(stub.GetSchema(provider_pb2.GetSchemaRequest()).schema)
    assert schema == {"name": "docker-build", "version": number}
