"""`rawhttp` and `AMLRequest` under the reference's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from werkzeug.wrappers import Request

_Run = TypeVar("_Run", bound=Callable[..., Any])

#: The script wants the request itself; read by `scoring.azureml.inputs`.
_rawHttpRequested = False  # noqa: N816  (the reference's name: scripts have been seen to set it)


def rawhttp(func: _Run) -> _Run:
    """Marks `run()` as taking the request object."""
    global _rawHttpRequested
    _rawHttpRequested = True
    return func


class AMLRequest(Request):
    """The request that a raw `run()` gets."""
