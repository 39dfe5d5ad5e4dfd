"""The ARM endpoint over a core that only remembers, and Microsoft's clients for it."""

import json
import ssl
import urllib.request

import pytest
from azure.identity import ClientSecretCredential

from rehearsal.daemon import authority
from rehearsal.doors.arm_http.server import ArmDoor


class Azure:
    """The endpoint, and clients for it."""

    def __init__(self, rehearsal, state_dir) -> None:
        self.rehearsal = rehearsal
        self.files = authority.load(state_dir / "tls", state_dir / "tls" / "trust.pem")
        self.door = ArmDoor(rehearsal.arm, self.files)
        self.url = f"https://localhost:{self.door.start()}"

    def credential(self, **changes):
        me = self.rehearsal.world.identity
        given = {
            "tenant_id": me.tenant_id,
            "client_id": me.client_id,
            "client_secret": me.client_secret,
            **changes,
        }
        return ClientSecretCredential(
            **given,
            authority=self.url,
            disable_instance_discovery=True,
            connection_verify=self.files.authority,
        )

    def client(self, kind, credential=None):
        return kind(
            credential or self.credential(),
            self.rehearsal.world.identity.subscription_id,
            base_url=self.url,
            credential_scopes=["https://management.azure.com/.default"],
            connection_verify=self.files.authority,
            polling_interval=0.05,
        )

    def raw(self, method, path, token=None, body=None):
        request = urllib.request.Request(self.url + path, method=method, data=body)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        context = ssl.create_default_context(cafile=self.files.authority)
        with urllib.request.urlopen(request, context=context, timeout=10) as response:
            return json.loads(response.read() or b"null")


@pytest.fixture
def endpoint(rehearsal, tmp_path):
    found = Azure(rehearsal, tmp_path)
    yield found
    found.door.stop()
