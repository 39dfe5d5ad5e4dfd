"""What a resource type is to the core: how it accepts, provisions, shows and removes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rehearsal.core.bodies import Shape
from rehearsal.core.errors import ArmError
from rehearsal.core.ids import ResourceId
from rehearsal.core.native_form import NativeForm
from rehearsal.core.resource import Resource
from rehearsal.core.world import World


@dataclass(frozen=True, kw_only=True)
class Put:
    """A PUT that passed the checks which all types share; the location is in its short form."""

    id: ResourceId
    body: Mapping[str, Any]
    api_version: str
    existing: Resource | None


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What to keep of a PUT. `long`: `provision` has something to do that takes time."""

    body: Mapping[str, Any]
    private: Mapping[str, Any] = field(default_factory=dict)
    long: bool = False


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A PUT that was accepted and has not ended.

    `finish` does what takes time and returns the document. It must be called, as it releases the resource. It
    raises OperationFailedError (the resource stays) or ArmError (as if it had never been asked for).
    """

    resource: Resource
    created: bool
    long: bool
    finish: Callable[[], dict[str, Any]]


class ResourceType:
    """One type, without state of its own; what it knows is in the store."""

    type: ClassVar[str]
    """Full type in Azure's spelling."""
    tracked: ClassVar[bool] = True
    """Whether resources of the type have a location and tags."""
    default_location: ClassVar[str | None] = None
    """The location of a body that names none; None makes it required."""

    extends: ClassVar[bool] = False
    """Whether a resource of the type belongs to any scope, as a role assignment does."""
    role_type: ClassVar[str | None] = None
    """The type's name in the operations of roles, where it is another one."""
    actions: ClassVar[Mapping[str, str]] = {}
    """What is asked of a resource beside itself -> its method: `restart`, `containers/*/logs`."""
    changing_actions: ClassVar[frozenset[str]] = frozenset()
    """Actions that never run beside a write of the same resource."""
    created_status: ClassVar[int] = 201
    """The status of a PUT that makes the resource."""
    polled: ClassVar[bool] = False
    """Whether a PUT over HTTP returns at once, with an address to poll."""
    api_versions: ClassVar[Sequence[str]] = ()
    """The versions that Azure has of the type."""
    properties: ClassVar[Mapping[str, Shape]] = {}
    """What the members of the `properties` envelope are, as far as anything here reads them."""
    native: ClassVar[NativeForm | None] = None
    """How azure-native writes the type; None for a type that it does not have."""

    def accept(self, put: Put, world: World) -> Accepted:
        """Validates and completes the body. Raises ArmError; nothing has changed then."""
        raise NotImplementedError

    def provision(self, resource: Resource, world: World) -> Resource:
        """Do what takes time, after the resource was stored.

        Raises OperationFailedError when the resource stays (in state Failed), ArmError when the
        operation is as if it had never been asked for.
        """
        return resource

    def show(self, resource: Resource, world: World) -> dict[str, Any]:
        """What GET returns."""
        return resource.document()

    def built_in(self, resource_id: ResourceId, world: World) -> Resource | None:
        """A resource that is there without having been made; None for any other."""
        return None

    def search(self, scope: str, query: Mapping[str, str], world: World) -> Sequence[Resource]:
        """What GET of the collection lists: all that is at or below the scope. Raises ArmError."""
        return world.store.list(self.type, scope)

    def of_location(self, location: str, what: str, world: World) -> dict[str, Any] | None:
        """GET `locations/<location>/<what>` of the type's namespace; None for what the type does not have."""
        return None

    def refuse_delete(self, resource: Resource, world: World) -> None:
        """Raises ArmError when Azure would not delete it."""

    def blocked(self, resource: Resource, refusals: Mapping[str, ArmError]) -> ArmError:
        """The refusal to delete a resource of which a part (its id, and why) is not deleted."""
        return next(iter(refusals.values()))

    def remove(self, resource: Resource, world: World) -> None:
        """Undoes `provision`; called again after a kill, so it must bear repetition."""

    def act(
        self, resource: Resource, action: str, body: Mapping[str, Any], world: World
    ) -> dict[str, Any]:
        """A POST to `<id>/<action>`, or a GET below the resource such as a container's logs."""
        raise self.unknown_action(action)

    def busy(self, resource_id: ResourceId) -> ArmError | None:
        """The refusal of a write while another one runs; None lets it wait."""
        return None

    def recover(self, resources: Sequence[Resource], world: World) -> None:
        """After a start: bring to life what the store says is there."""

    def method_of(self, action: str) -> str | None:
        """The method of an action of the type, case ignored; None for one that it does not have."""
        pattern = self._pattern(action)
        return self.actions[pattern] if pattern else None

    def operation(self, verb: str) -> str:
        """What a role must permit for read, write, delete or an action: `<type>/restart/action`."""
        own = self.role_type or self.type
        if verb in ("read", "write", "delete"):
            return f"{own}/{verb}"
        pattern = self._pattern(verb) or verb
        kind = "read" if self.method_of(verb) == "GET" else "action"
        return f"{own}/{pattern.replace('/*/', '/')}/{kind}"

    def spelled(self, action: str) -> str:
        """The action in Azure's spelling; names in it stay as they were given."""
        pattern = self._pattern(action)
        if pattern is None:
            return action
        pairs = zip(pattern.split("/"), action.split("/"), strict=True)
        return "/".join(given if own == "*" else own for own, given in pairs)

    def _pattern(self, action: str) -> str | None:
        parts = action.lower().split("/")
        for pattern in self.actions:
            wanted = pattern.lower().split("/")
            if len(parts) == len(wanted) and all(
                two in ("*", one) for one, two in zip(parts, wanted, strict=True)
            ):
                return pattern
        return None

    def unknown_action(self, action: str) -> ArmError:
        """Azure's refusal of an action that the type does not have."""
        return ArmError(
            404,
            "InvalidResourceType",
            f"The resource type '{self.type}/{action}' could not be found in the namespace "
            f"'{self.type.split('/')[0]}'.",
        )
