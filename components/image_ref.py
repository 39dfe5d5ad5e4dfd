"""What counts as an image reference that can be deployed twice with one result."""

import re

import pulumi

from components.errors import InvalidArgs

_PINNED = re.compile(r"[^\s@]+@sha256:[0-9a-f]{64}")


def unpinned(ref: str) -> str | None:
    """Say what keeps `ref` from naming one image for good, or None if nothing does."""
    if _PINNED.fullmatch(ref):
        return None
    return f"must end in @sha256:<64 hex digits>, got {ref!r}"


def pinned(ref: str) -> str:
    """Return `ref`, or raise `InvalidArgs`.

    A preview that has not built the image knows only its tag, so there the digest is not asked for.
    """
    if not pulumi.runtime.is_dry_run() and (why := unpinned(ref)):
        raise InvalidArgs("ServiceArgs", {"image": why})
    return ref
