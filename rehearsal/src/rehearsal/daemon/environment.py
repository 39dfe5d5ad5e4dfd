"""The variables after which `pulumi`, `slipway` and Microsoft's clients talk to the rehearsal."""

import os
import sys
from pathlib import Path

from rehearsal.core.identity import load as load_identity
from rehearsal.daemon.places import Places
from rehearsal.daemon.status import Status

# Fixed, so that the salt in stacks/Pulumi.rehearsal.yaml can be committed and `pulumi stack init`
# leaves the tree as it is. Nothing rests on it: the state folder is its owner's only, and the keys
# in it open services on this machine's loopback interface.
PASSPHRASE = "rehearsal"  # noqa: S105 - public on purpose, see above


def variables(places: Places, status: Status) -> dict[str, str]:
    """Name -> value; PATH begins with the folders of `slipway` and of the Pulumi CLI."""
    identity = load_identity(places.state)
    places.pulumi.mkdir(parents=True, exist_ok=True)
    _write_passphrase(places.passphrase)
    return {
        "PATH": os.pathsep.join([*_tool_folders(places), os.environ.get("PATH", os.defpath)]),
        "PULUMI_DEBUG_PROVIDERS": f"azure-native:{status.azure_native},docker-build:{status.docker_build}",
        "PULUMI_BACKEND_URL": f"file://{places.pulumi}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(places.passphrase),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # What is here is asked instead of them; the engine would all the same fetch the providers of
        # a state that exists, hundreds of megabytes, or try to for seconds where there is no network.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "ARM_METADATA_HOSTNAME": f"https://localhost:{status.arm}",
        "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
        "ARM_TENANT_ID": identity.tenant_id,
        "ARM_SUBSCRIPTION_ID": identity.subscription_id,
        "ARM_CLIENT_ID": identity.client_id,
        "ARM_CLIENT_SECRET": identity.client_secret,
        "SSL_CERT_FILE": str(places.trust),
        "REQUESTS_CA_BUNDLE": str(places.trust),
    }


def _tool_folders(places: Places) -> list[str]:
    own = Path(sys.executable).parent
    built = sorted(places.toolchain.glob("pulumi-*/bin"), key=lambda path: path.stat().st_mtime)
    present = os.environ.get("PATH", "").split(os.pathsep)
    return [folder for folder in map(str, [own, *built[-1:]]) if folder not in present]


def _write_passphrase(path: Path) -> None:
    path.write_text(PASSPHRASE)
    path.chmod(0o600)
