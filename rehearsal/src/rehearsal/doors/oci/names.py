"""Grammar of repository names, tags and digests (OCI Distribution specification 1.1)."""

import re

from rehearsal.doors.oci import errors

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
MAX_REPOSITORY = 255


def repository(name: str) -> str:
    """`name`, or NAME_INVALID."""
    if len(name) > MAX_REPOSITORY or not _REPOSITORY.fullmatch(name):
        raise errors.name_invalid(name)
    return name


def is_digest(reference: str) -> bool:
    """Whether a manifest reference is a digest and not a tag."""
    return _DIGEST.fullmatch(reference) is not None


def digest(value: str | None) -> str:
    """`value`, or DIGEST_INVALID; sha256 is the only algorithm that ACR stores."""
    if value is None or not is_digest(value):
        raise errors.digest_invalid("invalid checksum digest format")
    return value


def tag(value: str) -> str:
    """`value`, or TAG_INVALID."""
    if not _TAG.fullmatch(value):
        raise errors.tag_invalid(value)
    return value
