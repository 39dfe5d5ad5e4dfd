"""Physical names: the same stack always asks Azure for the same names.

Deterministic, because after an interrupted update the ids of what was being created can only be
said when the names are known (pulumi-azure-native#1123). A name that is too long is cut, and a hash
of the whole takes the place of what was cut, so that two long names cannot become one.
"""

import hashlib
import re
import uuid

_HASH_LENGTH = 7

# ACR: 5-50 letters and digits, unique among all registries of the cloud; lower case because the
# login server is.
_REGISTRY_LIMIT = 50

# Namespace of the GUIDs below. Any fixed value serves; changing it renames every role assignment.
_ASSIGNMENTS = uuid.UUID("5d1c1f4e-8f0b-4c0a-9a51-1f6f2b6f0c55")


def physical_name(*parts: str, limit: int = 63) -> str:
    """Join `parts` to lower-case letters, digits and single hyphens, at most `limit` characters.

    Fits resource groups, container groups, DNS labels, identities and Log Analytics workspaces.
    """
    raw = "-".join(part for part in parts if part)
    name = re.sub(r"[^a-z0-9]+", "-", raw.lower()).strip("-")
    if len(name) <= limit:
        return name
    return f"{name[: limit - _HASH_LENGTH - 1].rstrip('-')}-{_short_hash(raw)}"


def registry_name(base: str) -> str:
    """The registry's name: the letters and digits of `base`, 5-50 characters.

    Leaving out hyphens could make two bases one ("a-bc" and "ab-c"), and a registry's name is taken
    for everybody in the cloud, so a hash of the whole is always at the end.
    """
    name = re.sub(r"[^a-z0-9]", "", base.lower())
    return name[: _REGISTRY_LIMIT - _HASH_LENGTH] + _short_hash(base)


def assignment_name(*parts: str) -> str:
    """The GUID of a role assignment, the same for the same scope, principal and role."""
    return str(uuid.uuid5(_ASSIGNMENTS, "/".join(parts)))


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]
