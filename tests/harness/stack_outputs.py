"""Exports of a stack as `pulumi stack output --json` prints them, for tests of what reads them."""

import json
from typing import Any

STACK = "pulumi:pulumi:Stack"
# How a secret is marked in a stack's state.
_SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def workspace(login_server: str = "reg.azurecr.io") -> dict[str, Any]:
    """A stack's workspace."""
    return {
        "name": "acme",
        "id": "/subscriptions/0/resourceGroups/acme",
        "resourceGroup": "acme",
        "location": "westeurope",
        "loginServer": login_server,
        "registryId": "/r",
        "pullIdentityId": "/i",
    }


def service(name: str, **changes: Any) -> dict[str, Any]:
    """One of a stack's services."""
    return {
        "target": "aci",
        "name": f"{name}-dev",
        "resourceGroup": "slipway-dev",
        "image": f"{name}-image:7",
        "imageRef": f"reg.azurecr.io/images/{name}-image@sha256:0",
        "scoringUri": f"http://{name}.example.net:5001/score",
        "swaggerUri": f"http://{name}.example.net:5001/swagger.json",
        "auth": False,
        **changes,
    }


def exported(outputs: dict[str, Any], *resources: dict[str, Any]) -> dict[str, Any]:
    """A state whose stack exports these."""
    root = {"urn": "urn:pulumi:dev::slipway::pulumi:pulumi:Stack::slipway-dev"}
    return {"deployment": {"resources": [root | {"type": STACK, "outputs": outputs}, *resources]}}


def secret(text: str) -> dict[str, str]:
    """As `--show-secrets` prints it."""
    return {**_SIGNATURE, "plaintext": json.dumps(text)}
