"""A real registry to push to, seen as its pusher."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from rehearsal.distribution.auth import RegistryAuth


@pytest.fixture(scope="session")
def registry(oci_door):
    """`host`, `ca`, `auth(host)` of one who may push, and `received()`: bytes that it took in so far."""
    log = Path(oci_door.state) / "access.log"

    def received():
        lines = map(json.loads, log.read_text().splitlines())
        return sum(line["received"] for line in lines if line["status"] < 400)

    return SimpleNamespace(
        host=oci_door.login_server,
        ca=Path(oci_door.ca),
        auth=lambda host="": RegistryAuth(bearer=oci_door.tokens["pusher"]),
        password=RegistryAuth(
            username="00000000-0000-0000-0000-000000000000", password=oci_door.passwords["pusher"]
        ),
        received=received,
    )
