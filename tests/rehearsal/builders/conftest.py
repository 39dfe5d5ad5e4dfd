"""A real registry (the OCI door) with one registry resource, and a user who may push and pull."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import trustme

from rehearsal.core import identity
from rehearsal.core.tokens import ACR_AUDIENCE, Tokens
from rehearsal.distribution.auth import RegistryAuth
from rehearsal.doors.oci.server import OciDoor

REGISTRY_ID = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/acr"
)


class _Arm:
    def list(self, resource_type=None):
        return [{"name": "acr", "id": REGISTRY_ID}]


class _Rbac:
    def __init__(self, tokens):
        self._tokens = tokens

    def allows(self, principal_id, action, registry_id):
        return principal_id == self._tokens.user.object_id


def make_registry(folder: Path):
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost")
    leaf.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    tls = SimpleNamespace(certificate=str(folder / "server.pem"), key=str(folder / "server.pem"))
    tokens = Tokens(identity.load(folder))
    door = OciDoor(_Arm(), tokens, _Rbac(tokens), tls, folder)
    door.open_registry("acr", 0)
    return SimpleNamespace(
        door=door,
        host=f"localhost:{door.port('acr')}",
        ca=folder / "ca.pem",
        tokens=tokens,
        token=lambda host="": tokens.issue(tokens.user.object_id, ACR_AUDIENCE),
        auth=lambda host="": RegistryAuth(bearer=tokens.issue(tokens.user.object_id, ACR_AUDIENCE)),
        received=lambda: sum(door.bytes_received("acr").values()),
    )


@pytest.fixture(scope="session")
def registry(tmp_path_factory):
    made = make_registry(tmp_path_factory.mktemp("registry"))
    yield made
    made.door.stop()
