"""The provider process that the engine starts, spoken to as the engine does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc


class ProviderProcess:
    """`python -m pulumi.dynamic`, with one provider's property bags."""

    def __init__(self, stub: provider_pb2_grpc.ResourceProviderStub) -> None:
        self._stub = stub

    def check(self, provider: type[ResourceProvider], news: dict[str, Any], olds=None):
        """Inputs as checked, and failures as {property: reason}."""
        request = provider_pb2.CheckRequest(
            urn="urn:x", news=bag(provider, news), olds=bag(provider, olds or {})
        )
        answer = self._stub.Check(request)
        return plain(answer.inputs), {f.property: f.reason for f in answer.failures}

    def diff(self, provider: type[ResourceProvider], olds: dict[str, Any], news: dict[str, Any]):
        """Whether there are changes, and which properties replace."""
        request = provider_pb2.DiffRequest(
            id="id", urn="urn:x", olds=bag(provider, olds), news=bag(provider, news)
        )
        answer = self._stub.Diff(request)
        return answer.changes == provider_pb2.DiffResponse.DIFF_SOME, list(answer.replaces)

    def create(self, provider: type[ResourceProvider], props: dict[str, Any]) -> dict[str, Any]:
        """Outputs."""
        request = provider_pb2.CreateRequest(urn="urn:x", properties=bag(provider, props))
        return plain(self._stub.Create(request).properties)

    def update(self, provider: type[ResourceProvider], olds: dict, news: dict) -> dict[str, Any]:
        """Outputs."""
        request = provider_pb2.UpdateRequest(
            id="id", urn="urn:x", olds=bag(provider, olds), news=bag(provider, news)
        )
        return plain(self._stub.Update(request).properties)

    def read(self, provider: type[ResourceProvider], props: dict[str, Any]) -> tuple[str, dict]:
        """Id (empty: gone) and outputs."""
        request = provider_pb2.ReadRequest(id="id", urn="urn:x", properties=bag(provider, props))
        answer = self._stub.Read(request)
        return answer.id, plain(answer.properties)

    def delete(self, provider: type[ResourceProvider], props: dict[str, Any]) -> None:
        """Nothing, or grpc.RpcError."""
        self._stub.Delete(
            provider_pb2.DeleteRequest(id="id", urn="urn:x", properties=bag(provider, props))
        )


def bag(provider: type[ResourceProvider], properties: dict[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update({**properties, "__provider": serialize_provider(provider())})
    return struct


def plain(struct: struct_pb2.Struct) -> dict[str, Any]:
    found = json_format.MessageToDict(struct)
    found.pop("__provider", None)
    return found


@pytest.fixture(scope="session")
def provider_process(oci_door) -> Iterator[ProviderProcess]:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.dynamic"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **oci_door.environment, "PULUMI_PROJECT": "test"},
    )
    port = int(process.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield ProviderProcess(provider_pb2_grpc.ResourceProviderStub(channel))
    process.kill()
    process.communicate()
