"""Property bags as the engine hands them over: unknown values in previews, numbers as floats."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from pulumi.dynamic import CheckFailure
from pulumi.output import Unknown
from pulumi.runtime.rpc import UNKNOWN

from slipway.registry.client import RegistryClient
from slipway.registry.dynamic.sentences import speak
from slipway.registry.errors import RegistryError

Properties = dict[str, Any]


@lru_cache(maxsize=8)
def client(login_server: str) -> RegistryClient:
    """One client per registry and process, so that its tokens are fetched once."""
    from slipway.cloud.errors import CloudError

    speak(RegistryError, CloudError)
    return RegistryClient(login_server)


def known(*values: Any) -> bool:
    """Whether all values are known; a preview has some that are not."""
    return not any(_unknown(value) for value in values)


def changed(olds: Mapping[str, Any], news: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    """The keys whose values differ; absent, None, '' and empty are the same, an unknown is not."""
    return [key for key in keys if (olds.get(key) or None) != (news.get(key) or None)]


def text(value: Any) -> str:
    """A string that may be absent."""
    return "" if value is None else str(value)


def texts(value: Any) -> dict[str, str]:
    """A mapping of strings that may be absent."""
    return {str(key): str(item) for key, item in (value or {}).items()}


def numbers(value: Any) -> list[int]:
    """A list of numbers, which the state holds as floats."""
    return [int(item) for item in value or []]


def failure(property_: str, error: Exception) -> CheckFailure:
    """The error as the engine shows it before anything is changed."""
    return CheckFailure(property_, str(error))


def _unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_unknown(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(_unknown(item) for item in value)
    return isinstance(value, Unknown) or (isinstance(value, str) and value == UNKNOWN)
