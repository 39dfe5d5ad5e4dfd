"""Who the caller is: the azure-native provider's variables first, then what the machine offers."""

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.cloud.environment import discover
from slipway.cloud.errors import CloudError, SignInError

if TYPE_CHECKING:
    from collections.abc import Callable

    from azure.core.credentials import TokenCredential

_AZ_SECONDS = 30


def credential() -> "TokenCredential":
    """The caller's credential. Raises CloudError when the variables are contradictory or incomplete.

    In this order: client secret, client certificate, OIDC, managed identity, `DefaultAzureCredential`
    (environment, workload identity, `az login` and the rest of its chain).
    """
    if _get("ARM_CLIENT_SECRET"):
        return _client_secret()
    if _get("ARM_CLIENT_CERTIFICATE_PATH"):
        return _client_certificate()
    if _flag("ARM_USE_OIDC"):
        return _oidc()
    if _flag("ARM_USE_MSI"):
        from azure.identity import ManagedIdentityCredential

        return ManagedIdentityCredential(client_id=_get("ARM_CLIENT_ID"))
    from azure.identity import DefaultAzureCredential

    return DefaultAzureCredential(authority=discover().authority)


def subscription_id() -> str:
    """`ARM_SUBSCRIPTION_ID`, else the subscription that `az login` chose. Raises CloudError."""
    given = _get("ARM_SUBSCRIPTION_ID") or _get("AZURE_SUBSCRIPTION_ID")
    if given:
        return given
    command = ["az", "account", "show", "--query", "id", "--output", "tsv"]
    try:
        found = subprocess.run(
            command, capture_output=True, text=True, timeout=_AZ_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        raise SignInError(
            "No subscription is chosen: set ARM_SUBSCRIPTION_ID, or run `az login`."
        ) from None
    return found.stdout.strip()


def _client_secret() -> "TokenCredential":
    from azure.identity import ClientSecretCredential

    return ClientSecretCredential(
        _required("ARM_TENANT_ID"),
        _required("ARM_CLIENT_ID"),
        _required("ARM_CLIENT_SECRET"),
        authority=discover().authority,
        disable_instance_discovery=_flag("ARM_DISABLE_INSTANCE_DISCOVERY"),
    )


def _client_certificate() -> "TokenCredential":
    from azure.identity import CertificateCredential

    return CertificateCredential(
        _required("ARM_TENANT_ID"),
        _required("ARM_CLIENT_ID"),
        _required("ARM_CLIENT_CERTIFICATE_PATH"),
        password=_get("ARM_CLIENT_CERTIFICATE_PASSWORD"),
        authority=discover().authority,
        disable_instance_discovery=_flag("ARM_DISABLE_INSTANCE_DISCOVERY"),
    )


def _oidc() -> "TokenCredential":
    from azure.identity import ClientAssertionCredential

    return ClientAssertionCredential(
        _required("ARM_TENANT_ID"),
        _required("ARM_CLIENT_ID"),
        _oidc_token(),
        authority=discover().authority,
        disable_instance_discovery=_flag("ARM_DISABLE_INSTANCE_DISCOVERY"),
    )


def _oidc_token() -> "Callable[[], str]":
    """Where the identity token comes from: a variable, a file, or the CI system's token service."""
    token = _get("ARM_OIDC_TOKEN")
    if token:
        return lambda: token
    path = _get("ARM_OIDC_TOKEN_FILE_PATH")
    if path:
        return lambda: Path(path).read_text(encoding="utf-8").strip()
    url = _get("ARM_OIDC_REQUEST_URL") or _get("ACTIONS_ID_TOKEN_REQUEST_URL")
    bearer = _get("ARM_OIDC_REQUEST_TOKEN") or _get("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if url and bearer:
        return lambda: _requested_token(url, bearer)
    raise CloudError(
        "ARM_USE_OIDC is set, but no identity token: set ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH, "
        "or ARM_OIDC_REQUEST_URL with ARM_OIDC_REQUEST_TOKEN."
    )


def _requested_token(url: str, bearer: str) -> str:
    import json
    import urllib.request

    if not url.startswith("https://"):
        raise CloudError("ARM_OIDC_REQUEST_URL must begin with https://, as it is sent a token.")
    separator = "&" if "?" in url else "?"
    request = urllib.request.Request(  # noqa: S310 - https, above
        f"{url}{separator}audience=api://AzureADTokenExchange",
        headers={"Authorization": f"Bearer {bearer}"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - https, above
        return str(json.loads(response.read(64 * 1024))["value"])


def _get(name: str) -> str | None:
    return os.environ.get(name) or None


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true")


def _required(name: str) -> str:
    value = _get(name)
    if value is None:
        raise CloudError(f"{name} is not set, but the other ARM_ variables need it.")
    return value
