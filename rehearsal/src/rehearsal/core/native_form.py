"""How Pulumi's azure-native writes a resource type: what it calls the arguments, and where ARM keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
"""Where the path of a resource in a resource group begins."""
TRACKED = frozenset({"location", "tags"})
NAMED = frozenset({"id", "name", "type", "etag"})


@dataclass(frozen=True, kw_only=True)
class NativeForm:
    """One resource type of azure-native."""

    type: str
    """`azure-native:<module>:<Class>`."""
    path: str
    """The ARM id; `{name}` is an argument of the resource."""
    api_version: str
    name: str
    """The argument that is the resource's own name."""
    outside: frozenset[str] = TRACKED
    """Fields that ARM keeps beside `properties`; all others are inside."""
    envelopes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Paths below which ARM has a `properties` of its own -> the fields that stay outside of it."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Arguments whose name in ARM's `properties` is another one."""
    replaces: frozenset[str] = frozenset()
    """Arguments beside those of the path whose change is planned as a replacement (azure-native's `forceNewMap`)."""
    patterns: Mapping[str, str] = field(default_factory=dict)
    """Regular expressions that the provider applies before it asks Azure."""
    lengths: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    named_by_uuid: bool = False
    children: frozenset[str] = frozenset()
    """Arguments that list resources which also exist alone; kept out of the state unless they were given."""

    @property
    def path_arguments(self) -> tuple[str, ...]:
        """Arguments that make up the id."""
        names = [part.split("}")[0] for part in self.path.split("{")[1:]]
        return tuple(name for name in names if name != "subscriptionId")
