"""Who may do what, from role assignments; the rehearsal's own user is Owner of the subscription."""

from typing import Literal

from rehearsal.core import ids
from rehearsal.core.resource import Resource
from rehearsal.core.store import Store
from rehearsal.core.type_names import ROLE_ASSIGNMENT

RegistryAction = Literal["pull", "push", "delete", "metadata_write"]

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
ACR_PUSH = "8311e382-0749-4cb8-b61a-304f252e45ec"
ACR_DELETE = "c2f4ef07-c644-48eb-af81-4b1b4947fb11"
_EVERYTHING = frozenset({"pull", "push", "delete", "metadata_write", "read", "write"})

ROLES: dict[str, tuple[str, frozenset[str]]] = {
    OWNER: ("Owner", _EVERYTHING),
    CONTRIBUTOR: ("Contributor", _EVERYTHING),
    READER: ("Reader", frozenset({"pull", "read"})),
    ACR_PULL: ("AcrPull", frozenset({"pull"})),
    ACR_PUSH: ("AcrPush", frozenset({"pull", "push", "metadata_write"})),
    ACR_DELETE: ("AcrDelete", frozenset({"delete"})),
    "b93aa761-3e63-49ed-ac28-beffa264f7ac": (
        "Container Registry Repository Reader",
        frozenset({"pull"}),
    ),
    "2a1e307c-b015-4ebd-883e-5b7698a07328": (
        "Container Registry Repository Writer",
        frozenset({"pull", "push", "metadata_write"}),
    ),
    "4633458b-17de-408a-b874-0445c86b69e6": ("Key Vault Secrets User", frozenset()),
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": ("Storage Blob Data Contributor", frozenset()),
    "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": ("Storage Blob Data Reader", frozenset()),
    "4d97b98b-1d4f-4787-a291-c67834d212e7": ("Network Contributor", frozenset()),
    "4fc6c259-987e-4a07-842e-c321cc9d413f": ("IoT Hub Data Contributor", frozenset()),
    "3913510d-42f4-4e42-8a64-420c390055eb": ("Monitoring Metrics Publisher", frozenset()),
}


class Rbac:
    """Decides from what is in the store at the moment of asking."""

    def __init__(self, store: Store, owner_object_id: str) -> None:
        self._store = store
        self._owner = owner_object_id

    def allows(self, principal_id: str, action: RegistryAction, registry_id: str) -> bool:
        """Whether the principal (object id) may do that at the registry."""
        return self._permits(principal_id, action, registry_id)

    def may_read(self, principal_id: str, resource_id: str) -> bool:
        """Whether the principal may read at ARM."""
        return self._permits(principal_id, "read", resource_id)

    def may_write(self, principal_id: str, resource_id: str) -> bool:
        """Whether the principal may create, change, delete and act at ARM."""
        return self._permits(principal_id, "write", resource_id)

    def _permits(self, principal_id: str, action: str, resource_id: str) -> bool:
        if principal_id == self._owner:
            return True
        return any(
            action in granted(assignment)
            for assignment in self._store.list(ROLE_ASSIGNMENT)
            if assignment.properties["principalId"].lower() == principal_id.lower()
            and ids.under(resource_id, assignment.properties["scope"])
        )


def granted(assignment: Resource) -> frozenset[str]:
    """What a role assignment's role permits."""
    role = assignment.properties["roleDefinitionId"].rsplit("/", 1)[-1].lower()
    return ROLES[role][1] if role in ROLES else frozenset()
