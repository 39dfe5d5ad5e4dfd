"""What an ARM URL means: a resource, a collection, an action, or something below a resource."""

from dataclasses import dataclass
from typing import Literal

from rehearsal.core.arm import Arm

Meaning = Literal["resource", "collection", "action", "below"]


@dataclass(frozen=True)
class Address:
    """`id` is the resource's; for a collection it is the scope that is listed."""

    meaning: Meaning
    id: str
    type: str
    action: str = ""


def read(path: str, arm: Arm, method: str) -> Address:
    """The meaning of a path with `/providers/` in it. Types that are not there are left to the core to refuse."""
    path = "/" + path.strip("/")
    at = path.lower().rfind("/providers/")
    scope, segments = path[:at], path[at + len("/providers/") :].split("/")
    namespace, rest = segments[0], segments[1:]
    if len(rest) % 2 == 0:
        return Address("resource", path, _type(namespace, rest))
    collection = _type(namespace, rest)
    if method == "GET" and arm.kind_of(collection):
        parent = "/".join([scope, "providers", namespace, *rest[:-1]]) if len(rest) > 1 else scope
        return Address("collection", parent, collection)
    return _below(scope, namespace, rest, arm, "action" if method == "POST" else "below")


def _below(scope: str, namespace: str, rest: list[str], arm: Arm, meaning: Meaning) -> Address:
    """The longest beginning that names a resource; what follows is an action, or `containers/<c>/logs`."""
    for length in range(len(rest) - 1, 1, -2):
        kind = _type(namespace, rest[:length])
        if arm.kind_of(kind):
            resource = "/".join([scope, "providers", namespace, *rest[:length]])
            return Address(meaning, resource, kind, "/".join(rest[length:]))
    return Address("collection", scope, _type(namespace, rest))


def _type(namespace: str, rest: list[str]) -> str:
    return "/".join([namespace, *rest[::2]])
