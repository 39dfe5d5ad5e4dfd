"""What every door that is a resource provider does alike, as the engine sees it."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from rehearsal.doors.pulumi_provider.server import ProviderServer
from rehearsal.doors.pulumi_provider.servicer import ProviderServicer
from rehearsal.machine import landlock
from rehearsal.runtimes.process.confinement import grants


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


CALL = """\
import sys, grpc
with grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}") as channel:
    call = channel.unary_unary("/pulumirpc.ResourceProvider/GetPluginInfo")
    try:
        call(b"", timeout=30)
    except grpc.RpcError as error:
        print(error.code().name, error.details())
    else:
        print("let in")
"""


@pytest.mark.skipif(not landlock.abi(), reason="this kernel has no Landlock")
@pytest.mark.parametrize("confined", [True, False])
def test_a_container_is_not_let_in(port, tmp_path, confined):
    def call():
        command = [sys.executable, "-c", CALL, str(port)]
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)

    python = Path(sys.executable)
    done = landlock.within(grants(python, [tmp_path], []), call) if confined else call()
    assert done.stdout.startswith("PERMISSION_DENIED" if confined else "let in")
    assert ("closed to its containers" in done.stdout) is confined
