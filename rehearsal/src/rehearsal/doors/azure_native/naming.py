"""Names that the user did not give: `<logical name><8 hex digits>`, the same for the same seed."""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from rehearsal.doors.azure_native.tables import Table

AUTONAMED = "__createBeforeDelete"
"""azure-native's own mark in the inputs of a resource whose name it made."""


def name(
    table: Table,
    inputs: dict[str, Any],
    olds: Mapping[str, Any],
    request: provider_pb2.CheckRequest,
) -> str | None:
    """Fills in the name when there is none; answers why not, where automatic names are switched off."""
    if inputs.get(table.name):
        return None
    if olds.get(table.name):
        inputs[table.name] = olds[table.name]
        if olds.get(AUTONAMED):
            inputs[AUTONAMED] = True
        return None
    mode = request.autonaming.mode if request.HasField("autonaming") else None
    if mode == provider_pb2.CheckRequest.AutonamingOptions.Mode.DISABLE:
        return f"automatic naming is disabled, '{table.name}' must be provided"
    if mode is not None and request.autonaming.proposed_name:
        inputs[table.name] = request.autonaming.proposed_name
    else:
        inputs[table.name] = _made_up(table, _logical_name(request.urn), request.randomSeed)
    inputs[AUTONAMED] = True
    return None


def _logical_name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


def _made_up(table: Table, logical: str, seed: bytes) -> str:
    digest = hashlib.sha256(seed + table.path.encode() + logical.encode()).digest()
    if table.named_by_uuid:
        return str(uuid.UUID(bytes=digest[:16], version=4))
    return logical + digest.hex()[:8]
