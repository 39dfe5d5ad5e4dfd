"""A PUT that was accepted and has not ended."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rehearsal.core.resource import Resource


@dataclass(frozen=True, kw_only=True)
class Pending:
    """`finish` does what takes time, answers the document, and must be called: it gives the resource free.

    It raises OperationFailedError (the resource stays) or ArmError (as if it had never been asked for).
    """

    resource: Resource
    created: bool
    long: bool
    finish: Callable[[], dict[str, Any]]
