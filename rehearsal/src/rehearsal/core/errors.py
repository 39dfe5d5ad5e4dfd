"""What the rehearsal refuses, in Azure's form: a status, a code and a sentence."""


class ArmError(Exception):
    """A refusal of the ARM core; every door renders it in its own way.

    `status` is the HTTP status, `code` Azure's error code (`DnsNameLabelInUse`), `message` Azure's words.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")

    def body(self) -> dict[str, dict[str, str]]:
        """The JSON body of ARM's common error response."""
        return {"error": {"code": self.code, "message": self.message}}


class OperationFailedError(ArmError):
    """An operation that ARM had accepted and that failed later: the resource stays, in state Failed."""


def body_too_large(most: int) -> ArmError:
    """ARM's refusal of a request that is too long."""
    return ArmError(413, "RequestEntityTooLarge", f"The request body is longer than {most} bytes.")


class RehearsalError(Exception):
    """A sentence for the person who runs the rehearsal: what, where, and what to do."""
