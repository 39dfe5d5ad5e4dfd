"""What can only be said to grpcio by environment variables, which it reads once, when it is first used."""

from __future__ import annotations

from collections.abc import MutableMapping


def prepare(variables: MutableMapping[str, str]) -> None:
    """To be called before an entry script may use grpc."""
    # Its C code writes to standard error on its own; our lines there are JSON.
    variables.setdefault("GRPC_VERBOSITY", "NONE")
