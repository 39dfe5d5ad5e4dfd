"""The rehearsal as a process, as a user starts it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from azure.identity import ClientSecretCredential
from azure.mgmt.resource.resources import ResourceManagementClient

COMMAND = Path(sys.executable).parent / "slipway-rehearsal"


class Machine:
    """A user's machine: state and cache folders of its own."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state" / "slipway" / "rehearsal"
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("ARM_", "SLIPWAY_", "REHEARSAL_"))
            },
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }

    def run(self, *arguments: str, fails: bool = False) -> str:
        done = subprocess.run(
            [COMMAND, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert bool(done.returncode) == fails, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def status(self) -> dict:
        return json.loads(self.run("status", "--json"))

    def variables(self) -> dict:
        return json.loads(self.run("env", "--json"))

    def client(self, kind=ResourceManagementClient):
        given = self.variables()
        url, trust = given["ARM_METADATA_HOSTNAME"], given["SSL_CERT_FILE"]
        credential = ClientSecretCredential(
            given["ARM_TENANT_ID"],
            given["ARM_CLIENT_ID"],
            given["ARM_CLIENT_SECRET"],
            authority=url,
            disable_instance_discovery=True,
            connection_verify=trust,
        )
        return kind(
            credential,
            given["ARM_SUBSCRIPTION_ID"],
            base_url=url,
            credential_scopes=["https://management.azure.com/.default"],
            connection_verify=trust,
            retry_total=0,
        )


@pytest.fixture
def machine(tmp_path):
    found = Machine(tmp_path)
    yield found
    found.run("stop", "--purge", "--yes")


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of its own of 3 MB; needs root."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this root may not mount anything")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
