"""One ARM request: read, authorised, answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rehearsal.core import bodies, checks, ids
from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError
from rehearsal.core.operations import IN_PROGRESS
from rehearsal.core.resource_type import Pending
from rehearsal.core.tokens import ARM_AUDIENCE, Principal
from rehearsal.core.type_names import RESOURCE_GROUP
from rehearsal.doors.arm_http import addresses, lists, resource_list, subscription
from rehearsal.doors.arm_http.addresses import Address

# Without it Microsoft's clients wait half a minute.
_POLL_SOON = {"Retry-After": "1"}
_AUDIENCES = (ARM_AUDIENCE, "https://management.core.windows.net")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, in ARM's terms."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base_url: str

    @property
    def api_version(self) -> str:
        """The api-version; empty when it is missing."""
        return self.query.get("api-version", "")

    def document(self) -> dict[str, Any]:
        """The JSON body. Raises ArmError."""
        if not self.body:
            return {}
        return bodies.parse(self.body)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer; None as document is an empty body."""

    status: int = 200
    document: Any = None
    headers: Mapping[str, str] | None = None


def principal_of(headers: Mapping[str, str], base_url: str, arm: Arm) -> Principal:
    """Who asks, by the headers alone: it comes before the body is asked for. Raises ArmError (401)."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise ArmError(
            401,
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing or is not of the form 'Bearer <token>'.",
        )
    return arm.world.tokens.verify(token.strip(), *_AUDIENCES, base_url)


def answer(asked: Asked, arm: Arm, principal: Principal) -> Answered:
    """The answer to a request. Raises ArmError."""
    checks.api_version(asked.api_version)
    segments = addresses.segments(asked.path)
    lowered = [part.lower() for part in segments]
    if lowered[:1] != ["subscriptions"]:
        if lowered[:1] == ["providers"]:
            return _resource(asked, arm, principal, segments)
        raise ArmError(404, "NotFound", f"There is nothing at '{asked.path}'.")
    if len(segments) > 1 and segments[1].lower() != arm.world.identity.subscription_id.lower():
        raise ArmError(
            404, "SubscriptionNotFound", f"The subscription '{segments[1]}' could not be found."
        )
    special = _above(asked, arm, lowered, segments)
    return special if special is not None else _resource(asked, arm, principal, segments)


def _above(asked: Asked, arm: Arm, lowered: list[str], segments: list[str]) -> Answered | None:
    """Lists and facts of the subscription; None when the path is of a resource."""
    under = "/" + "/".join(segments[: 2 if lowered[2:3] == ["resources"] else 4])
    match [asked.method, *lowered[2:]]:
        case ["GET"] if len(lowered) == 1:
            return Answered(document={"value": [subscription.subscription(arm)]})
        case ["GET"]:
            return Answered(document=subscription.subscription(arm))
        case ["GET", "locations"]:
            return Answered(document=subscription.locations(arm))
        case ["GET", "resourcegroups"]:
            return _listed(asked, _groups(arm, asked.query))
        case ["GET", "resources"] | ["GET", "resourcegroups", _, "resources"]:
            return _listed(asked, resource_list.find(arm, under, asked.query))
        case ["GET", "providers"]:
            return Answered(document=subscription.providers(arm))
        case ["GET", "providers", _]:
            return Answered(document=subscription.providers(arm, segments[3]))
        case ["POST", "providers", _, "register"]:
            subscription.providers(arm, segments[3])  # refuses one that is not there
            arm.world.registrations.register(segments[3])
            return Answered(document=subscription.providers(arm, segments[3]))
        case ["GET", "providers", namespace, "locations", location, what, *rest]:
            return _of_location(arm, namespace, location, what, rest)
    return None


def _groups(arm: Arm, query: Mapping[str, str]) -> Sequence[dict[str, Any]]:
    return lists.matching(arm.list(RESOURCE_GROUP), query.get("$filter", ""), lists.GROUP_KEYS)


def _listed(asked: Asked, documents: Sequence[dict[str, Any]]) -> Answered:
    return Answered(document=lists.page(documents, asked.query, asked.base_url + asked.path))


def _of_location(
    arm: Arm, namespace: str, location: str, what: str, rest: list[str]
) -> Answered | None:
    if what == "operations" and rest:
        operation = arm.operations.get(rest[0])
        going_on = operation.status == IN_PROGRESS
        return Answered(document=operation.document(), headers=_POLL_SOON if going_on else None)
    for kind in arm.types:
        if kind.type.lower().startswith(f"{namespace}/"):
            found = kind.of_location(location, what, arm.world)
            if found is not None:
                return Answered(document=found)
    return None


def _resource(asked: Asked, arm: Arm, principal: Principal, segments: Sequence[str]) -> Answered:
    address = addresses.read(segments, arm, asked.method)
    checks.version(arm.kind(address.type), asked.api_version)
    if address.meaning == "action":
        return _action(asked, arm, address, principal)
    if asked.method in ("GET", "HEAD"):
        checks.authorized(address.id, f"{address.type}/read", principal, arm.world)
        return _read(asked, arm, address)
    if asked.method == "PUT":
        return _put(asked, arm, address, principal)
    if asked.method == "PATCH":
        return Answered(
            document=arm.patch(address.id, asked.document(), asked.api_version, principal)
        )
    return _delete(asked, arm, address, principal)


def _delete(asked: Asked, arm: Arm, address: Address, principal: Principal) -> Answered:
    if arm.delete(address.id, asked.api_version, principal):
        return Answered(status=200)
    if address.type == RESOURCE_GROUP:
        raise checks.not_found(ids.parse(address.id))
    return Answered(status=204)


def _action(asked: Asked, arm: Arm, address: Address, principal: Principal) -> Answered:
    given = asked.document() if asked.method == "POST" else dict(asked.query)
    document = arm.action(address.id, address.action, given, asked.api_version, principal)
    return Answered(document=document) if document else Answered(status=204)


def _read(asked: Asked, arm: Arm, address: Address) -> Answered:
    if address.meaning == "collection":
        return _listed(asked, arm.search(address.type, address.id, asked.query))
    if asked.method == "HEAD":
        return Answered(status=204 if arm.exists(address.id) else 404)
    return Answered(document=arm.get(address.id, asked.api_version))


def _put(asked: Asked, arm: Arm, address: Address, principal: Principal) -> Answered:
    pending = arm.begin_put(
        address.id,
        asked.document(),
        asked.api_version,
        principal,
        if_match=asked.headers.get("if-match"),
        if_none_match=asked.headers.get("if-none-match"),
    )
    status = arm.kind(address.type).created_status if pending.created else 200
    if pending.long and arm.kind(address.type).polled:
        return _accepted(asked, arm, pending, status)
    return Answered(status=status, document=pending.finish())


def _accepted(asked: Asked, arm: Arm, pending: Pending, status: int) -> Answered:
    """The body of what was accepted, and where to ask how it goes on."""
    resource = pending.resource
    name = arm.operations.start(resource.id.text, pending.finish)
    url = (
        f"{asked.base_url}/subscriptions/{resource.id.subscription}/providers/{resource.id.type.split('/')[0]}/"
        f"locations/{resource.location}/operations/{name}?api-version={asked.api_version}"
    )
    document = arm.kind(resource.id.type).show(resource, arm.world)
    return Answered(
        status=status, document=document, headers={"Azure-AsyncOperation": url, **_POLL_SOON}
    )
