"""From settings to a service and its application: the one place that knows every room."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable

from scoring.azureml import answers, boot
from scoring.azureml import routes as azureml_routes
from scoring.azureml.script_model import ScriptModel
from scoring.collection import install as collection
from scoring.engine.batching import BatchReport
from scoring.engine.dispatcher import BatchObserver
from scoring.errors import ScoringError
from scoring.http.app import Application
from scoring.http.errors import ErrorStyle
from scoring.http.guard import Guard
from scoring.http.keys import Keys
from scoring.http.router import Route
from scoring.http.tokens import take_from as take_tokens_from
from scoring.models.base import Model
from scoring.oip import grpc_environment
from scoring.server.watch import Watch
from scoring.service import Door, Service
from scoring.settings import Settings
from scoring.telemetry import install as telemetry
from scoring.telemetry.metrics import Metrics

logger = logging.getLogger("scoring")


def build(settings: Settings, keys: Keys | None = None) -> Service:
    """Loads what the source directory holds. Raises StartupFailed."""
    if settings.grpc_port is not None:
        grpc_environment.prepare(os.environ)
    service = Service(settings)
    tokens = take_tokens_from(os.environ)
    service.guard = Guard(keys, tokens) if keys or tokens else None
    if tokens is not None:
        service.companions.append(tokens)
    if keys is not None and keys.watched:
        service.companions.append(Watch(_reloading(keys)))
    telemetry.install(service)
    collection.install(service)
    _load(service)
    if settings.grpc_port is not None:
        door = _grpc_server(service, settings.grpc_port)
        service.companions.append(door)
        service.doors.append(door)
    return service


def load(settings: Settings) -> Service:
    """The same models, for calling them in this process: nothing listens, nobody watches. Raises StartupFailed."""
    service = Service(settings)
    _load(service)
    return service


def _load(service: Service) -> None:
    service.entry_script = boot.start_entry_script(service.settings)
    if service.entry_script is None:
        _load_models(service)
    else:
        service.models.add(ScriptModel(service.entry_script, service.settings.model_directory))


def _grpc_server(service: Service, port: int) -> Door:
    try:
        from scoring.oip.grpc_server import GrpcServer
    except ImportError as missing:
        raise ScoringError(
            f"--grpc-port needs the package {missing.name}; install slipway-scoring[grpc], or leave --grpc-port out."
        ) from None
    return GrpcServer(service, port)


def _load_models(service: Service) -> None:
    # The model libraries are needed only where no entry script brings its own.
    from scoring.engine import threads
    from scoring.models import loading, trust

    settings = service.settings
    per_call = threads.plan(settings.max_concurrent_requests * settings.workers)
    threads.announce(per_call, os.environ)
    trusted = trust.parse(settings.model_digests, everything=settings.trust_pickle)
    directory = settings.model_directory or settings.source
    for model in loading.load_all(directory, trusted, per_call):
        service.models.add(model)
        service.dispatcher.add(model)
    if service.metrics is not None:
        service.dispatcher.observers.append(_batches_into(service.metrics))


def _batches_into(metrics: Metrics) -> BatchObserver:
    def observe(model: Model, report: BatchReport) -> None:
        metrics.batch(model.name, model.version, report.rows, report.requests)

    return observe


def application(service: Service) -> Application:
    return Application(service, _routes(service), _styles())


def _reloading(keys: Keys) -> Callable[[], Awaitable[None]]:
    async def reload() -> None:
        keys.reload()

    return reload


def _routes(service: Service) -> list[Route]:
    from scoring.docs import routes as docs
    from scoring.oip import rest

    found = [
        *azureml_routes.routes(service),
        *rest.routes(service),
        *telemetry.routes(service),
    ]
    return [*found, *docs.routes(service, found)]


def _styles() -> list[tuple[str, ErrorStyle]]:
    """Error bodies by path prefix, longest first."""
    from scoring.oip import rest

    return [(rest.PREFIX, rest.error_answer), ("", answers.error_answer)]
