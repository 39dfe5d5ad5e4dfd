"""What models and images share: content that has a number, foreseen in a preview and claimed at the update."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar, Generic, Protocol, TypeVar

from slipway.provider.gone import or_gone
from slipway.provider.handler import Created, Found, Handler, Properties, differing
from slipway.provider.numbered_ids import parse_id
from slipway.provider.values import known
from slipway.registry.client import RegistryClient, shared_client
from slipway.registry.errors import RegistryError


class OneVersion(Protocol):
    """One version, as the registry describes it."""

    @property
    def version(self) -> int: ...

    @property
    def id(self) -> str: ...


Version = TypeVar("Version", bound=OneVersion)
Described = TypeVar("Described", bound=OneVersion, covariant=True)


class Store(Protocol[Described]):
    """The versions of one registry."""

    def find(self, name: str, content: str, /) -> Described | None: ...

    def get(self, name: str, version: int | None, /) -> Described: ...

    def delete(self, name: str, version: int, /) -> None: ...

    def predict_version(self, name: str, content: str, /) -> int: ...


class NumberedHandler(Handler, Generic[Version]):
    """Subclasses say what is numbered, in which store, and what a version's properties are."""

    noun: ClassVar[str]
    """Its properties are called after it: `<noun>_name`, `<noun>_id`."""
    claimed: ClassVar[str]
    """The output with the numbers that this resource claimed."""
    compared: ClassVar[Sequence[str]]
    """Inputs whose change is an update."""

    def store(self, registry: RegistryClient) -> Store[Version]:
        """Where the versions are."""
        raise NotImplementedError

    def content(self, inputs: Properties) -> str:
        """What tells one version from another. Raises RegistryError."""
        raise NotImplementedError

    def publish(self, inputs: Properties) -> Version:
        """The version that the content has from now on. Raises RegistryError."""
        raise NotImplementedError

    def described(self, found: Version) -> Properties:
        """What a version is known by: its number and ids."""
        raise NotImplementedError

    def imported(self, found: Version) -> Properties:
        """The inputs that a version was made from, as far as the registry knows them."""
        raise NotImplementedError

    def refreshed(self, _found: Version) -> Properties:
        """Inputs that may have been changed behind the stack's back, as they are now."""
        return {}

    def foreseen(self, inputs: Properties) -> Properties:
        """The number, before it is claimed."""
        return self.number(inputs, self.content(inputs))

    def number(self, inputs: Properties, content: str) -> Properties:
        """The number that this content has or will have; nothing where the registry does not answer."""
        if not known(content, inputs["login_server"], inputs[f"{self.noun}_name"]):
            return {}
        name = self._name(inputs)
        try:
            found = self._store(inputs).find(name, content)
            if found is not None:
                return self.described(found)
            version = self._store(inputs).predict_version(name, content)
        except RegistryError:
            return {}  # an update will say why; a preview shows the number as unknown
        return {"version": version, f"{self.noun}_id": f"{name}:{version}"}

    def changed(self, state: Properties, inputs: Properties) -> list[str]:
        """Other content, words, name or registry; the number is shown to move with them."""
        found = self.differences(state, inputs)
        moving = [name for name in ("version", f"{self.noun}_id") if name in inputs]
        return [*found, *differing(state, inputs, moving)] if found else []

    def differences(self, state: Properties, inputs: Properties) -> list[str]:
        """Names of the inputs that make an update."""
        return differing(state, inputs, ("login_server", f"{self.noun}_name", *self.compared))

    def replaces(self, changed: Iterable[str]) -> list[str]:
        """Another registry or name is another resource."""
        return [name for name in changed if name in ("login_server", f"{self.noun}_name")]

    def create(self, _name: str, inputs: Properties) -> Created:
        """Claim the number."""
        return Created(f"{inputs['login_server']}/{self._name(inputs)}", self._claim(inputs, []))

    def update(self, state: Properties, inputs: Properties) -> Properties:
        """Claim the number; those before it stay."""
        return self._claim(inputs, state.get(self.claimed) or [])

    def read(self, id_: str, state: Properties) -> Found | None:
        """The version as it is, or None when it was deleted."""
        place = parse_id(id_, state, self.noun)
        store = self.store(shared_client(place.login_server))
        found = or_gone(place.login_server, lambda: store.get(place.name, place.version))
        if found is None:
            return None
        if state:
            now = {**self.refreshed(found), **self.described(found)}
            return Found(id_, {**state, **{name: now[name] for name in differing(state, now, now)}})
        there = {"login_server": place.login_server, f"{self.noun}_name": place.name}
        inputs = {**there, **self.imported(found), **self.described(found)}
        return Found(place.id, {**inputs, self.claimed: [found.version]}, inputs)

    def delete(self, state: Properties) -> None:
        """Delete the numbers that this resource claimed, and only them; what is gone is done. Raises RegistryError."""
        store, name = self._store(state), self._name(state)
        for version in reversed(state.get(self.claimed) or []):
            or_gone(state["login_server"], partial(store.delete, name, version))

    def _store(self, inputs: Properties) -> Store[Version]:
        return self.store(shared_client(inputs["login_server"]))

    def _name(self, inputs: Properties) -> str:
        return str(inputs[f"{self.noun}_name"])

    def _claim(self, inputs: Properties, before: Sequence[int]) -> Properties:
        there = self._store(inputs).find(self._name(inputs), self.content(inputs))
        found = self.publish(inputs)
        made = [] if there is not None else [found.version]
        return {**inputs, **self.described(found), self.claimed: sorted({*before, *made})}
