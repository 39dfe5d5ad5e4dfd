"""Ids of models and images: `<login server>/<name>`, and with `:<version>` behind it where one is imported."""

from dataclasses import dataclass

from slipway.provider.errors import Refused
from slipway.provider.handler import Properties
from slipway.rules.references import is_version


@dataclass(frozen=True)
class Place:
    """A version in a registry; None is the newest."""

    login_server: str
    name: str
    version: int | None

    @property
    def id(self) -> str:
        """The resource's id, which stays when its version moves on."""
        return f"{self.login_server}/{self.name}"


def parse_id(id_: str, state: Properties, noun: str) -> Place:
    """Which version a resource is at: from its state, or for an import from the id. Raises Refused."""
    if state:
        return Place(state["login_server"], state[f"{noun}_name"], state["version"])
    server, _, numbered = id_.rpartition("/")
    name, colon, version = numbered.partition(":")
    if not server or not name or (colon and not is_version(version)):
        raise Refused(
            f"The id of {'an' if noun == 'image' else 'a'} {noun} to import must be <login server>/<{noun}>:<version>, "
            f"such as acme.azurecr.io/diabetes:3, got {id_!r}."
        )
    return Place(server, name, int(version) if version else None)
