"""`grpc.health.v1`: the server's readiness, asked for at the moment of the call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from scoring.oip.grpc_messages import SERVICE
from scoring.service import Service

# A watcher learns of a change this much later at most.
_LOOK_SECONDS = 0.2

Context = grpc.aio.ServicerContext[Any, Any]


class Health(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # the package has no types
    """Answers for the server ("") and for the inference service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def Check(self, request: Any, context: Context) -> Any:  # noqa: N802  (gRPC's name)
        status = self._status(request.service)
        if status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN:
            await context.abort(
                grpc.StatusCode.NOT_FOUND, f"service {request.service[:80]!r} is not served here"
            )
        return health_pb2.HealthCheckResponse(status=status)

    async def Watch(self, request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: N802  (likewise)
        last = None
        while True:
            status = self._status(request.service)
            if status != last:
                yield health_pb2.HealthCheckResponse(status=status)
                last = status
            await asyncio.sleep(_LOOK_SECONDS)

    def _status(self, service: str) -> int:
        statuses = health_pb2.HealthCheckResponse
        if service not in ("", SERVICE):
            return int(statuses.SERVICE_UNKNOWN)
        return int(statuses.SERVING if self._service.ready else statuses.NOT_SERVING)
