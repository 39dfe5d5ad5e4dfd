"""What models and images share: content that has a number, foreseen in `check` and claimed at the update."""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, ResourceProvider, UpdateResult

from slipway.registry.dynamic.properties import Properties, changed, known, numbers
from slipway.registry.errors import NotFoundError, RegistryError


class Found(Protocol):
    """One version."""

    @property
    def version(self) -> int: ...

    @property
    def id(self) -> str: ...


Version = TypeVar("Version", bound=Found)
Answer = TypeVar("Answer", bound=Found, covariant=True)


class Store(Protocol[Answer]):
    """The versions of one registry."""

    def find(self, name: str, content: str, /) -> Answer | None: ...

    def get(self, name: str, version: int, /) -> Answer: ...

    def delete(self, name: str, version: int, /) -> None: ...

    def predict_version(self, name: str, content: str, /) -> int: ...


class NumberedProvider(ResourceProvider, Generic[Version]):
    """Subclasses say what is numbered, in which store, and what comes of it."""

    serialize_as_secret_always = False
    noun = ""
    """Its inputs and outputs are called after it: `<noun>_name`, `<noun>_id`."""
    said_keys: Sequence[str] = ()
    """Inputs whose change is an update."""
    claimed_key = ""
    """The output with the numbers that this resource claimed."""

    def store(self, login_server: str) -> Store[Version]:
        """Where the versions are."""
        raise NotImplementedError

    def content(self, props: Properties) -> str:
        """What tells one version from another. Raises RegistryError."""
        raise NotImplementedError

    def publish(self, props: Properties) -> Version:
        """The version that the content has from now on. Raises RegistryError."""
        raise NotImplementedError

    def outputs(self, found: Version) -> Properties:
        """What is told of a version."""
        raise NotImplementedError

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Other content or words are an update; another registry or name is another resource."""
        replaces = changed(olds, news, ("login_server", f"{self.noun}_name"))
        changes = bool(replaces or changed(olds, news, self.said_keys))
        return DiffResult(changes=changes, replaces=replaces)

    def create(self, props: Properties) -> CreateResult:
        """Claim the number."""
        return CreateResult(f"{props['login_server']}/{self._name(props)}", self._claim(props, []))

    def update(self, _id: str, olds: Properties, news: Properties) -> UpdateResult:
        """Claim the number; those before it stay."""
        return UpdateResult(self._claim(news, numbers(olds.get(self.claimed_key))))

    def read(self, id_: str, props: Properties) -> ReadResult:
        """The version as it is, or nothing when it was deleted."""
        try:
            found = self.store(props["login_server"]).get(self._name(props), int(props["version"]))
        except NotFoundError:
            return ReadResult("", {})
        return ReadResult(id_, {**props, **self.outputs(found)})

    def delete(self, _id: str, props: Properties) -> None:
        """Delete the numbers that this resource claimed, and only them. Raises RegistryError."""
        store = self.store(props["login_server"])
        for version in reversed(numbers(props.get(self.claimed_key))):
            try:
                store.delete(self._name(props), version)
            except NotFoundError:
                continue

    def foreseen(self, news: Properties, content: str) -> Properties:
        """What is known before the number is claimed; nothing where the registry does not answer."""
        if not known(news.get("login_server"), news.get(f"{self.noun}_name")):
            return {}
        name = self._name(news)
        try:
            store = self.store(news["login_server"])
            found = store.find(name, content)
            if found is not None:
                return self.outputs(found)
            version = store.predict_version(name, content)
        except RegistryError:
            return {}  # an update will say why; a preview shows the number as unknown
        return {"version": version, f"{self.noun}_id": f"{name}:{version}"}

    def _name(self, props: Properties) -> str:
        return str(props[f"{self.noun}_name"])

    def _claim(self, props: Properties, before: list[int]) -> Properties:
        there = self.store(props["login_server"]).find(self._name(props), self.content(props))
        found = self.publish(props)
        made = [] if there is not None else [found.version]
        return {**props, **self.outputs(found), self.claimed_key: sorted({*before, *made})}
