"""Scopes of registry tokens: `repository:models/diabetes:pull,push`, `registry:catalog:*`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from rehearsal.core.rbac import RegistryAction

# The token's action -> the right that a role must grant.
_RIGHTS: dict[str, tuple[RegistryAction, ...]] = {
    "pull": ("pull",),
    "push": ("push",),
    "delete": ("delete",),
    "metadata_read": ("pull",),
    "metadata_write": ("metadata_write",),
    "deleted_read": ("delete",),
    "*": ("pull", "push", "delete", "metadata_write"),
}


@dataclass(frozen=True)
class Scope:
    """Actions on one named resource."""

    type: str
    name: str
    actions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.type}:{self.name}:{','.join(self.actions)}"

    def claim(self) -> dict[str, Any]:
        """As it is written in a token's `access` claim."""
        return {"type": self.type, "name": self.name, "actions": list(self.actions)}

    def covers(self, needed: "Scope") -> bool:
        """Whether a token with this scope may do all of `needed`."""
        if (self.type, self.name) != (needed.type, needed.name):
            return False
        return "*" in self.actions or set(needed.actions) <= set(self.actions)


CATALOG = Scope("registry", "catalog", ("*",))


def repository(name: str, *actions: str) -> Scope:
    """The scope of a repository."""
    return Scope("repository", name, actions)


def parse(text: str) -> list[Scope]:
    """Scopes separated by blanks; what is not a scope is left out, as ACR does."""
    scopes = []
    for word in text.split():
        kind, _, rest = word.partition(":")
        name, _, actions = rest.rpartition(":")
        if kind and name and actions:
            scopes.append(Scope(kind, name, tuple(actions.split(","))))
    return scopes


def permitted(asked: Iterable[Scope], allows: Callable[[RegistryAction], bool]) -> list[Scope]:
    """What of the asked scopes the caller's roles permit."""
    granted = []
    for scope in asked:
        needed = {"*": ("pull",)} if scope == CATALOG else _RIGHTS
        actions = tuple(
            action
            for action in scope.actions
            if action in needed and all(allows(right) for right in needed[action])  # type: ignore[arg-type]  # values are RegistryAction
        )
        if actions:
            granted.append(Scope(scope.type, scope.name, actions))
    return granted
