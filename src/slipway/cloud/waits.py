"""After how many seconds Azure is asked again: one setting for whatever asks."""

import os
from collections.abc import Sequence

from slipway.cloud.errors import CloudError

VARIABLE = "SLIPWAY_RETRY_SECONDS"
#: Those of the azure-native provider, so that an update has the same patience everywhere.
_USUAL = "20,60,120"


def usual_waits() -> Sequence[float]:
    """Seconds before each further attempt, 20,60,120 unless SLIPWAY_RETRY_SECONDS says otherwise. Raises CloudError."""
    given = os.environ.get(VARIABLE, _USUAL)
    try:
        waits = [float(each) for each in given.split(",") if each.strip()]
    except ValueError:
        waits = [-1.0]
    if not all(0 <= each < float("inf") for each in waits):
        raise CloudError(
            f"{VARIABLE} must be seconds separated by commas, such as {_USUAL}, got {given!r}."
        )
    return waits
