"""One ARM request: read, authorised, answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.core import checks
from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError
from rehearsal.core.resource_type import Pending
from rehearsal.core.tokens import ARM_AUDIENCE, Principal
from rehearsal.core.type_names import RESOURCE_GROUP
from rehearsal.doors.arm_http import addresses, resource_list, subscription
from rehearsal.doors.arm_http.addresses import Address

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
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise ArmError(
                400,
                "InvalidRequestContent",
                "The request content was invalid and could not be deserialized.",
            )
        return found


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer; None as document is an empty body."""

    status: int = 200
    document: Any = None
    headers: Mapping[str, str] | None = None


def answer(asked: Asked, arm: Arm) -> Answered:
    """The answer to a request. Raises ArmError."""
    principal = _principal(asked, arm)
    checks.api_version(asked.api_version)
    segments = [part for part in asked.path.split("/") if part]
    lowered = [part.lower() for part in segments]
    if lowered[:1] != ["subscriptions"]:
        if "providers" in lowered:
            return _resource(asked, arm, principal)
        raise ArmError(404, "NotFound", f"There is nothing at '{asked.path}'.")
    if len(segments) > 1 and segments[1].lower() != arm.world.identity.subscription_id.lower():
        raise ArmError(
            404, "SubscriptionNotFound", f"The subscription '{segments[1]}' could not be found."
        )
    special = _above(asked, arm, lowered, segments)
    return special if special is not None else _resource(asked, arm, principal)


def _principal(asked: Asked, arm: Arm) -> Principal:
    kind, _, token = asked.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise ArmError(
            401,
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing or is not of the form 'Bearer <token>'.",
        )
    return arm.world.tokens.verify(token.strip(), *_AUDIENCES, asked.base_url)


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
            return Answered(document={"value": list(arm.list(RESOURCE_GROUP))})
        case ["GET", "resources"] | ["GET", "resourcegroups", _, "resources"]:
            return Answered(document={"value": resource_list.find(arm, under, asked.query)})
        case ["GET", "providers"]:
            return Answered(document=subscription.providers(arm))
        case ["GET", "providers", _] | ["POST", "providers", _, "register"]:
            return Answered(document=subscription.providers(arm, segments[3]))
        case ["GET", "providers", namespace, "locations", location, what, *rest]:
            return _of_location(arm, namespace, location, what, rest)
    return None


def _of_location(
    arm: Arm, namespace: str, location: str, what: str, rest: list[str]
) -> Answered | None:
    if what == "operations" and rest:
        return Answered(document=arm.operations.get(rest[0]).document())
    for kind in arm.types:
        if kind.type.lower().startswith(f"{namespace}/"):
            found = kind.of_location(location, what, arm.world)
            if found is not None:
                return Answered(document=found)
    return None


def _resource(asked: Asked, arm: Arm, principal: Principal) -> Answered:
    address = _address(asked, arm)
    if asked.method in ("GET", "HEAD"):
        _require_read(arm, principal, address.id)
        return _read(asked, arm, address, principal)
    if asked.method == "PUT":
        return _put(asked, arm, address, principal)
    if asked.method == "PATCH":
        return Answered(
            document=arm.patch(address.id, asked.document(), asked.api_version, principal)
        )
    if asked.method == "DELETE":
        return Answered(status=200 if arm.delete(address.id, asked.api_version, principal) else 204)
    document = arm.action(
        address.id, address.action, asked.document(), asked.api_version, principal
    )
    return Answered(document=document) if document else Answered(status=204)


def _address(asked: Asked, arm: Arm) -> Address:
    if "/providers/" in asked.path.lower():
        return addresses.read(asked.path, arm, asked.method)
    return Address("resource", asked.path, RESOURCE_GROUP)


def _read(asked: Asked, arm: Arm, address: Address, principal: Principal) -> Answered:
    if address.meaning == "collection":
        return Answered(document={"value": list(arm.search(address.type, address.id, asked.query))})
    if address.meaning == "below":
        return Answered(
            document=arm.action(
                address.id, address.action, dict(asked.query), asked.api_version, principal
            )
        )
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
    status = 201 if pending.created else 200
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
        status=status, document=document, headers={"Azure-AsyncOperation": url, "Retry-After": "1"}
    )


def _require_read(arm: Arm, principal: Principal, resource_id: str) -> None:
    if not arm.world.rbac.may_read(principal.object_id, resource_id):
        raise ArmError(
            403,
            "AuthorizationFailed",
            f"The client '{principal.client_id}' with object id '{principal.object_id}' does not have authorization to "
            f"perform action 'read' over scope '{resource_id}' or the scope is invalid.",
        )
