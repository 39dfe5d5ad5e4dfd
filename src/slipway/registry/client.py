"""The door of this room: the models and images of one registry."""

from functools import lru_cache
from typing import TYPE_CHECKING

from slipway.registry import copying
from slipway.registry.connection import Connection
from slipway.registry.copying import Copied, Progress
from slipway.registry.images import ImageStore
from slipway.registry.models import ModelStore

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential


class RegistryClient:
    """Models and images behind a login server (`acme.azurecr.io`).

    The credential is `cloud.credential.credential()` unless one is given. Nothing is sent before
    the first question.
    """

    def __init__(self, login_server: str, credential: "TokenCredential | None" = None) -> None:
        self._connection = Connection(login_server, credential)
        self.images = ImageStore(self._connection)
        self.models = ModelStore(self._connection, self.images.users)

    @property
    def login_server(self) -> str:
        """The host of the registry."""
        return self._connection.login_server

    def copy_image(
        self, name: str, version: int, target: "RegistryClient", progress: Progress | None = None
    ) -> Copied:
        """Bring an image and its models to another registry, with their digests and numbers.

        What the target has already is left as it is. Raises RegistryError, before anything is sent
        where a number is taken there by other content. May be killed at any point and called again.
        """
        return copying.copy_image(
            self._connection, target._connection, name, version, progress or Progress()
        )


@lru_cache(maxsize=8)
def shared_client(login_server: str) -> RegistryClient:
    """One client per registry for the life of the process, so that its tokens are fetched once."""
    return RegistryClient(login_server)
