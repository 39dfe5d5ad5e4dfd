"""What the door needs to know of the rehearsal's core: whose token this is, and what they may do."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

RegistryAction = Literal["pull", "push", "delete", "metadata_write"]


class Principal(Protocol):
    """Somebody in the directory."""

    @property
    def object_id(self) -> str:
        """Entra's object id."""


class Tokens(Protocol):
    """The Entra stand-in (`rehearsal.core.tokens.Tokens`)."""

    def verify(self, token: str, *audiences: str) -> Principal:
        """Whose access token it is. Raises ArmError when it is not valid."""


class Rbac(Protocol):
    """Role assignments (`rehearsal.core.rbac.Rbac`)."""

    def allows(self, principal_id: str, action: RegistryAction, registry_id: str) -> bool:
        """Whether the principal may do that at the registry."""


class TlsFiles(Protocol):
    """Certificate of the rehearsal's own authority for `localhost`."""

    @property
    def certificate(self) -> str:
        """Path of the chain, PEM."""

    @property
    def key(self) -> str:
        """Path of the private key, PEM."""


class Arm(Protocol):
    """The ARM core (`rehearsal.core.arm.Arm`)."""

    def list(self, resource_type: str | None = None) -> Sequence[dict[str, Any]]:
        """Documents of a type."""
