"""A stack's settings: names, types, defaults and what is allowed, in one place.

Configuration keys are `slipway:<field>` in camelCase, and `azure-native:location`.
"""

from collections.abc import Mapping, Set
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from stacks import kinds
from stacks.image_choice import ImageChoice
from stacks.problems import SettingsError, near_to, told


class _Settings(BaseModel):
    """Unknown keys are refused; numbers may come as text, as `pulumi config set` writes them."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        coerce_numbers_to_str=True,
        extra="forbid",
        frozen=True,
        protected_namespaces=(),
    )


class WorkspaceSettings(_Settings):
    """The resource group with registry, pull identity and logs."""

    name: kinds.WorkspaceName = Field(
        default="slipway",
        description="First part of all physical names, before the stack's. The registry's name, "
        "made of both, must be new among all registries of Azure.",
    )
    registry_sku: Literal["Basic", "Standard", "Premium"] = Field(
        default="Basic", description="Service tier of the registry."
    )
    protect_registry: bool = Field(
        default=False,
        description="Refuse to destroy the registry, which holds all models and images.",
    )
    log_retention_days: int = Field(
        default=30, ge=30, le=730, description="How long Log Analytics keeps the services' output."
    )
    tags: dict[str, str] = Field(
        default={}, description="Azure tags of everything in the workspace."
    )


class ModelSettings(_Settings):
    """The model: a file to register, or a registered one by its number."""

    name: kinds.ModelName = Field(description="Name of the model.")
    path: kinds.ModelPath | None = Field(
        default=None,
        description="Model file to register, relative to the project; or give version.",
    )
    version: int | None = Field(
        default=None, ge=1, description="Number of a registered model; or give path."
    )
    tags: dict[str, str] = Field(default={}, description="Tags to register the file with.")
    properties: dict[str, str] = Field(
        default={}, description="Properties to register the file with; never changed afterwards."
    )
    description: str = Field(default="", description="Description to register the file with.")
    framework: str | None = Field(default=None, description="Framework it was made with.")
    framework_version: str | None = Field(default=None, description="Version of the framework.")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.path is None) == (self.version is None):
            received = "neither" if self.path is None else "both"
            raise ValueError(
                "must have either path (a file to register) or version (a registered model), "
                f"got {received}"
            )
        if self.version is not None and (extra := self._for_registering()):
            raise ValueError(f"must not have {', '.join(extra)} beside version, got a model that "
                             "is registered already")  # fmt: skip
        if self.framework_version is not None and self.framework is None:
            raise ValueError("must have framework beside frameworkVersion, got only the latter")
        return self

    def _for_registering(self) -> list[str]:
        only = {"tags", "properties", "description", "framework", "framework_version"}
        return sorted(to_camel(name) for name in only & self.model_fields_set)


class ScoringSettings(_Settings):
    """What the image holds beside the model."""

    entry_script: kinds.EntryScript | None = Field(
        default=None, description="Script with init() and run(); none for a bare .onnx or .pkl."
    )
    conda_file: kinds.CondaFile | None = Field(
        default=None,
        description="Conda environment file; none where the model alone says what it needs.",
    )
    other_models: kinds.ModelIds = Field(
        default=(),
        description="Registered models that the image holds too, each name:number; other versions "
        "of the same model may be among them.",
    )
    source_directory: kinds.Directory | None = Field(
        default=None, description="Folder copied into the image; the entry script lies in it."
    )
    base_image: str | None = Field(
        default=None,
        min_length=1,
        description="Image to build on; none for the scoring server's own.",
    )
    image_name: kinds.ImageName | None = Field(
        default=None, description="Name of the image; by default the model's name and `-image`."
    )


class TlsSettings(_Settings):
    """Serve https. The private key is the secret `slipway:tlsKey`."""

    certificate_file: kinds.Certificate = Field(description="Certificate chain, PEM.")
    cname: str | None = Field(
        default=None,
        description="Name in the certificate, if not the service's own; its DNS is yours.",
    )


class SmokeTestSettings(_Settings):
    """The request that must be answered before an update counts as done."""

    request: Any = Field(
        default=None, description="JSON to post to the scoring URI; none asks the health route."
    )
    deadline_seconds: int = Field(
        default=300, ge=1, le=3600, description="How long to wait for the answer."
    )


class ServiceSettings(_Settings):
    """The service on Azure Container Instances."""

    name: kinds.ServiceName | None = Field(
        default=None,
        description="Name of the service; by default the model's, or the image's without `-image`.",
    )
    cpu_cores: kinds.CpuCores = Field(
        default=1, description="CPU cores. A change replaces the service."
    )
    memory_gb: kinds.MemoryGb = Field(
        default=1, description="Memory in GB. A change replaces the service."
    )
    description: str = Field(default="", description="Description, kept as a tag.")
    tags: dict[str, str] = Field(default={}, description="Azure tags of the service.")
    environment: dict[str, str] = Field(
        default={}, description="Plain variables of the container; nothing secret."
    )
    dns_name_label: kinds.DnsLabel | None = Field(
        default=None,
        description="First label of the public name; by default made of service and stack.",
    )
    subnet_id: kinds.SubnetId | None = Field(
        default=None, description="Subnet for a private address. A change replaces the service."
    )
    auth: bool = Field(default=False, description="Ask callers for a key.")
    primary_key_generation: int = Field(
        default=1, ge=1, description="Raise it to make the primary key anew."
    )
    secondary_key_generation: int = Field(
        default=1, ge=1, description="Raise it to make the secondary key anew."
    )
    logs: bool = Field(default=True, description="Send the container's output to Log Analytics.")
    app_insights: bool = Field(default=False, description="Send telemetry to Application Insights.")
    tls: TlsSettings | None = Field(
        default=None, description="Serve https with an own certificate."
    )
    grpc: bool = Field(
        default=True,
        description="Serve the Open Inference Protocol over gRPC too, on port 8001; not beside tls.",
    )
    startup_seconds: int = Field(
        default=60,
        ge=1,
        le=3600,
        description="Time to load the model before a failing health check counts.",
    )
    smoke_test: SmokeTestSettings = Field(
        default=SmokeTestSettings(), description="What must be answered before an update is done."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.subnet_id is not None and self.dns_name_label is not None:
            raise ValueError(
                "must not have dnsNameLabel beside subnetId: a private address has no public name, "
                f"got {self.dns_name_label!r}"
            )
        return self


class Settings(_Settings):
    """Everything that a stack's configuration says, secrets apart."""

    location: kinds.Region = Field(
        description="Azure region of everything in the stack, such as westeurope."
    )
    target: Literal["aci"] = Field(default="aci", description="Where the service runs.")
    workspace: WorkspaceSettings = Field(
        default=WorkspaceSettings(), description="Resource group, registry, logs."
    )
    model: ModelSettings | None = Field(
        default=None, description="The model to build an image of; none to deploy a finished image."
    )
    scoring: ScoringSettings = Field(
        default=ScoringSettings(), description="What the image holds beside the model."
    )
    image: ImageChoice = Field(
        description="The image that the service runs: `latest` (the one of this stack's model), "
        "or `name:number` such as diabetes-image:7, or `name:latest`."
    )
    service: ServiceSettings = Field(default=ServiceSettings(), description="The service itself.")


KEYS = {
    name: "azure-native:location" if name == "location" else f"slipway:{to_camel(name)}"
    for name in Settings.model_fields
}
"""Field -> the configuration key it is read from."""


def parse(
    values: Mapping[str, Any], *, unknown: Set[str] = frozenset(), hidden: Set[str] = frozenset()
) -> Settings:
    """Settings from `{field's alias: value}`.

    `unknown` are `slipway:` keys that mean nothing here; values of keys in `hidden` are never shown.

    Raises `SettingsError` with all problems at once.
    """
    problems = {key: f"is not a setting; {near_to(key, KEYS.values())}" for key in unknown}
    if values.get("model") is None and values.get("image") == "latest":
        problems[KEYS["image"]] = (
            "must be name:number where no slipway:model is given, got 'latest'"
        )
    try:
        settings = Settings.model_validate(dict(values))
    except ValidationError as error:
        problems |= told(error.errors(), KEYS, Settings, hidden)
    if problems:
        raise SettingsError(problems)
    return settings
