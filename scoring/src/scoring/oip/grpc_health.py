"""`grpc.health.v1`: the server's readiness, asked for at the moment of the call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from grpc_health.v1 import health_pb2

from scoring.oip.errors import InferenceError
from scoring.oip.grpc_door import Call, Door
from scoring.oip.grpc_messages import SERVICE
from scoring.service import Service

NAME = "grpc.health.v1.Health"

# A watcher learns of a change this much later at most.
_LOOK_SECONDS = 0.2


class Health:
    """Answers for the server ("") and for the inference service; asks for no key."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def handlers(self, door: Door) -> dict[str, Any]:
        """By path."""
        parse = health_pb2.HealthCheckRequest.FromString
        check, watch = f"/{NAME}/Check", f"/{NAME}/Watch"
        return {
            check: door.unary(check, parse, self._check, is_open=True),
            watch: door.stream(watch, parse, self._watch, is_open=True),
        }

    async def _check(self, received: Any, call: Call) -> Any:
        status = self._status(received.service)
        if status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN:
            raise InferenceError(f"service {received.service[:80]!r} is not served here", 404)
        return health_pb2.HealthCheckResponse(status=status)

    async def _watch(self, received: AsyncIterator[Any]) -> AsyncIterator[Any]:
        last = None
        asked = await anext(received, None)
        while asked is not None:
            status = self._status(asked.service)
            if status != last:
                yield health_pb2.HealthCheckResponse(status=status)
                last = status
            await asyncio.sleep(_LOOK_SECONDS)

    def _status(self, service: str) -> int:
        statuses = health_pb2.HealthCheckResponse
        if service not in ("", SERVICE):
            return int(statuses.SERVICE_UNKNOWN)
        return int(statuses.SERVING if self._service.ready else statuses.NOT_SERVING)
