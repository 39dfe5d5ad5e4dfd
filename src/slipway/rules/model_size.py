"""How large a model may be."""

import os

MAX_MODEL_BYTES = 200 * 1024**3
"""ACR's largest layer, and all of a model; `SLIPWAY_MAX_MODEL_BYTES` sets a lower one."""
VARIABLE = "SLIPWAY_MAX_MODEL_BYTES"


def max_model_bytes() -> int:
    """The limit that holds here. Raises ValueError."""
    given = os.environ.get(VARIABLE)
    if given is None:
        return MAX_MODEL_BYTES
    if not given.isdecimal():
        raise ValueError(f"{VARIABLE} must be a number of bytes, got {given!r}.")
    return int(given)
