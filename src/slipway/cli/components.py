"""Components in a stack's state, and what is below them: how a service is found whose update failed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Resource = Mapping[str, Any]

# How a secret is marked in a stack's state (pulumi/pkg/resource/stack/secrets.go).
_SIGNATURE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


@dataclass(frozen=True)
class Component:
    """A component resource with its children, as far as an update got with them."""

    name: str
    outputs: Mapping[str, Any]
    """Empty until an update has come to the component's end."""
    children: Sequence[Resource]

    def child(self, type_token: str) -> Resource | None:
        """The child of this type, if there is one."""
        return next((one for one in self.children if one["type"] == type_token), None)


def components(resources: Sequence[Resource], type_token: str) -> Iterator[Component]:
    """All components of this type."""
    for one in resources:
        if one["type"] == type_token and not one.get("delete"):
            children = [each for each in resources if each.get("parent") == one["urn"]]
            live = [each for each in children if not each.get("delete")]
            yield Component(name_of(one), plain(one.get("outputs") or {}), live)


def name_of(resource: Resource) -> str:
    """Its name in the stack."""
    return str(resource["urn"]).rpartition("::")[2]


def plain(value: Any) -> Any:
    """The value with its secrets opened where they were exported in plain, and None where they were not."""
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) == _SECRET:
            return json.loads(value["plaintext"]) if "plaintext" in value else None
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value
