"""Variables that Azure ML's server (or what it stood on) obeys and this one does not: said once, never silently."""

from __future__ import annotations

from collections.abc import Mapping

_UNUSED = {
    "GUNICORN_CMD_ARGS": "there is no gunicorn here; this server's settings are named SLIPWAY_*",
    "AML_DBG_MODEL_INFO": "Azure ML's server has given up what it switched on",
    "AML_DBG_RESOURCE_INFO": "Azure ML's server has given up what it switched on",
}
_COLLECTION = ("AML_MDC_STORAGE_ENABLED", "AML_MODEL_DC_STORAGE_ENABLED")


def of(variables: Mapping[str, str], workers: int) -> list[str]:
    """One sentence for each such variable that is set to something that would have mattered."""
    said = [f"{name} is not used: {why}" for name, why in _UNUSED.items() if name in variables]
    said += [
        f"{name} is not used: inputs and outputs are collected where SLIPWAY_COLLECT says"
        for name in _COLLECTION
        if variables.get(name, "").lower() == "true"
    ]
    if variables.get("WORKER_PRELOAD", "").lower() == "true" and workers > 1:
        said.append(
            f"WORKER_PRELOAD is not used: each of the {workers} processes loads its own models, because threads of "
            "numerical libraries do not survive a fork"
        )
    return said
