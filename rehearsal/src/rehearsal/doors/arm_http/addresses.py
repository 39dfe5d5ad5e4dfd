"""What an ARM URL means: a resource, a collection, an action, or something below a resource; anything else is refused.

A request that writes must name exactly what it writes: the address of a collection is never taken for the scope that it
is in, as a DELETE of `.../containerGroups` would delete the resource group then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from rehearsal.core import ids
from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError
from rehearsal.core.type_names import RESOURCE_GROUP

Meaning = Literal["resource", "collection", "action"]
_METHODS: dict[Meaning, Sequence[str]] = {
    "resource": ("GET", "HEAD", "PUT", "PATCH", "DELETE"),
    "collection": ("GET",),
}


@dataclass(frozen=True)
class Address:
    """`id` is the resource's; for a collection it is the scope that is listed."""

    meaning: Meaning
    id: str
    type: str
    action: str = ""


def segments(raw_path: str) -> list[str]:
    """The path's parts, decoded one by one: an encoded slash does not make two of one. Raises ArmError."""
    found = [unquote(part) for part in raw_path.removesuffix("/").split("/")[1:]]
    if any(not part or part in (".", "..") or not _is_plain(part) for part in found):
        raise ids.invalid(raw_path)
    return found


def read(parts: Sequence[str], arm: Arm, method: str) -> Address:
    """The meaning of a path, for a method that its meaning has. Raises ArmError for every other."""
    address = _meaning(parts, arm)
    if address.meaning == "action":
        kind = arm.kind(address.type)
        known = kind.method_of(address.action)
        allowed = [known] if known else []
        if known is None:
            raise kind.unknown_action(address.action)
    else:
        allowed = list(_METHODS[address.meaning])
    if method not in allowed:
        raise ArmError(
            405,
            "MethodNotAllowed",
            f"The requested resource '/{'/'.join(parts)}' does not support http method '{method}': it is "
            f"{_described(address)}, which takes {', '.join(allowed)}.",
        )
    return address


def _meaning(parts: Sequence[str], arm: Arm) -> Address:
    path = "/" + "/".join(parts)
    providers = [index for index, part in enumerate(parts) if part.lower() == "providers"]
    if not providers:
        return Address("resource", ids.parse(path).text, RESOURCE_GROUP)
    at = providers[-1]
    scope = "".join(f"/{part}" for part in parts[:at])
    namespace, rest = parts[at + 1 : at + 2], parts[at + 2 :]
    if not namespace or not rest:
        raise ids.invalid(path)
    if len(rest) % 2 == 0 and (kind := _type(namespace[0], rest)) and not _is_below(arm, kind):
        return Address("resource", path, kind)
    collection = _type(namespace[0], rest)
    if len(rest) % 2 and arm.kind_of(collection):
        parent = "/".join([scope, "providers", namespace[0], *rest[:-1]]) if rest[1:] else scope
        return Address("collection", parent, collection)
    return _action(scope, namespace[0], rest, arm)


def _is_below(arm: Arm, kind: str) -> bool:
    """Whether a path of an even number of parts is an action of a type above: of a type that there is none is."""
    return arm.kind_of(kind) is None and kind.count("/") > 1


def _action(scope: str, namespace: str, rest: Sequence[str], arm: Arm) -> Address:
    """The longest beginning that names a resource; what follows is an action, such as `containers/<c>/logs`."""
    for length in range((len(rest) - 1) // 2 * 2, 1, -2):
        kind = _type(namespace, rest[:length])
        if arm.kind_of(kind):
            resource = "/".join([scope, "providers", namespace, *rest[:length]])
            return Address("action", resource, kind, "/".join(rest[length:]))
    arm.kind(_type(namespace, rest))
    raise ids.invalid("/".join([scope, "providers", namespace, *rest]))


def _type(namespace: str, rest: Sequence[str]) -> str:
    return "/".join([namespace, *rest[::2]])


def _is_plain(part: str) -> bool:
    return "/" not in part and "\\" not in part and part.isprintable()


def _described(address: Address) -> str:
    return {
        "resource": f"a resource of type '{address.type}'",
        "collection": f"the collection of '{address.type}'",
        "action": f"an action of a resource of type '{address.type}'",
    }[address.meaning]
