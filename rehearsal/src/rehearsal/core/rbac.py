"""Who may do what, from role assignments; the rehearsal's own user is Owner of the subscription."""

from collections.abc import Callable
from typing import Literal

from rehearsal.core import ids
from rehearsal.core.azure_times import NONE, AzureTimes
from rehearsal.core.resource import Resource
from rehearsal.core.roles import (
    ACR_DELETE,
    ACR_PULL,
    ACR_PUSH,
    CONTRIBUTOR,
    OWNER,
    READER,
    ROLES,
    Role,
)
from rehearsal.core.store import Store
from rehearsal.core.type_names import REGISTRY, ROLE_ASSIGNMENT

__all__ = ["ACR_DELETE", "ACR_PULL", "ACR_PUSH", "CONTRIBUTOR", "OWNER", "READER", "Rbac"]

RegistryAction = Literal["pull", "push", "delete", "metadata_write"]
# What a registry asks -> the operation of roles on registries, and that of roles on repositories.
_OPERATIONS: dict[RegistryAction, tuple[str, str]] = {
    "pull": ("pull/read", "content/read"),
    "push": ("push/write", "content/write"),
    "delete": ("artifacts/delete", "content/delete"),
    "metadata_write": ("push/write", "metadata/write"),
}


class Rbac:
    """Decides from what is in the store at the moment of asking."""

    def __init__(self, store: Store, owner_object_id: str, times: AzureTimes = NONE) -> None:
        self._store = store
        self._times = times
        self._owner = owner_object_id

    def allows(self, principal_id: str, action: RegistryAction, registry_id: str) -> bool:
        """Whether the principal (object id) may do that at the registry."""
        of_registry, of_repositories = _OPERATIONS[action]
        return self._has(
            principal_id,
            registry_id,
            lambda role: (
                role.permits(f"{REGISTRY}/{of_registry}")
                or role.permits_data(f"{REGISTRY}/repositories/{of_repositories}")
            ),
        )

    def permits(self, principal_id: str, operation: str, scope: str) -> bool:
        """Whether the principal may do that at ARM: `Microsoft.Network/virtualNetworks/write`."""
        return self._has(principal_id, scope, lambda role: role.permits(operation))

    def _has(self, principal_id: str, scope: str, suits: Callable[[Role], bool]) -> bool:
        if principal_id == self._owner:
            return True
        return any(
            (role := _role_of(assignment)) is not None and suits(role)
            for assignment in self._store.list(ROLE_ASSIGNMENT)
            if assignment.properties["principalId"].lower() == principal_id.lower()
            and ids.under(scope, assignment.properties["scope"])
            and self._times.counts(assignment, self._times.role_seconds)
        )


def _role_of(assignment: Resource) -> Role | None:
    return ROLES.get(assignment.properties["roleDefinitionId"].rsplit("/", 1)[-1].lower())
