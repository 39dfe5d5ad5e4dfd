"""The services of a stack: each is wired to its image, the workspace and its secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components.service_wiring import GroupWiring, TlsMaterial
from slipway import outputs
from stacks.configuration import Secrets
from stacks.images import Image, Images
from stacks.refusals import in_settings
from stacks.settings.problems import SettingsError, below
from stacks.settings.service import GroupSettings, ServiceCluster, ServiceSettings, Surroundings
from stacks.settings.stack import KEYS, Settings
from stacks.settings.targets import TARGETS
from stacks.workspace import StackWorkspace


@dataclass(frozen=True)
class Services:
    """What all services of a stack are wired to."""

    settings: Settings
    workspace: StackWorkspace
    images: Images
    secrets: Secrets
    cluster: ServiceCluster | None = None

    def export(self) -> dict[str, Any]:
        """Declare all of them; what the stack exports of each."""
        return {name: self._declared(name, each) for name, each in self.settings.services.items()}

    def _declared(self, name: str, service: ServiceSettings) -> dict[str, Any]:
        image = self.images.get(service.image)
        around = Surroundings(owner=self.workspace.owner, cluster=self.cluster)
        with in_settings(below(KEYS["services"], name)):
            declared = TARGETS[service.target].declare(
                name, service, self._wiring(name, service, image), around
            )
        return outputs.exported_service(
            service.target,
            image=image.id,
            image_ref=image.ref,
            auth=service.arguments()["auth"],
            **declared,
        )

    def _wiring(self, name: str, service: ServiceSettings, image: Image) -> GroupWiring:
        keys, tls = service.keys, service.tls
        return GroupWiring(
            service_name=service.name or name,
            location=self.settings.location,
            resource_group=self.workspace.service_group,
            image=image.ref,
            image_id=image.id,
            image_setting=f"{KEYS['services']}.{name}.image",
            built_here=image.built_here,
            registry=self.workspace.login_server,
            pull_identity=self.workspace.pull_identity,
            secret_environment=self._variables(service.secret_environment),
            primary_key=self.secrets[keys.primary_secret] if keys else None,
            secondary_key=self.secrets[keys.secondary_secret] if keys else None,
            logs=self.workspace.logs if _sends_logs(service) else None,
            insights_connection_string=self._insights(name, image)
            if service.app_insights
            else None,
            tls=TlsMaterial(
                certificate=tls.certificate_file.read_text(), key=self.secrets[tls.key_secret]
            )
            if tls
            else None,
            cname=tls.cname if tls else None,
        )

    def _variables(self, names: Mapping[str, str]) -> dict[str, pulumi.Input[str]]:
        return {variable: self.secrets[name] for variable, name in names.items()}

    def _insights(self, service: str, image: Image) -> pulumi.Output[str]:
        """What a used workspace and an image of the registry have shows only when they are looked up."""
        return pulumi.Output.all(
            self.workspace.insights, image.application_insights, image.id
        ).apply(lambda found: _require_telemetry(service, *found))


def _sends_logs(service: ServiceSettings) -> bool:
    return isinstance(service, GroupSettings) and service.logs


def _require_telemetry(service: str, connection: str, can_send: bool, image: str) -> str:
    """The connection string. Raises `SettingsError`."""
    key = f"{KEYS['services']}.{service}.appInsights"
    if not connection:
        raise SettingsError(
            {
                key: "has no effect: the workspace has no Application Insights; "
                f"set {KEYS['workspace']}.applicationInsights: true in the stack that creates it"
            }
        )
    if not can_send:
        name = image.partition(":")[0]
        raise SettingsError(
            {
                key: f"needs packages that {image} was built without: set {KEYS['images']}.{name}."
                "applicationInsights: true in the stack that builds it, and name the version that comes of that"
            }
        )
    return connection
