"""What a stack exports: the contract between stacks, the `slipway` command, and later targets.

Maps by the configuration's own names, absent where they would be empty. Nothing secret is among
them: keys, tokens and kubeconfigs are fetched by their users with their own identity.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import msgspec.structs

VERSION = 1
"""Raised whenever a reader of the version before could misunderstand an export."""
VERSION_OUTPUT = "outputsVersion"


class OutputsError(Exception):
    """These outputs are not of this contract; the message says what was found and wanted."""


class ForeignOutputs(OutputsError):
    """They are those of another program than Slipway's own."""


class WorkspaceOutput(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The workspace that this stack makes or uses."""

    name: str
    """First part of its physical names."""
    id: str
    """ARM id of its resource group."""
    resource_group: str
    location: str
    login_server: str
    """Host of the registry."""
    registry_id: str
    """ARM id."""
    pull_identity_id: str
    """ARM id of the identity that may pull from the registry."""


class ClusterOutput(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The cluster that this stack makes or uses. Who wants credentials asks Azure for them, or has a kubeconfig."""

    name: str
    """In Azure; of one that only a kubeconfig leads to, the context."""
    id: str = ""
    """ARM id; this and the rest are empty for one that only a kubeconfig leads to."""
    resource_group: str = ""
    location: str = ""
    load_balancer: str = "public"
    """`public` or `internal`: what addresses services get."""
    load_balancer_subnet: str = ""
    """Name of the subnet of internal addresses; empty where they are in that of the machines."""


class ProvisioningOutput(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The provisioning service that brings devices to a hub."""

    name: str
    id: str
    """ARM id."""
    id_scope: str
    """What devices name it by."""


class HubOutput(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The IoT hub that this stack makes or uses."""

    name: str
    id: str
    """ARM id."""
    resource_group: str
    location: str
    host_name: str
    """Where devices and commands reach it."""
    dps: ProvisioningOutput | None = None


class ModelOutput(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A model that this stack registers."""

    id: str
    """`diabetes:3`."""
    version: int
    digest: str
    """Of the artefact's manifest."""


class ImageOutput(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An image that this stack builds."""

    id: str
    """`diabetes-image:7`."""
    version: int
    ref: str
    """By digest, as services run it."""
    models: tuple[str, ...]
    """`diabetes:3` each."""


class ServiceOutput(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A service that this stack runs: what is the same for all targets, and read of those that a reader does not know.

    A target adds fields of its own in a class of its own (`SERVICES`).
    """

    target: str
    """`aci`, `aks`, `edge` or `fpga`."""
    name: str
    """What it is called where it runs: for `aci` the container group, for `aks` its objects in the cluster."""
    image: str
    """`diabetes-image:7`."""
    image_ref: str
    scoring_uri: str = ""
    """Empty where no URI leads to it: it is on a device, or its update did not come to its end."""
    swagger_uri: str = ""
    auth: bool
    """Whether callers need a key."""


class AciServiceOutput(ServiceOutput, frozen=True, kw_only=True, rename="camel"):
    """A service on Azure Container Instances."""

    resource_group: str
    """That of its container group."""


class AksServiceOutput(ServiceOutput, frozen=True, kw_only=True, rename="camel"):
    """A service on a cluster of Kubernetes."""

    namespace: str
    """That of its objects."""
    cluster_id: str = ""
    """ARM id of its cluster."""
    context: str = ""
    """Where the cluster has no ARM id: the context that leads to it, in a kubeconfig of whoever reads this."""


SERVICES: Mapping[str, type[ServiceOutput]] = {"aci": AciServiceOutput}
"""What a service exports, by its target; one that adds nothing needs no line."""


class Outputs(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All outputs of one stack."""

    outputs_version: int = VERSION
    workspace: WorkspaceOutput | None = None
    cluster: ClusterOutput | None = None
    hub: HubOutput | None = None
    models: dict[str, ModelOutput] = {}
    images: dict[str, ImageOutput] = {}
    services: dict[str, ServiceOutput] = {}


def exported(kind: type[msgspec.Struct], **values: Any) -> dict[str, Any]:
    """One export of this kind by its names on the wire. Values may be outputs that arrive late.

    Raises TypeError where a field without a default is missing, or one is not the contract's.
    """
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    required = {name for name, field in fields.items() if field.required}
    if odd := ", ".join(sorted((required - values.keys()) | (values.keys() - fields.keys()))):
        raise TypeError(f"{kind.__name__} has not exactly these fields: {odd}")
    return {fields[name].encode_name: value for name, value in values.items()}


def exported_service(target: str, **values: Any) -> dict[str, Any]:
    """The same for a service, with its target's own fields."""
    return exported(_service_kind(target), target=target, **values)


def export(**maps: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a stack exports: the version, and each of the contract's maps that is not empty.

    Raises TypeError for a map that is not the contract's.
    """
    known = {field.name for field in msgspec.structs.fields(Outputs)}
    if odd := ", ".join(sorted(maps.keys() - known)):
        raise TypeError(f"Outputs has no such maps: {odd}")
    return {VERSION_OUTPUT: VERSION, **{name: found for name, found in maps.items() if found}}


def read(outputs: Mapping[str, Any], *, stack: str, option: str = "") -> Outputs:
    """A stack's outputs as `pulumi stack output --json` or a stack reference gives them.

    Messages call it `stack`, and give the commands that they advise the `option`, such as ` --stack dev`.
    Raises `OutputsError` where they are of another version, or of no Slipway stack.
    """
    found = outputs.get(VERSION_OUTPUT)
    if found is None:
        if not outputs:
            raise OutputsError(
                f"the stack {stack} exports nothing yet: run `pulumi up{option}` first"
            )
        has = ", ".join(sorted(outputs))
        raise ForeignOutputs(
            f"the stack {stack} is not one of Slipway's: it exports {has}, and no {VERSION_OUTPUT} with the maps "
            "workspace, models, images and services, which Slipway's own program exports"
        )
    if found != VERSION:
        raise OutputsError(
            f"the stack {stack} exports version {found:g} of the outputs, and this Slipway reads {VERSION}: "
            "deploy both with the same release"
        )
    try:
        known = msgspec.convert(outputs, Outputs, strict=False)
        services = {
            name: _service(name, service.target, outputs["services"][name])
            for name, service in known.services.items()
        }
    except msgspec.ValidationError as error:
        raise OutputsError(f"the outputs of the stack {stack} cannot be read: {error}") from None
    return msgspec.structs.replace(known, services=services)


def _service(name: str, target: str, given: Any) -> ServiceOutput:
    try:
        return msgspec.convert(given, _service_kind(target), strict=False)
    except msgspec.ValidationError as error:
        raise msgspec.ValidationError(f"services.{name}: {error}") from None


def _service_kind(target: str) -> type[ServiceOutput]:
    return SERVICES.get(target, ServiceOutput)
