"""AZUREML_DEBUG_PORT: a debugger attached before the entry script is imported.

Azure ML's server connects to an editor that listens on that port ("listen" in launch.json). Where nobody listens,
this one listens itself, so that an editor with "connect" finds it.
"""

from __future__ import annotations

import logging
import os
import socket

from scoring.errors import ScoringError
from scoring.settings import Settings

logger = logging.getLogger("scoring.debugger")


def attach(settings: Settings) -> None:
    """Returns when a debugger is there; at once when none is wanted. Raises ScoringError."""
    port = settings.debug_port
    if port is None:
        return
    # Its warning about frozen modules would be the only lines that are not JSON.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    try:
        import debugpy
    except ModuleNotFoundError:
        raise ScoringError(
            f"AZUREML_DEBUG_PORT is {port}, but debugpy is not installed; install slipway-scoring[debug] or unset it"
        ) from None
    address = (settings.debug_host, port)
    logger.warning(
        "Debugging: AZUREML_DEBUG_PORT is set, which lets whoever reaches that port run any code here; "
        "never in production"
    )
    try:
        if _free(*address):
            debugpy.listen(address)
            logger.warning("Waiting for a debugger to connect to %s:%s", *address)
        else:
            logger.warning("Connecting to the debugger that listens on %s:%s", *address)
            debugpy.connect(address)
    except (OSError, RuntimeError) as error:
        raise ScoringError(
            f"AZUREML_DEBUG_PORT is {port}: no debugger can be had on {address[0]}:{port} ({error}); "
            "choose another port or unset it"
        ) from None
    debugpy.wait_for_client()


def _free(host: str, port: int) -> bool:
    # Connecting to find out would be a debugging session to whoever listens.
    try:
        socket.create_server((host, port)).close()
    except OSError:
        return False
    return True
