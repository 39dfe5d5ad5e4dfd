"""Says in the log that a run() does not return, and that it did after all."""

from __future__ import annotations

import logging

from scoring.server.watch import Watch
from scoring.service import Service

logger = logging.getLogger("scoring")


def watch(service: Service) -> Watch:
    said = False

    async def look() -> None:
        nonlocal said
        if service.stuck == said:
            return
        said = not said
        if said:
            logger.error(
                "run() has not returned for %.0f s; not ready until it does (SLIPWAY_STUCK_RUN_SECONDS: %g)",
                service.executor.runs.oldest_seconds(),
                service.settings.stuck_run_seconds,
            )
        else:
            logger.info("The run() that had not returned is over: ready again")

    return Watch(look)
