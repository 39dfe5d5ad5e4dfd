"""The Secrets of a service: its keys, its secret variables, its certificate.

Keys and certificate have fixed names and are changed in place: the server reads their files again, so nothing restarts.
Variables are read once, as the server starts: a changed one makes a new Secret under a new name, and with it new pods.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import pulumi
import pulumi_kubernetes as kubernetes

from components.aks.labels import labels, metadata
from components.aks.names import AksNames
from components.secret_volumes import Variables
from components.service_wiring import TlsMaterial
from slipway.rules.certificates import as_served

if TYPE_CHECKING:
    from pulumi_kubernetes.core.v1 import Secret

PRIMARY, SECONDARY = "primary", "secondary"
CERTIFICATE, KEY = "tls.crt", "tls.key"


def keys_secret(
    names: AksNames,
    namespace: pulumi.Input[str],
    primary: pulumi.Input[str],
    secondary: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> "Secret":
    """Both keys, one file each."""
    return kubernetes.core.v1.Secret(
        names.part("keys-secret"),
        metadata=metadata(names.keys, names.service, namespace),
        data={PRIMARY: _encoded(primary), SECONDARY: _encoded(secondary)},
        opts=opts,
    )


def variables_secret(
    names: AksNames,
    namespace: pulumi.Input[str],
    variables: Variables,
    opts: pulumi.ResourceOptions,
) -> "Secret | None":
    """One file a variable; none where it is known that there are none."""
    if isinstance(variables, Mapping) and not variables:
        return None
    return kubernetes.core.v1.Secret(
        names.part("variables"),
        # Without a name: the engine gives each content its own, and the old one stays until no pod has it.
        metadata={"namespace": namespace, "labels": labels(names.service)},
        immutable=True,
        data=_files(variables),
        opts=opts,
    )


def certificate_secret(
    names: AksNames,
    namespace: pulumi.Input[str],
    tls: TlsMaterial,
    opts: pulumi.ResourceOptions,
) -> "Secret":
    """Certificate chain and private key, as Gateways and the server read them."""
    key = pulumi.Output.secret(tls.key).apply(as_served)
    return kubernetes.core.v1.Secret(
        names.part("certificate"),
        metadata=metadata(names.certificate, names.service, namespace),
        type="kubernetes.io/tls",
        data={CERTIFICATE: _encoded(tls.certificate), KEY: _encoded(key)},
        opts=opts,
    )


def _files(variables: Variables) -> Variables:
    if isinstance(variables, Mapping):
        return {name: _encoded(value) for name, value in sorted(variables.items())}
    late: pulumi.Output[Any] = pulumi.Output.secret(cast("Any", variables))
    return late.apply(lambda known: {name: _base64(value) for name, value in sorted(known.items())})


def _encoded(value: pulumi.Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.secret(value).apply(_base64)


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
