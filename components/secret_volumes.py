"""The secrets of a container group, as volumes in memory that Azure never shows again: variables, and TLS.

They are volumes and no secure variables: azure-native hides a whole list where one value of it is secret, and the list
of containers says which image runs.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pulumi

from components.service_wiring import TlsMaterial
from slipway.rules.certificates import as_served
from slipway.rules.scoring_container import SECRETS, SECRETS_FOLDER

if TYPE_CHECKING:
    from pulumi_azure_native import containerinstance as aci

Value = TypeVar("Value")
Variables = pulumi.Input[Mapping[str, pulumi.Input[str]]]
Whether = bool | pulumi.Output[bool]

_VARIABLES = "secret-variables"
_TLS = "tls-files"
_TLS_FOLDER = "/var/slipway/tls"
_CERTIFICATE, _KEY = "certificate.pem", "key.pem"


def flags(*, tls: bool, variables: bool) -> list[str]:
    """What the server's command says of them."""
    found: list[str] = list(SECRETS) if variables else []
    if tls:
        found += [
            "--tls-cert",
            f"{_TLS_FOLDER}/{_CERTIFICATE}",
            "--tls-key",
            f"{_TLS_FOLDER}/{_KEY}",
        ]
    return found


def mounts(*, tls: bool, variables: bool) -> "list[aci.VolumeMountArgsDict] | None":
    """Where the container has them."""
    found = {_VARIABLES: SECRETS_FOLDER} if variables else {}
    found |= {_TLS: _TLS_FOLDER} if tls else {}
    return [
        {"name": name, "mount_path": path, "read_only": True} for name, path in found.items()
    ] or None


def volumes(
    tls: TlsMaterial | None, secret: Variables
) -> "pulumi.Input[list[aci.VolumeArgsDict] | None]":
    """The group's volumes."""
    files = _variable_files(secret)
    return depending(is_some(secret), lambda some: _listed(tls, files if some else None))


def is_some(secret: Variables) -> Whether:
    """Whether there are secret variables; that is no secret, and known late where their names are."""
    if isinstance(secret, Mapping):
        return bool(secret)
    late: pulumi.Output[Any] = pulumi.Output.from_input(cast("Any", secret))
    return pulumi.Output.unsecret(late).apply(bool)


def depending(whether: Whether, make: Callable[[bool], Value]) -> Value | pulumi.Output[Value]:
    """What is made of a fact that may be known late."""
    return make(whether) if isinstance(whether, bool) else whether.apply(make)


def _listed(
    tls: TlsMaterial | None, variables: "pulumi.Input[Mapping[str, pulumi.Input[str]]] | None"
) -> "list[aci.VolumeArgsDict] | None":
    found: list[aci.VolumeArgsDict] = []
    if variables is not None:
        found.append({"name": _VARIABLES, "secret": variables})
    if tls is not None:
        certificate = pulumi.Output.from_input(tls.certificate).apply(_base64)
        key = pulumi.Output.secret(tls.key).apply(as_served).apply(_base64)
        found.append({"name": _TLS, "secret": {_CERTIFICATE: certificate, _KEY: key}})
    return found or None


def _variable_files(secret: Variables) -> Variables:
    """One file a variable."""
    if isinstance(secret, Mapping):
        return {
            name: pulumi.Output.secret(value).apply(_base64)
            for name, value in sorted(secret.items())
        }
    late: pulumi.Output[Any] = pulumi.Output.secret(cast("Any", secret))
    return late.apply(lambda known: {name: _base64(value) for name, value in sorted(known.items())})


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
