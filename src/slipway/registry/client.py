"""The door of this room: the models and images of one registry."""

from functools import lru_cache
from typing import TYPE_CHECKING

from slipway.registry.connection import Connection
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
        connection = Connection(login_server, credential)
        self.images = ImageStore(connection)
        self.models = ModelStore(connection, self.images.users)


@lru_cache(maxsize=8)
def shared_client(login_server: str) -> RegistryClient:
    """One client per registry for the life of the process, so that its tokens are fetched once."""
    return RegistryClient(login_server)
