"""What the settings of every service have, whatever its target."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar

import pulumi
from pydantic import Field
from pydantic.alias_generators import to_camel

from components.cluster_wiring import ClusterWiring
from components.service_options import ServiceOptions
from components.service_wiring import GroupWiring
from slipway.rules.names import HOST_NAME, SECRET_NAME, SERVICE_NAME
from slipway.rules.variables import VARIABLES
from stacks.settings.files import Certificate
from stacks.settings.references import ImageChoice
from stacks.settings.section import Section
from stacks.settings.texts import Text

Owner = tuple[str, ...]
"""What tells a service from services of its name elsewhere: the workspace's base name, and the stack
where many stacks share the workspace."""


@dataclass(frozen=True, kw_only=True)
class ServiceCluster:
    """What services need of the cluster that their stack makes or uses."""

    wiring: ClusterWiring
    """How it is reached."""
    provider: pulumi.ProviderResource
    """For all that the stack has in it."""
    made: pulumi.Resource | None = None
    """It itself, where this stack makes it: what is in it goes with it."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a stack has around its services."""

    owner: pulumi.Output[Owner]
    cluster: ServiceCluster | None = None


Exports = Mapping[str, Any]
"""What a stack exports of a service beside what it says itself: its `name`, where it is reached, and the fields of
its target's own (`slipway.outputs.SERVICES`)."""

SecretName = Annotated[Text, SECRET_NAME]


class TlsSettings(Section):
    """Serve https with your own certificate."""

    certificate_file: Certificate = Field(description="Certificate chain, PEM.")
    key_secret: SecretName = Field(
        description="Name in `slipway:secrets` of the certificate's private key, PEM."
    )
    cname: Annotated[Text, HOST_NAME] | None = Field(
        default=None,
        description="Name in the certificate, where it is not the service's own; you set its DNS.",
    )


class KeysSettings(Section):
    """Your own pair of keys, instead of a generated one; needs `auth`."""

    primary_secret: SecretName = Field(
        description="Name in `slipway:secrets` of the primary key; give both keys or neither."
    )
    secondary_secret: SecretName = Field(
        description="Name in `slipway:secrets` of the secondary key; give both keys or neither."
    )


class ServiceSettings(Section):
    """A service: an image that runs on a target."""

    options: ClassVar[type[ServiceOptions]] = ServiceOptions

    target: str = Field(description="Where the service runs.")
    image: ImageChoice = Field(
        description="Image that the service runs: name:version such as diabetes-image:7, or name:latest "
        "for the one that this stack builds, else the newest in the registry."
    )
    name: Annotated[Text, SERVICE_NAME] | None = Field(
        default=None, description="Name of the service in Azure; by default the one it has here."
    )
    app_insights: bool = Field(
        default=False,
        description="Send telemetry to the workspace's Application Insights, which it must have. An image "
        "that this stack builds gets the packages for it; another must have been built with them.",
    )
    secret_environment: Annotated[Mapping[str, SecretName], VARIABLES] = Field(
        default={},
        description="Secret variables of the container: variable to name in `slipway:secrets`.",
    )
    keys: KeysSettings | None = Field(
        default=None, description="Your own pair of keys instead of a generated one; needs auth."
    )
    tls: TlsSettings | None = Field(
        default=None, description="Serve https with your own certificate."
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Where, below this section, and what is wrong with its settings together."""
        knobs = self.options(**self.arguments())
        for field, why in knobs.conflicts(to_camel).items():
            yield ".".join(map(to_camel, field.split("."))), why


class GroupSettings(ServiceSettings):
    """A service that is a resource of Azure's own, and sends its output to the workspace itself."""

    logs: bool = Field(default=True, description="Send the container's output to Log Analytics.")


def wired(arguments: type[Any], wiring: GroupWiring) -> dict[str, Any]:
    """What a component takes of what a stack wires its services to."""
    taken = {field.name for field in fields(arguments)}
    return {name: value for name, value in vars(wiring).items() if name in taken}


_REFERRING: Mapping[str, type[Section]] = {"keys": KeysSettings, "tls": TlsSettings}


def secret_references(service: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where, in a service's settings as they were given, secrets are referred to, and their names."""
    for variable, name in _entries(service, "secretEnvironment"):
        if isinstance(name, str):
            yield ("secretEnvironment", variable), name
    for section, model in _REFERRING.items():
        fields = {
            field.alias for field in model.model_fields.values() if SECRET_NAME in field.metadata
        }
        for field, name in _entries(service, section):
            if field in fields and isinstance(name, str):
                yield (section, field), name


def _entries(service: Any, section: str) -> Iterable[tuple[str, Any]]:
    found = service.get(section) if isinstance(service, Mapping) else None
    return found.items() if isinstance(found, Mapping) else ()
