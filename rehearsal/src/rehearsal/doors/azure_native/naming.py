"""Names that the user did not give: `<logical name><8 hex digits>`, the same for the same seed."""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from rehearsal.core.native_form import NativeForm

AUTONAMED = "__createBeforeDelete"
"""azure-native's own mark in the inputs of a resource whose name it made."""


def name(
    form: NativeForm,
    inputs: dict[str, Any],
    olds: Mapping[str, Any],
    request: provider_pb2.CheckRequest,
) -> str | None:
    """Fill in a missing name; returns why not, where automatic names are switched off."""
    if inputs.get(form.name):
        return None
    if olds.get(form.name):
        inputs[form.name] = olds[form.name]
        if olds.get(AUTONAMED):
            inputs[AUTONAMED] = True
        return None
    mode = request.autonaming.mode if request.HasField("autonaming") else None
    if mode == provider_pb2.CheckRequest.AutonamingOptions.Mode.DISABLE:
        return f"automatic naming is disabled, '{form.name}' must be provided"
    if mode is not None and request.autonaming.proposed_name:
        inputs[form.name] = request.autonaming.proposed_name
    else:
        inputs[form.name] = _made_up(form, _logical_name(request.urn), request.randomSeed)
    inputs[AUTONAMED] = True
    return None


def _logical_name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


def _made_up(form: NativeForm, logical: str, seed: bytes) -> str:
    digest = hashlib.sha256(seed + form.path.encode() + logical.encode()).digest()
    if form.named_by_uuid:
        return str(uuid.UUID(bytes=digest[:16], version=4))
    return logical + digest.hex()[:8]
