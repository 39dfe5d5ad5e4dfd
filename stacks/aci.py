"""A model on Azure Container Instances, in one of three ways.

From a model file (register, build, deploy), from a registered model (build, deploy), or from a
finished image (deploy); the configuration's `slipway:model` and `slipway:image` say which.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

import pulumi

from components.aci_service import AciService, AciServiceArgs, LogTarget
from components.model_image import ModelImage, ModelImageArgs
from components.naming import physical_name
from components.registered_model import RegisteredModel, RegisteredModelArgs
from components.scoring_container import TlsMaterial
from components.workspace import Workspace, WorkspaceArgs
from slipway.resources.image_lookup import ImageLookup, ImageLookupArgs
from stacks.configuration import Secrets
from stacks.problems import SettingsError
from stacks.settings import ModelSettings, Settings


class _Image(NamedTuple):
    """The image that the service runs."""

    id: pulumi.Output[str]
    ref: pulumi.Output[str]


def deploy(settings: Settings, secrets: Secrets) -> Mapping[str, pulumi.Input[object]]:
    """Declare the stack and return what it exports."""
    workspace = _workspace(settings)
    model = _model(settings.model, workspace) if settings.model else None
    built = _build(settings, workspace, model) if model else None
    image = _chosen(settings, workspace, built)
    service = _service(settings, secrets, workspace, image)
    return {
        **({"model_id": model.model_id} if model else {}),
        "image_id": image.id,
        "image_ref": image.ref,
        "scoring_uri": service.scoring_uri,
        "swagger_uri": service.swagger_uri,
        "service_name": service.service_name,
        "login_server": workspace.login_server,
        "resource_group": workspace.resource_group_name,
        **(
            {"primary_key": service.primary_key, "secondary_key": service.secondary_key}
            if settings.service.auth
            else {}
        ),
    }


def _base_name(settings: Settings) -> str:
    return physical_name(settings.workspace.name, pulumi.get_stack())


def _workspace(settings: Settings) -> Workspace:
    return Workspace(
        "workspace",
        WorkspaceArgs(
            location=settings.location,
            base_name=_base_name(settings),
            registry_sku=settings.workspace.registry_sku,
            protect_registry=settings.workspace.protect_registry,
            log_retention_days=settings.workspace.log_retention_days,
            application_insights=settings.service.app_insights,
            tags=settings.workspace.tags or None,
        ),
    )


def _model(model: ModelSettings, workspace: Workspace) -> RegisteredModel:
    if model.path is None:
        return _existing(model.name, model.name, model.version or 0, workspace)
    return RegisteredModel(
        model.name,
        RegisteredModelArgs(
            login_server=workspace.login_server,
            model_name=model.name,
            path=model.path,
            tags=model.tags,
            properties=model.properties,
            description=model.description,
            framework=model.framework,
            framework_version=model.framework_version,
        ),
    )


def _registered(model_id: str, workspace: Workspace) -> RegisteredModel:
    name, _, number = model_id.rpartition(":")
    return _existing(model_id, name, int(number), workspace)


def _existing(
    resource_name: str, model_name: str, version: int, workspace: Workspace
) -> RegisteredModel:
    args = RegisteredModelArgs(
        login_server=workspace.login_server, model_name=model_name, version=version
    )
    return RegisteredModel(resource_name, args)


def _build(settings: Settings, workspace: Workspace, model: RegisteredModel) -> ModelImage:
    # Image names are stricter than model names: lower case, at most 32 characters.
    name = settings.scoring.image_name or physical_name(model.name, "image", limit=32)
    return ModelImage(
        name,
        ModelImageArgs(
            login_server=workspace.login_server,
            image_name=name,
            models=[
                each.artifact
                for each in (
                    model,
                    *(_registered(other, workspace) for other in settings.scoring.other_models),
                )
            ],
            entry_script=settings.scoring.entry_script,
            source_directory=settings.scoring.source_directory,
            conda_file=settings.scoring.conda_file,
            base_image=settings.scoring.base_image,
        ),
    )


def _chosen(settings: Settings, workspace: Workspace, built: ModelImage | None) -> _Image:
    """The image that the configuration names: a new one never runs by itself."""
    name = settings.image.name
    if name is None and built is not None:
        return _Image(built.image_id, built.ref)
    found = ImageLookup(
        "image",
        ImageLookupArgs(
            login_server=workspace.login_server,
            image_name=name or "",
            version=settings.image.version or 0,
        ),
        # The number may be the one that this very update builds.
        pulumi.ResourceOptions(depends_on=[built] if built else []),
    )
    return _Image(found.image_id, found.ref)


def _service(
    settings: Settings, secrets: Secrets, workspace: Workspace, image: _Image
) -> AciService:
    wanted = settings.service
    name = _service_name(settings)
    return AciService(
        name,
        AciServiceArgs(
            service_name=name,
            location=settings.location,
            resource_group=workspace.resource_group_name,
            image=image.ref,
            image_id=image.id,
            registry=workspace.login_server,
            pull_identity=workspace.pull_identity_id,
            cpu_cores=wanted.cpu_cores,
            memory_gb=wanted.memory_gb,
            tags=wanted.tags,
            description=wanted.description,
            environment=wanted.environment,
            dns_label=_dns_label(settings, name),
            subnet_id=wanted.subnet_id,
            auth=wanted.auth,
            primary_key=secrets.primary_key,
            secondary_key=secrets.secondary_key,
            primary_key_generation=wanted.primary_key_generation,
            secondary_key_generation=wanted.secondary_key_generation,
            logs=_logs(workspace) if wanted.logs else None,
            insights_connection_string=_insights(settings, workspace),
            tls=_tls(settings, secrets),
            cname=wanted.tls.cname if wanted.tls else None,
            grpc=wanted.grpc,
            startup_seconds=wanted.startup_seconds,
            smoke_body=_smoke_body(wanted.smoke_test.request),
            smoke_deadline_seconds=wanted.smoke_test.deadline_seconds,
        ),
    )


def _service_name(settings: Settings) -> str:
    """The configured name, else the model's: `diabetes` for the image `diabetes-image` as well, so
    that a stack which turns to a finished image keeps its service, address and keys."""
    if settings.service.name is not None:
        return settings.service.name
    image = (settings.image.name or "service").removesuffix("-image")
    return physical_name(settings.model.name if settings.model else image, limit=32)


def _dns_label(settings: Settings, service: str) -> str | None:
    if settings.service.subnet_id is not None:
        return None
    return settings.service.dns_name_label or physical_name(service, _base_name(settings))


def _logs(workspace: Workspace) -> LogTarget:
    return LogTarget(
        workspace_id=workspace.log_workspace_id, workspace_key=workspace.log_workspace_key
    )


def _insights(settings: Settings, workspace: Workspace) -> pulumi.Input[str] | None:
    if not settings.service.app_insights:
        return None
    return workspace.insights_connection_string.apply(lambda found: found or "")


def _smoke_body(request: object) -> str | None:
    return None if request is None else json.dumps(request)


def _tls(settings: Settings, secrets: Secrets) -> TlsMaterial | None:
    tls = settings.service.tls
    if tls is None:
        return None
    if secrets.tls_key is None:
        raise SettingsError(
            {"slipway:tlsKey": "is missing: the private key of service.tls, "
             "set by `pulumi config set --secret slipway:tlsKey < key.pem`"}
        )  # fmt: skip
    return TlsMaterial(certificate=tls.certificate_file.read_text(), key=secrets.tls_key)
