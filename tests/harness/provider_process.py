"""The plug-in's process, spoken to as the engine does."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pytest_pulumi.wire import decode, encode

PLUGIN = Path(__file__).parents[2] / "plugin"
NO_ENGINE = "127.0.0.1:1"


class ProviderProcess:
    """Plain Python for each call: names of the wire, `Secret` and `UNKNOWN` of pytest_pulumi."""

    def __init__(self, stub: provider_pb2_grpc.ResourceProviderStub, pid: int) -> None:
        self.stub = stub
        self.pid = pid

    def check(self, type_: str, news: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """Inputs as checked, and failures as {property: reason}."""
        answer = self.full_check(type_, news)
        return decode(answer.inputs), {f.property: f.reason for f in answer.failures}

    def full_check(self, type_: str, news: Mapping[str, Any]) -> Any:
        """The engine's message."""
        return self.stub.Check(provider_pb2.CheckRequest(urn=urn(type_), news=encode(news)))

    def diff(
        self, type_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> tuple[bool, list[str]]:
        """Whether there are changes, and which properties replace."""
        answer = self.full_diff(type_, olds, news)
        return answer.changes == provider_pb2.DiffResponse.DIFF_SOME, list(answer.replaces)

    def full_diff(self, type_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Any:
        """The engine's message."""
        return self.stub.Diff(
            provider_pb2.DiffRequest(id="id", urn=urn(type_), olds=encode(olds), news=encode(news))
        )

    def create(
        self, type_: str, inputs: Mapping[str, Any], *, preview: bool = False
    ) -> dict[str, Any]:
        """Outputs."""
        return decode(self.full_create(type_, inputs, preview=preview).properties)

    def full_create(self, type_: str, inputs: Mapping[str, Any], *, preview: bool = False) -> Any:
        """The engine's message."""
        return self.stub.Create(
            provider_pb2.CreateRequest(urn=urn(type_), properties=encode(inputs), preview=preview)
        )

    def update(
        self,
        type_: str,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        *,
        preview: bool = False,
    ) -> dict[str, Any]:
        """Outputs."""
        request = provider_pb2.UpdateRequest(
            id="id", urn=urn(type_), olds=encode(olds), news=encode(news), preview=preview
        )
        return decode(self.stub.Update(request).properties)

    def read(self, type_: str, state: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Id (empty: gone) and outputs, as a refresh gets them."""
        answer = self.stub.Read(
            provider_pb2.ReadRequest(id="id", urn=urn(type_), properties=encode(state))
        )
        return answer.id, decode(answer.properties)

    def import_(self, type_: str, id_: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """Id, outputs and inputs, as an import gets them."""
        answer = self.stub.Read(provider_pb2.ReadRequest(id=id_, urn=urn(type_)))
        return answer.id, decode(answer.properties), decode(answer.inputs)

    def delete(self, type_: str, state: Mapping[str, Any]) -> None:
        """Nothing, or grpc.RpcError."""
        self.stub.Delete(
            provider_pb2.DeleteRequest(id="id", urn=urn(type_), properties=encode(state))
        )

    def invoke(
        self, token: str, arguments: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """The answer, and failures as {argument: reason}."""
        answer = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=encode(arguments)))
        found = decode(getattr(answer, "return"))
        return found, {f.property: f.reason for f in answer.failures}

    def cancel(self) -> None:
        """The user pressed Ctrl-C."""
        self.stub.Cancel(empty_pb2.Empty())


def urn(type_: str, name: str = "it") -> str:
    """A URN of that type, below a component."""
    return f"urn:pulumi:test::project::test:index:Component${type_}::{name}"


@contextmanager
def provider_process(
    environment: Mapping[str, str], engine: str = NO_ENGINE
) -> Iterator[ProviderProcess]:
    """Started by its folder, as the engine does, and ended as the engine does: without a word."""
    process = subprocess.Popen(
        [sys.executable, "-u", str(PLUGIN), engine],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    try:
        with grpc.insecure_channel(f"127.0.0.1:{int(line)}") as channel:
            yield ProviderProcess(provider_pb2_grpc.ResourceProviderStub(channel), process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
        assert said == ""
