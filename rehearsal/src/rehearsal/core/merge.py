"""JSON merge patch (RFC 7396), as ARM's PATCH does it."""

from collections.abc import Mapping
from typing import Any


def merged(old: Any, new: Any) -> Any:
    """`old` with what `new` says; None removes."""
    if not isinstance(new, Mapping):
        return new
    base = dict(old) if isinstance(old, Mapping) else {}
    for key, value in new.items():
        if value is None:
            base.pop(key, None)
        else:
            base[key] = merged(base.get(key), value)
    return base
