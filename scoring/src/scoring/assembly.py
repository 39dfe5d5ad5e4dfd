"""From settings to a service and its application: the one place that knows every room."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from scoring.azureml import answers, boot
from scoring.azureml import routes as azureml_routes
from scoring.errors import ScoringError
from scoring.http.app import Application
from scoring.http.errors import ErrorStyle
from scoring.http.keys import Keys
from scoring.http.router import Route
from scoring.server.watch import Watch
from scoring.service import Service
from scoring.settings import Settings

logger = logging.getLogger("scoring")


def build(settings: Settings, keys: Keys | None = None) -> Service:
    """Loads what the source directory holds. Raises StartupFailed."""
    service = Service(settings)
    service.keys = keys
    if keys is not None and keys.watched:
        service.companions.append(Watch(_reloading(keys)))
    service.entry_script = boot.start_entry_script(settings)
    if service.entry_script is None and not len(service.models):
        raise ScoringError(
            f"{settings.source} holds neither {settings.entry_script} nor a model; name another --source."
        )
    return service


def application(service: Service) -> Application:
    guard = None if service.keys is None else service.keys.check
    return Application(service, _routes(service), _styles(), guard)


def _reloading(keys: Keys) -> Callable[[], Awaitable[None]]:
    async def reload() -> None:
        keys.reload()

    return reload


def _routes(service: Service) -> list[Route]:
    return [*azureml_routes.routes(service)]


def _styles() -> list[tuple[str, ErrorStyle]]:
    """Error bodies by path prefix, longest first."""
    return [("", answers.error_answer)]
