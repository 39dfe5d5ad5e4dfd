"""From settings to a service and its application: the one place that knows every room."""

from __future__ import annotations

import logging

from scoring.azureml import answers, boot
from scoring.azureml import routes as azureml_routes
from scoring.http.app import Application
from scoring.http.errors import ErrorStyle
from scoring.http.router import Route
from scoring.service import Service
from scoring.settings import Settings

logger = logging.getLogger("scoring")


def build(settings: Settings) -> Service:
    """Loads what the source directory holds. Raises StartupFailed."""
    service = Service(settings)
    service.entry_script = boot.start_entry_script(settings)
    return service


def application(service: Service) -> Application:
    return Application(service, _routes(service), _styles())


def _routes(service: Service) -> list[Route]:
    return [*azureml_routes.routes(service)]


def _styles() -> list[tuple[str, ErrorStyle]]:
    """Error bodies by path prefix, longest first."""
    return [("", answers.error_answer)]
