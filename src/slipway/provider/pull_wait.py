"""waitForPull: whether, and for how long, to wait before Azure is asked again to run an image."""

from collections.abc import Mapping
from typing import Any

from slipway.cloud.errors import CloudError
from slipway.cloud.patience import PATIENCE, StoppedError
from slipway.cloud.role_delay import ROLE_DELAY_SECONDS, seconds_left
from slipway.cloud.waits import usual_waits
from slipway.provider.engine_log import ASKED_FOR, LOG
from slipway.registry.client import shared_client
from slipway.registry.errors import RegistryError

# The engine gives an error hook a hundred attempts, and after them an error of its own instead of Azure's.
_MOST_ATTEMPTS = 99
_MINUTES = ROLE_DELAY_SECONDS // 60

_WHY = (
    f"Azure does not let the identity {{identity}} pull from {{registry}} yet: it can take up to {_MINUTES} minutes "
    "until a new role counts"
)
_BEGINS = "{why}; asking again in {seconds:g} s, for {left:.0f} s at most"
_MISSING = "The registry {registry} does not have {image}: check which image is meant. Waiting does not help."
_OVER = (
    "Azure still does not let the identity {identity} pull from {registry}, although its role must count by now: check "
    "that it has the role AcrPull there, and that the registry's network lets Azure in."
)


def wait_for_pull(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Wait, and say whether to ask again. Raises CloudError where SLIPWAY_RETRY_SECONDS is wrong."""
    ASKED_FOR.set(given.get("resource") or "")
    try:
        return {"again": _waited(given)}
    except StoppedError:
        return {"again": False}


def _waited(given: Mapping[str, Any]) -> bool:
    waits, attempts = usual_waits(), int(given["attempts"])
    registry, _, inside = given["image"].partition("/")
    names = {"registry": registry, "identity": given["identity"].rpartition("/")[2]}
    if not waits or attempts > _MOST_ATTEMPTS:
        return False
    if attempts == 1 and _is_missing(registry, inside):
        LOG.warning(_MISSING.format(registry=registry, image=inside))
        return False
    left = _left(given)
    if left <= 0:
        if attempts > 1:
            LOG.warning(_OVER.format(**names))
        return False
    seconds = min(waits[min(attempts, len(waits)) - 1], left)
    why = _WHY.format(**names)
    if attempts == 1:
        LOG.info(_BEGINS.format(why=why, seconds=seconds, left=left))
    PATIENCE.wait(seconds, why, told=attempts > 1)
    return True


def _left(given: Mapping[str, Any]) -> float:
    """Seconds for which waiting may help."""
    since_refused = ROLE_DELAY_SECONDS - float(given["waited_seconds"])
    try:
        since_assigned = seconds_left(given["identity"])
    except StoppedError:
        raise
    except CloudError:  # who may not read roles can wait all the same
        since_assigned = None
    return since_refused if since_assigned is None else min(since_refused, since_assigned)


def _is_missing(registry: str, inside: str) -> bool:
    """Only where the registry says so."""
    repository, _, digest = inside.partition("@")
    try:
        return not shared_client(registry).images.is_pushed(repository, digest)
    except StoppedError:
        raise
    except (CloudError, RegistryError):
        return False
