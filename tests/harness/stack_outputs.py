"""Exports of a stack as `pulumi stack output --json` prints them, for tests of what reads them."""

from typing import Any


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
