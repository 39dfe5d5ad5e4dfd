"""What is gone, and what only does not answer."""

from collections.abc import Callable
from typing import TypeVar

from slipway.cloud.errors import CloudError
from slipway.registry.errors import NotFoundError, UnreachableError

Answer = TypeVar("Answer")


def or_gone(login_server: str, ask: Callable[[], Answer]) -> Answer | None:
    """The answer of a registry; None where it says that there is nothing, or where the registry itself is gone.

    One that does not answer is gone when ARM answers, and has none with this login server. Raises RegistryError.
    """
    try:
        return ask()
    except NotFoundError:
        return None
    except UnreachableError:
        if _may_exist(login_server):
            raise
        return None


def _may_exist(login_server: str) -> bool:
    from slipway.cloud.registries import exists

    try:
        return exists(login_server)
    except CloudError:
        return True
