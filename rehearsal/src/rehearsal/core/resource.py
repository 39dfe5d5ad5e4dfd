"""One ARM resource as the store keeps it and as ARM shows it, and how a PATCH changes its body."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rehearsal.core.ids import ResourceId

CREATING = "Creating"
UPDATING = "Updating"
DELETING = "Deleting"
SUCCEEDED = "Succeeded"
FAILED = "Failed"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`body` is what ARM shows (location, tags, identity, properties ...); `private` what it never shows."""

    id: ResourceId
    body: Mapping[str, Any]
    private: Mapping[str, Any] = field(default_factory=dict)
    api_version: str
    state: str = SUCCEEDED
    created_at: str
    created_by: str
    modified_at: str
    modified_by: str
    etag: str = ""

    @property
    def properties(self) -> Mapping[str, Any]:
        """The `properties` envelope."""
        found: Mapping[str, Any] = self.body.get("properties", {})
        return found

    @property
    def location(self) -> str | None:
        """The region in its short form (`westeurope`)."""
        return self.body.get("location")

    def document(self) -> dict[str, Any]:
        """What ARM returns for this resource."""
        properties = {**self.properties, "provisioningState": self.state}
        return {
            "id": self.id.text,
            "name": self.id.name,
            "type": self.id.type,
            **{key: value for key, value in self.body.items() if key != "properties"},
            "properties": properties,
            "systemData": self._system_data(),
            "etag": f'"{self.etag}"',
        }

    def _system_data(self) -> dict[str, str]:
        return {
            "createdBy": self.created_by,
            "createdByType": "Application",
            "createdAt": self.created_at,
            "lastModifiedBy": self.modified_by,
            "lastModifiedByType": "Application",
            "lastModifiedAt": self.modified_at,
        }


def now() -> str:
    """The time in ARM's form: UTC with microseconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def merged(old: Any, new: Any) -> Any:
    """`old` with what `new` names, by JSON merge patch (RFC 7396): None removes."""
    if not isinstance(new, Mapping):
        return new
    base = dict(old) if isinstance(old, Mapping) else {}
    for key, value in new.items():
        if value is None:
            base.pop(key, None)
        else:
            base[key] = merged(base.get(key), value)
    return base
