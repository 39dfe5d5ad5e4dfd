"""What a program connects a scoring service to, whatever its target: the fields of its Args class beside the options.

`AciServiceArgs` has both; `stacks` fills this from the rest of the stack.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import pulumi

from slipway.rules.names import HOST_NAME, SERVICE_NAME
from slipway.rules.variables import VARIABLES


@dataclass(frozen=True, kw_only=True)
class LogTarget:
    """A Log Analytics workspace that receives the container's output."""

    workspace_id: pulumi.Input[str]
    """GUID of the workspace, not its ARM id."""
    workspace_key: pulumi.Input[str]
    """Its shared key, a secret."""


@dataclass(frozen=True, kw_only=True)
class TlsMaterial:
    """Certificate chain and private key, PEM."""

    certificate: pulumi.Input[str]
    """The certificate chain."""
    key: pulumi.Input[str]
    """The private key: a secret, whether it comes as one or not."""


@dataclass(frozen=True, kw_only=True)
class ServiceWiring:
    """What a service runs, and with which secrets."""

    service_name: Annotated[str, SERVICE_NAME]
    """Name of the service where it runs, unique there: in its resource group, or in its namespace of a cluster."""
    image: pulumi.Input[str]
    """Image by digest, as `ModelImage.ref` gives it. A tag is refused."""
    image_id: pulumi.Input[str]
    """The image's version, `name:version`; shown as a tag, so that a preview says what moves."""
    image_setting: str | None = None
    """Configuration key that names the image, such as `slipway:services.diabetes.image`: a failure says how to set it
    back."""
    built_here: bool = False
    """Whether this program builds the image, so that a builder is there for the start check."""
    registry: pulumi.Input[str]
    """Login server of the image's registry."""
    secret_environment: Annotated[pulumi.Input[Mapping[str, pulumi.Input[str]]], VARIABLES] = field(
        default_factory=dict
    )
    """Secret variables of the container; they reach it as secure values."""
    primary_key: pulumi.Input[str] | None = None
    """Your own key; with `secondary_key` or not at all. Without both, a pair is generated."""
    secondary_key: pulumi.Input[str] | None = None
    """Your own second key."""
    insights_connection_string: pulumi.Input[str] | None = None
    """Application Insights that receives telemetry."""
    tls: TlsMaterial | None = None
    """Certificate to serve https with."""
    cname: Annotated[pulumi.Input[str], HOST_NAME] | None = None
    """The name in the certificate, where it is not the service's own; needs `tls`."""


@dataclass(frozen=True, kw_only=True)
class GroupWiring(ServiceWiring):
    """The same for a service that is a resource of Azure's own, and so in a resource group."""

    location: pulumi.Input[str]
    """Azure region of the service."""
    resource_group: pulumi.Input[str]
    """Name of its resource group."""
    pull_identity: pulumi.Input[str]
    """ARM id of the user-assigned identity that may pull from the registry."""
    logs: LogTarget | None = None
    """Log Analytics workspace that receives the container's output."""
