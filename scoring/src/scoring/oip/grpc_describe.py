"""Server reflection: what tools such as grpcurl ask to learn the protocol's messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection, reflection_pb2

from scoring.oip import grpc_health
from scoring.oip.grpc_door import Door
from scoring.oip.grpc_messages import POOL, SERVICE


class Reflection:
    """Answers for all services of the server."""

    def __init__(self) -> None:
        # Our pool, with the other services' files beside ours.
        for file in (health_pb2.DESCRIPTOR, reflection_pb2.DESCRIPTOR):
            POOL.AddSerializedFile(file.serialized_pb)
        names = (SERVICE, grpc_health.NAME, reflection.SERVICE_NAME)
        self._servicer = reflection.aio.ReflectionServicer(names, POOL)

    def handlers(self, door: Door) -> dict[str, Any]:
        """By path."""
        path = f"/{reflection.SERVICE_NAME}/ServerReflectionInfo"
        parse = reflection_pb2.ServerReflectionRequest.FromString
        return {path: door.stream(path, parse, self._answers)}

    def _answers(self, received: AsyncIterator[Any]) -> AsyncIterator[Any]:
        answers: AsyncIterator[Any] = self._servicer.ServerReflectionInfo(received, None)
        return answers
