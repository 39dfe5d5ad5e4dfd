"""Which Azure this is: the public one, a sovereign one, or one that describes itself.

Reads the variables of the azure-native provider: `ARM_METADATA_HOSTNAME` names a host whose
`/metadata/endpoints` tells all; without it `ARM_ENVIRONMENT` chooses among the known clouds.
"""

import json
import os
import ssl
import urllib.request
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from slipway.cloud.errors import CloudError

METADATA_API_VERSION = "2022-09-01"
_TIMEOUT_SECONDS = 10
_MAX_METADATA_BYTES = 1024 * 1024
_ACR_AUDIENCE = "https://containerregistry.azure.net"


@dataclass(frozen=True)
class CloudEnvironment:
    """One Azure. All but the name are URLs without a trailing slash."""

    name: str
    resource_manager: str
    """Where ARM answers."""
    authority: str
    """Where Entra gives out tokens."""
    audience: str
    """What tokens for ARM are asked for (`<audience>/.default`)."""
    acr_audience: str
    """What tokens for container registries are asked for."""


# The clouds without ACR's own audience take tokens for ARM (azure-containerregistry's reference).
_KNOWN = {
    "public": CloudEnvironment(
        "public",
        "https://management.azure.com",
        "https://login.microsoftonline.com",
        "https://management.azure.com",
        _ACR_AUDIENCE,
    ),
    "usgovernment": CloudEnvironment(
        "usgovernment",
        "https://management.usgovcloudapi.net",
        "https://login.microsoftonline.us",
        "https://management.usgovcloudapi.net",
        "https://management.usgovcloudapi.net",
    ),
    "china": CloudEnvironment(
        "china",
        "https://management.chinacloudapi.cn",
        "https://login.chinacloudapi.cn",
        "https://management.chinacloudapi.cn",
        "https://management.chinacloudapi.cn",
    ),
}


def discover() -> CloudEnvironment:
    """The Azure that the environment names. Raises CloudError."""
    host = os.environ.get("ARM_METADATA_HOSTNAME")
    if host:
        return _described(host)
    name = os.environ.get("ARM_ENVIRONMENT") or "public"
    if name not in _KNOWN:
        raise CloudError(
            f"ARM_ENVIRONMENT must be one of {', '.join(_KNOWN)}, got {name!r}; a cloud of another "
            "name is reached by ARM_METADATA_HOSTNAME."
        )
    return _KNOWN[name]


@lru_cache(maxsize=8)
def _described(host: str) -> CloudEnvironment:
    body = _metadata(host)
    try:
        audience = body["authentication"]["audiences"][0].rstrip("/")
        return CloudEnvironment(
            name=body["name"],
            resource_manager=body["resourceManager"].rstrip("/"),
            authority=body["authentication"]["loginEndpoint"].rstrip("/"),
            audience=audience,
            acr_audience=_ACR_AUDIENCE if body["name"] == "AzureCloud" else audience,
        )
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise CloudError(
            f"ARM_METADATA_HOSTNAME ({host}) answered without the endpoints of a cloud "
            f"({error!r} is missing): check the host name."
        ) from error


def _metadata(host: str) -> dict[str, Any]:
    """What the host says of its cloud; always over TLS, as tokens will be sent to where it points."""
    url = f"https://{host.removeprefix('https://').rstrip('/')}/metadata/endpoints"
    request = urllib.request.Request(f"{url}?api-version={METADATA_API_VERSION}")  # noqa: S310 - https, above
    context = ssl.create_default_context()
    try:
        with urllib.request.urlopen(  # noqa: S310 - https, above
            request, timeout=_TIMEOUT_SECONDS, context=context
        ) as response:
            content = json.loads(response.read(_MAX_METADATA_BYTES))
    except (OSError, ValueError) as error:
        raise CloudError(
            f"ARM_METADATA_HOSTNAME ({host}) does not answer ({error}): is it running, and does "
            "SSL_CERT_FILE name its authority?"
        ) from error
    if isinstance(content, list):  # the older form lists all clouds the host knows
        content = content[0] if content else {}
    return dict(content)
