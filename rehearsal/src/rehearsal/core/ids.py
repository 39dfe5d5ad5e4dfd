"""ARM resource ids: parsing, comparing (they ignore case) and the type that an id names."""

import re
from dataclasses import dataclass
from functools import cached_property

from rehearsal.core.errors import ArmError
from rehearsal.core.type_names import RESOURCE_GROUP

_GROUP = re.compile(r"^/subscriptions/([^/]+)(?:/resourceGroups/([^/]+))?", re.IGNORECASE)


@dataclass(frozen=True)
class ResourceId:
    """One resource's id, as it was first written.

    `scope` is what stands before the last `/providers/`: a resource group, a subscription, or
    for an extension resource such as a role assignment the resource that it extends.
    """

    text: str
    scope: str
    type: str
    """Full type, for example `Microsoft.Network/virtualNetworks/subnets`."""
    names: tuple[str, ...]

    @cached_property
    def key(self) -> str:
        """The form to compare by: ARM ids ignore case."""
        return self.text.lower()

    @property
    def name(self) -> str:
        """The last name."""
        return self.names[-1]

    @property
    def full_name(self) -> str:
        """All names of a nested resource, `network/subnet`."""
        return "/".join(self.names)

    @property
    def subscription(self) -> str:
        """The subscription's GUID."""
        return self._place()[0]

    @property
    def resource_group(self) -> str | None:
        """The resource group's name; None above resource groups."""
        return self._place()[1]

    @property
    def resource_group_id(self) -> str | None:
        """The resource group's id; None above resource groups."""
        subscription, group = self._place()
        return f"/subscriptions/{subscription}/resourceGroups/{group}" if group else None

    @property
    def parent(self) -> str | None:
        """The id of the resource that a nested resource belongs to."""
        return self.text.rsplit("/", 2)[0] if len(self.names) > 1 else None

    def _place(self) -> tuple[str, str | None]:
        match = _GROUP.match(self.text)
        if match is None:
            raise invalid(self.text)
        return match.group(1), match.group(2)

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> ResourceId:
    """Parse an id. Raises ArmError (400) for a text that is not one."""
    text = "/" + text.strip("/")
    lowered = text.lower()
    at = lowered.rfind("/providers/")
    if at < 0:
        return _resource_group(text)
    segments = text[at + len("/providers/") :].split("/")
    if len(segments) < 3 or len(segments) % 2 == 0 or not all(segments):
        raise invalid(text)
    kind = "/".join([segments[0], *segments[1::2]])
    return ResourceId(text, text[:at], kind, tuple(segments[2::2]))


def group_of(text: str) -> str | None:
    """The id of the resource group that an id or scope is in; None above resource groups."""
    match = _GROUP.match(text)
    return match.group(0) if match and match.group(2) else None


def spelled(parsed: ResourceId, resource_type: str) -> ResourceId:
    """The same id in Azure's own spelling of `resourceGroups` and of the type; names stay as they were given."""
    scope = re.sub("/resourcegroups/", "/resourceGroups/", parsed.scope, flags=re.IGNORECASE)
    if resource_type == RESOURCE_GROUP:
        return parse(f"{scope}/resourceGroups/{parsed.name}")
    namespace, *kinds = resource_type.split("/")
    pairs = (part for pair in zip(kinds, parsed.names, strict=True) for part in pair)
    return parse("/".join([scope, "providers", namespace, *pairs]))


def under(text: str, prefix: str) -> bool:
    """Whether `text` is `prefix` or lies below it."""
    text, prefix = text.lower().rstrip("/"), prefix.lower().rstrip("/")
    return text == prefix or text.startswith(prefix + "/")


def invalid(text: str) -> ArmError:
    """Azure's refusal of an id that cannot be read."""
    return ArmError(400, "InvalidResourceId", f"The resource id '{text}' is invalid.")


def _resource_group(text: str) -> ResourceId:
    match = _GROUP.fullmatch(text)
    if match is None or match.group(2) is None:
        raise invalid(text)
    return ResourceId(text, f"/subscriptions/{match.group(1)}", RESOURCE_GROUP, (match.group(2),))
