"""The admin user logs in where ARM says that it may, and nowhere else."""

import ssl

import httpx
import pytest

from rehearsal.core.type_names import REGISTRY
from rehearsal.daemon import authority
from rehearsal.doors.oci.server import OciDoor


@pytest.fixture
def served(rehearsal, tmp_path):
    """The core with a real registry door; a client of a registry with these properties, and its ARM id."""
    tls = authority.load(tmp_path / "tls", tmp_path / "tls" / "trust.pem")
    world = rehearsal.world
    door = OciDoor(rehearsal.arm, world.tokens, world.rbac, tls, tmp_path)
    world.far_ends.register(REGISTRY, door)
    rehearsal.resource_group()
    context, clients = ssl.create_default_context(cafile=tls.authority), []

    def make(**properties):
        found = rehearsal.registry("acmeregistry", **properties)
        server = found["properties"]["loginServer"]
        clients.append(httpx.Client(base_url=f"https://{server}", verify=context))
        return clients[-1], found["id"]

    yield make
    for client in clients:
        client.close()
    door.stop()


def test_with_its_passwords_while_there_is_one(served, rehearsal):
    client, registry = served(adminUserEnabled=True)
    shown = rehearsal.arm.action(registry, "listCredentials")
    for password in shown["passwords"]:
        assert client.get("/v2/", auth=(shown["username"], password["value"])).status_code == 200
    upload = client.post(
        "/v2/a/blobs/uploads/", auth=(shown["username"], shown["passwords"][0]["value"])
    )
    assert upload.status_code == 202
    assert client.get("/v2/", auth=(shown["username"], "guessed")).status_code == 401
    assert client.get("/v2/", auth=("other", shown["passwords"][0]["value"])).status_code == 401
    served(adminUserEnabled=False)
    refused = client.get("/v2/", auth=(shown["username"], shown["passwords"][0]["value"]))
    assert refused.status_code == 401
