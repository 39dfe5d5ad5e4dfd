"""The ARM core: resources by id, whatever door they came through."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from rehearsal.core import checks, ids
from rehearsal.core.errors import ArmError
from rehearsal.core.ids import ResourceId
from rehearsal.core.locks import Locks
from rehearsal.core.operations import Operations
from rehearsal.core.provisioning import provisioned
from rehearsal.core.resource import CREATING, DELETING, SUCCEEDED, UPDATING, Resource, merged, now
from rehearsal.core.resource_type import Pending, Put, ResourceType
from rehearsal.core.tokens import Principal
from rehearsal.core.type_names import RESOURCE_GROUP
from rehearsal.core.world import World

_WAIT_SECONDS = 180.0


class Arm:
    """Thread-safe. Every method raises ArmError with Azure's code and words."""

    def __init__(self, world: World, types: Iterable[ResourceType]) -> None:
        self.world = world
        self.operations = Operations(world.store)
        self._types = {kind.type.lower(): kind for kind in types}
        self._locks = Locks()
        # Names, labels, addresses and quotas are unique across resources: one is accepted at a time.
        self._accepting = threading.Lock()

    def put(
        self,
        resource_id: str,
        body: Mapping[str, Any],
        api_version: str,
        principal: Principal | None = None,
    ) -> dict[str, Any]:
        """Creates or replaces, and waits until it is done."""
        return self.begin_put(resource_id, body, api_version, principal).finish()

    def begin_put(
        self,
        resource_id: str,
        body: Mapping[str, Any],
        api_version: str,
        principal: Principal | None = None,
        *,
        if_match: str | None = None,
        if_none_match: str | None = None,
    ) -> Pending:
        """Validate and record. `finish` of the result must be called: it releases the resource."""
        parsed, kind = self._checked(resource_id, api_version, principal, "write")
        if kind.type != RESOURCE_GROUP:  # which has words of its own for its names
            checks.names(parsed)
        self._require_registration(parsed, principal)
        self._take(parsed, kind)
        try:
            existing = self.world.store.get(parsed.text)
            checks.precondition(existing, if_match, if_none_match)
            self.world.faults.strike(kind.type, "update" if existing else "create", "before")
            checks.parent(parsed, self.world)
            put = Put(
                id=existing.id if existing else ids.spelled(parsed, kind.type),
                body=checks.body(kind, parsed, body, existing),
                api_version=api_version,
                existing=existing,
            )
            with self._accepting:
                return self._record(kind, put, principal)
        except BaseException:
            self._locks.release(parsed.key)
            raise

    def get(self, resource_id: str, api_version: str | None = None) -> dict[str, Any]:
        """The document of a resource."""
        parsed, kind = self._checked(resource_id, api_version or "2020-01-01", None, "read")
        self.world.faults.strike(kind.type, "read", "before")
        return kind.show(self._existing(parsed), self.world)

    def list(
        self, resource_type: str | None = None, under: str | None = None
    ) -> Sequence[dict[str, Any]]:
        """Documents of a type (None: of all types), at or below an id or scope."""
        return [
            self._kind(one.id).show(one, self.world)
            for one in self.world.store.list(resource_type, under)
        ]

    def search(
        self, resource_type: str, scope: str, query: Mapping[str, str]
    ) -> Sequence[dict[str, Any]]:
        """Documents of a collection as GET lists it, `$filter` included. Raises ArmError."""
        kind = self.kind(resource_type)
        checks.scope(scope, self.world)
        return [kind.show(one, self.world) for one in kind.search(scope, query, self.world)]

    def exists(self, resource_id: str) -> bool:
        """Whether it is there."""
        return self.world.store.get(resource_id) is not None

    def patch(
        self,
        resource_id: str,
        body: Mapping[str, Any],
        api_version: str,
        principal: Principal | None = None,
    ) -> dict[str, Any]:
        """Merges `body` into the resource; tags alone never touch what runs."""
        parsed, kind = self._checked(resource_id, api_version, principal, "write")
        existing = self._existing(parsed)
        if set(body) - {"tags"}:
            return self.put(resource_id, merged(existing.body, body), api_version, principal)
        with self._held(parsed, kind):
            self.world.faults.strike(kind.type, "update", "before")
            changed = checks.body(kind, parsed, merged(self._existing(parsed).body, body), existing)
            kept = self.world.store.put(self._touched(existing, principal, body=changed))
        return kind.show(kept, self.world)

    def delete(
        self, resource_id: str, api_version: str = "2020-01-01", principal: Principal | None = None
    ) -> bool:
        """Deletes with all that lies below; False when it was not there."""
        parsed, kind = self._checked(resource_id, api_version, principal, "delete")
        if self.world.store.get(parsed.text) is None:
            return False
        self.world.faults.strike(kind.type, "delete", "before")
        deleted = self.remove(parsed)
        self.world.faults.strike(kind.type, "delete", "after")
        return deleted

    def action(
        self,
        resource_id: str,
        name: str,
        body: Mapping[str, Any] | None = None,
        api_version: str = "2020-01-01",
        principal: Principal | None = None,
    ) -> dict[str, Any]:
        """POST `<id>/<name>`; for container groups also GET `containers/<c>/logs`."""
        parsed, kind = self._checked(resource_id, api_version, principal, name)
        name = kind.spelled(name)
        self.world.faults.strike(kind.type, name.rsplit("/", 1)[-1], "before")
        if name not in kind.changing_actions:
            return kind.act(self._existing(parsed), name, body or {}, self.world)
        with self._held(parsed, kind):
            return kind.act(self._existing(parsed), name, body or {}, self.world)

    def remove(self, parsed: ResourceId) -> bool:
        """Deletes without asking who and whether; repeats what a kill interrupted."""
        kind = self._kind(parsed)
        with self._held(parsed, kind):
            resource = self.world.store.get(parsed.text)
            if resource is None:
                return False
            kind.refuse_delete(resource, self.world)
            self.world.store.put(replace(resource, state=DELETING))
            if refusals := self._remove_below(parsed):
                settled = SUCCEEDED if resource.state == DELETING else resource.state
                self.world.store.put(replace(resource, state=settled))
                raise kind.blocked(resource, refusals)
            kind.remove(resource, self.world)
            self.world.store.delete(parsed.text)
        return True

    def _remove_below(self, parsed: ResourceId) -> dict[str, ArmError]:
        """Everything below, the newest first; returns the ids that were refused, and why."""
        refusals = {}
        for below in reversed(self.world.store.list(under=parsed.text)):
            if below.id.key != parsed.key:
                try:
                    self.remove(below.id)
                except ArmError as refusal:
                    refusals[below.id.text] = refusal
        return refusals

    def kind(self, resource_type: str) -> ResourceType:
        """The type of that name, case ignored. Raises ArmError (404) when the rehearsal does not have it."""
        found = self.kind_of(resource_type)
        if found is None:
            namespace, _, short = resource_type.partition("/")
            raise ArmError(
                404,
                "InvalidResourceType",
                f"The resource type '{short}' could not be found in the namespace '{namespace}' "
                "(the rehearsal does not have it).",
            )
        return found

    def kind_of(self, resource_type: str) -> ResourceType | None:
        """The same, or None."""
        return self._types.get(resource_type.lower())

    @property
    def types(self) -> Iterable[ResourceType]:
        """All types that the rehearsal has."""
        return self._types.values()

    def resume(self, resource: Resource) -> dict[str, Any]:
        """Provisions again what a kill interrupted."""
        parsed = resource.id
        self._take(parsed, self._kind(parsed))
        return self._finish(resource, resource, long=True)

    def _record(self, kind: ResourceType, put: Put, principal: Principal | None) -> Pending:
        accepted = kind.accept(put, self.world)
        state = (UPDATING if put.existing else CREATING) if accepted.long else SUCCEEDED
        changes: dict[str, Any] = {
            "body": accepted.body,
            "private": accepted.private,
            "api_version": put.api_version,
            "state": state,
        }
        resource = self._touched(put.existing or self._new(put.id), principal, **changes)
        kept = self.world.store.put(resource)
        return Pending(
            resource=kept,
            created=put.existing is None,
            long=accepted.long,
            finish=partial(self._finish, kept, put.existing, long=accepted.long),
        )

    def _finish(
        self, resource: Resource, previous: Resource | None, *, long: bool
    ) -> dict[str, Any]:
        kind = self._kind(resource.id)
        try:
            resource = provisioned(kind, resource, previous, self.world) if long else resource
            self.world.faults.strike(kind.type, "update" if previous else "create", "after")
            return kind.show(resource, self.world)
        finally:
            self._locks.release(resource.id.key)

    def _checked(
        self, resource_id: str, api_version: str, principal: Principal | None, verb: str
    ) -> tuple[ResourceId, ResourceType]:
        """`verb` is read, write, delete or the name of an action."""
        parsed = ids.parse(resource_id)
        checks.api_version(api_version)
        checks.subscription(parsed, self.world)
        kind = self._kind(parsed)
        checks.place(parsed, kind)
        operation = kind.operation(verb)
        checks.authorized(parsed.text, operation, principal, self.world)
        checks.resource_group(parsed, self.world, writing=not operation.endswith("/read"))
        return parsed, kind

    def _require_registration(self, parsed: ResourceId, principal: Principal | None) -> None:
        """The engine's door has no principal: azure-native registers what it needs by itself."""
        namespace = parsed.type.split("/", 1)[0]
        if principal is None:
            self.world.registrations.register_at_once(namespace)
        else:
            self.world.registrations.require(namespace)

    def _kind(self, parsed: ResourceId) -> ResourceType:
        return self.kind(parsed.type)

    def _existing(self, parsed: ResourceId) -> Resource:
        found = self.world.store.get(parsed.text)
        found = found or self._kind(parsed).built_in(parsed, self.world)
        if found is None:
            raise checks.not_found(parsed)
        return found

    def _take(self, parsed: ResourceId, kind: ResourceType) -> None:
        refusal = kind.busy(parsed)
        if self._locks.take(parsed.key, wait_seconds=0 if refusal else _WAIT_SECONDS):
            return
        raise refusal or ArmError(
            409, "Conflict", f"Another operation on '{parsed.text}' is in progress."
        )

    @contextmanager
    def _held(self, parsed: ResourceId, kind: ResourceType) -> Iterator[None]:
        self._take(parsed, kind)
        try:
            yield
        finally:
            self._locks.release(parsed.key)

    def _new(self, parsed: ResourceId) -> Resource:
        user, time = self.world.identity.client_id, now()
        return Resource(
            id=parsed,
            body={},
            api_version="",
            created_at=time,
            created_by=user,
            modified_at=time,
            modified_by=user,
        )

    def _touched(self, resource: Resource, principal: Principal | None, **changes: Any) -> Resource:
        who = principal.client_id if principal else self.world.identity.client_id
        return replace(resource, modified_at=now(), modified_by=who, **changes)
