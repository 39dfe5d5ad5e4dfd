"""OpenTelemetry as its own environment variables ask for it; Azure Monitor by its connection string.

Nothing is imported, and no thread runs, unless one of them is set.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scoring.errors import ScoringError
from scoring.server import logs
from scoring.telemetry import app_insights

if TYPE_CHECKING:
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk.trace import TracerProvider

CONNECTION_STRING = "APPLICATIONINSIGHTS_CONNECTION_STRING"
_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class Exporting:
    """The providers that were set up; a companion of the server that flushes them at its end."""

    def __init__(self, traces: TracerProvider | None, logs: LoggerProvider | None) -> None:
        self.traces = traces
        self.logs = logs

    async def start(self) -> None:
        """Everything runs since the providers were made."""

    async def stop(self) -> None:
        for provider in (self.traces, self.logs):
            if provider is not None:
                await asyncio.to_thread(provider.shutdown)


def set_up(variables: Mapping[str, str], service_name: str, version: str) -> Exporting | None:
    """None when no exporter is asked for. Raises ScoringError when its packages are not installed."""
    if variables.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    traces, logs = _wanted(variables, "TRACES"), _wanted(variables, "LOGS")
    azure = variables.get(CONNECTION_STRING) or app_insights.connection_string(variables)
    if not (traces or logs or azure):
        return None
    extra = "otel" if traces or logs else "azure-monitor"
    named = _ENDPOINT if traces or logs else CONNECTION_STRING
    try:
        resource = _resource(variables, service_name, version)
        return Exporting(
            _traces(resource, traces, azure) if traces or azure else None,
            _logs(resource, logs, azure) if logs or azure else None,
        )
    except ImportError as missing:
        raise ScoringError(
            f"{named} is set, but {missing.name} is not installed; install slipway-scoring[{extra}] or unset it"
        ) from None


def _wanted(variables: Mapping[str, str], signal: str) -> bool:
    chosen = variables.get(f"OTEL_{signal}_EXPORTER", "")
    if chosen:
        return chosen.lower() == "otlp"
    return bool(variables.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") or variables.get(_ENDPOINT))


def _resource(variables: Mapping[str, str], service_name: str, version: str) -> Any:
    from opentelemetry.sdk.resources import Resource

    name = variables.get("OTEL_SERVICE_NAME") or service_name
    return Resource.create({"service.name": name, "service.version": version})


def _traces(resource: Any, otlp: bool, azure: str) -> TracerProvider:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    if otlp:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    if azure:
        from azure.monitor.opentelemetry.exporter import AzureMonitorTraceExporter

        exporter = AzureMonitorTraceExporter(connection_string=azure)
        provider.add_span_processor(BatchSpanProcessor(exporter))
    # Entry scripts that use OpenTelemetry themselves find this provider.
    trace.set_tracer_provider(provider)
    return provider


def _logs(resource: Any, otlp: bool, azure: str) -> LoggerProvider:
    from opentelemetry.instrumentation.logging.handler import LoggingHandler
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    provider = LoggerProvider(resource=resource, shutdown_on_exit=False)
    if otlp:
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter

        provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    if azure:
        from azure.monitor.opentelemetry.exporter import AzureMonitorLogExporter

        exporter = AzureMonitorLogExporter(connection_string=azure)
        provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    handler = LoggingHandler(logger_provider=provider)
    handler.addFilter(_not_of_an_exporter)
    for logger in logs.tops():
        logger.addHandler(handler)
    return provider


def _not_of_an_exporter(record: logging.LogRecord) -> bool:
    # What an exporter says about a failed export must not be exported: that would never end.
    return not record.name.startswith(("opentelemetry", "azure", "urllib3"))
