"""What a client did wrong, in the protocol's terms."""

from __future__ import annotations


class InferenceError(Exception):
    """One sentence for the client; answered with `status` over REST and its counterpart over gRPC."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
