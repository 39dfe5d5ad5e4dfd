"""Names in a request to a registry, or the registry's refusal of them."""

from rehearsal.distribution import reference
from rehearsal.doors.oci import errors


def repository(name: str) -> str:
    """`name`, or NAME_INVALID."""
    if not reference.is_repository(name):
        raise errors.name_invalid(name)
    return name


def digest(value: str | None) -> str:
    """`value`, or DIGEST_INVALID."""
    if value is None or not reference.is_digest(value):
        algorithm = (value or "").partition(":")[0]
        known = algorithm in ("", "sha256") or ":" not in str(value)
        reason = (
            "invalid checksum digest format"
            if known
            else f"unsupported digest algorithm {algorithm}: sha256 is the one that is stored"
        )
        raise errors.digest_invalid(reason)
    return value


def tag(value: str) -> str:
    """`value`, or TAG_INVALID."""
    if not reference.is_tag(value):
        raise errors.tag_invalid(value)
    return value
