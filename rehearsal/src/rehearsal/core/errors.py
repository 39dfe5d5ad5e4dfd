"""What the rehearsal refuses, in Azure's form: a status, a code and a sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.machine import disk


class ArmError(Exception):
    """A refusal of the ARM core; every door renders it in its own way.

    `status` is the HTTP status, `code` Azure's error code (`DnsNameLabelInUse`), `message` Azure's words.
    """

    def __init__(
        self, status: int, code: str, message: str, details: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        super().__init__(f"{code}: {message}")

    def body(self) -> dict[str, dict[str, Any]]:
        """The JSON body of ARM's common error response."""
        found: dict[str, Any] = {"code": self.code, "message": self.message}
        return {"error": {**found, "details": list(self.details)} if self.details else found}


class OperationFailedError(ArmError):
    """An operation that ARM had accepted and that failed later: the resource stays, in state Failed."""


def body_too_large(most: int) -> ArmError:
    """ARM's refusal of a request that is too long."""
    return ArmError(413, "RequestEntityTooLarge", f"The request body is longer than {most} bytes.")


def disk_full(where: object) -> ArmError:
    """Azure has no such refusal; HTTP has."""
    return ArmError(507, "InsufficientStorage", disk.sentence(where))


class RehearsalError(Exception):
    """A sentence for the person who runs the rehearsal: what, where, and what to do."""
