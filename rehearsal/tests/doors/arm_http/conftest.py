"""The ARM endpoint over a core that only remembers, and Microsoft's clients for it."""

import json
import ssl
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
from azure.identity import ClientSecretCredential
from azure.mgmt.containerinstance import ContainerInstanceManagementClient

from rehearsal.daemon import authority
from rehearsal.doors.arm_http.server import ArmDoor
from rehearsal.runtimes.process.runtime import ProcessRuntime


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


class PullingRuntime(ProcessRuntime):
    """Pulls from the registry of the tests, where the core's identities are not known."""

    token = ""

    def start(self, group):
        super().start(replace(group, registry_token=lambda _: self.token))


@pytest.fixture
def run(endpoint, oci_door, tmp_path):
    """Creates a group that runs the image; the client and the group's name come back."""
    runtime = PullingRuntime(tmp_path / "run", tmp_path / "cache", Path(oci_door.ca), back_off=0.05)
    runtime.token = oci_door.tokens["puller"]
    endpoint.rehearsal.world.runtime = runtime
    client = endpoint.client(ContainerInstanceManagementClient)

    def make(image, policy="Always"):
        body = endpoint.rehearsal.pulling_group()
        body["properties"]["restartPolicy"] = policy
        body["properties"]["containers"][0]["properties"]["image"] = image
        # What becomes of it is what the tests ask.
        endpoint.rehearsal.arm.begin_put(
            endpoint.rehearsal.container_group_id(), body, "2023-05-01"
        ).finish()
        return client

    yield make
    runtime.recover(())
