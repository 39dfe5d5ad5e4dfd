"""AML_APP_INSIGHTS_ENABLED and AML_APP_INSIGHTS_KEY: Azure ML's way of asking for Application Insights.

A key that cannot be used, or a package that is missing, is a warning and no refusal: as there, the service goes on.
"""

from __future__ import annotations

import importlib.util
import logging
import re
from collections.abc import Mapping

ENABLED, KEY = "AML_APP_INSIGHTS_ENABLED", "AML_APP_INSIGHTS_KEY"

#: What slipway-scoring[azure-monitor] brings.
_PACKAGES = (
    "azure.monitor.opentelemetry.exporter",
    "opentelemetry.instrumentation.logging.handler",
)

logger = logging.getLogger("scoring.app_insights")

_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_INSTRUMENTATION_KEY = re.compile(_UUID)
_CONNECTION_STRING = re.compile(rf"(.*;)?\s*InstrumentationKey={_UUID}\s*(;.*)?", re.IGNORECASE)


def connection_string(variables: Mapping[str, str]) -> str:
    """For the exporter; "" when nothing is asked for or can be had, which is then said in the log."""
    if variables.get(ENABLED, "").strip().lower() != "true":
        return ""
    key = variables.get(KEY, "").strip()
    if _INSTRUMENTATION_KEY.fullmatch(key):
        key = f"InstrumentationKey={key}"
    elif not _CONNECTION_STRING.fullmatch(key):
        logger.warning(
            "%s is true, but %s is %s; nothing is sent to Application Insights until it is an instrumentation key "
            "(a UUID) or a connection string",
            ENABLED,
            KEY,
            "malformed" if key else "not set",
        )
        return ""
    if not all(map(_installed, _PACKAGES)):
        logger.warning(
            "%s is true, but the exporter is not installed; nothing is sent to Application Insights until "
            "slipway-scoring[azure-monitor] is installed",
            ENABLED,
        )
        return ""
    return key


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
