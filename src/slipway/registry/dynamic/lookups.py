"""What the two lookups share: resolved in `check`, so that a preview shows what it found."""

from pulumi.dynamic import (
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from slipway.registry.dynamic.properties import Properties, changed, failure, known
from slipway.registry.errors import NotFoundError, RegistryError


class LookupProvider(ResourceProvider):
    """Subclasses say what is looked up, under which name, and what comes of it."""

    serialize_as_secret_always = False
    name_key = ""
    found_keys: tuple[str, ...] = ()

    def resolve(self, props: Properties, version: int | None) -> Properties:
        """The outputs for one version, or for the newest. Raises RegistryError."""
        raise NotImplementedError

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        """Look it up; what is not there is refused with what is."""
        if not known(news.get("login_server"), news.get(self.name_key), news.get("version")):
            return CheckResult(news, [])
        try:
            found = self.resolve(news, _wanted(news))
        except NotFoundError as error:
            return CheckResult(news, [failure("version", error)])
        except RegistryError as error:
            return CheckResult(news, [failure("login_server", error)])
        return CheckResult({**news, **found}, [])

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Whatever was found differently is an update."""
        keys = ("login_server", self.name_key, *self.found_keys)
        return DiffResult(changes=bool(changed(olds, news, keys)), replaces=[])

    def create(self, props: Properties) -> CreateResult:
        """What `check` found, or else what is found now."""
        return CreateResult(f"{props['login_server']}/{props[self.name_key]}", self._outs(props))

    def update(self, _id: str, _olds: Properties, news: Properties) -> UpdateResult:
        """What `check` found, or else what is found now."""
        return UpdateResult(self._outs(news))

    def read(self, id_: str, props: Properties) -> ReadResult:
        """The version that was found, or nothing when it was deleted."""
        try:
            return ReadResult(id_, {**props, **self.resolve(props, self.found_version(props))})
        except NotFoundError:
            return ReadResult("", {})

    def delete(self, _id: str, _props: Properties) -> None:
        """Nothing was made, nothing is deleted."""

    def found_version(self, props: Properties) -> int:
        """The number that was found."""
        raise NotImplementedError

    def _outs(self, props: Properties) -> Properties:
        if all(props.get(key) is not None for key in self.found_keys):
            return dict(props)
        return {**props, **self.resolve(props, _wanted(props))}


def _wanted(props: Properties) -> int | None:
    """0, which means the newest, is None to the registry client."""
    return int(props.get("version") or 0) or None
