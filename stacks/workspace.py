"""The workspace of a stack: created by it, or only used."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_azure_native as azure

from components.service_wiring import LogTarget
from components.workspace import Workspace, WorkspaceArgs
from slipway import outputs
from slipway.resources.workspace_lookup import FoundWorkspace, get_workspace_output
from slipway.rules.arm_ids import subscription
from slipway.rules.physical_names import physical_name
from slipway.rules.workspace_names import WorkspaceNames
from stacks.place import Place, place_of
from stacks.published import Published, published
from stacks.refusals import in_settings
from stacks.settings.existing import Existing
from stacks.settings.service import Owner
from stacks.settings.stack import KEYS, Settings


@dataclass(frozen=True, kw_only=True)
class StackWorkspace:
    """What models, images and services of the stack need of it."""

    login_server: pulumi.Output[str]
    pull_identity: pulumi.Output[str]
    logs: LogTarget
    insights: pulumi.Output[str]
    """Connection string of its Application Insights, a secret; empty where there is none."""
    service_group: pulumi.Output[str]
    """Resource group of the stack's services."""
    published: pulumi.Output[Published]
    """What the registry has of what the stack refers to. The login server is known after it, so that nothing is
    registered in a stack that is refused."""
    owner: pulumi.Output[Owner]
    export: dict[str, Any]


def declare(settings: Settings) -> StackWorkspace:
    """Create the workspace, or look it up."""
    existing = settings.workspace.existing
    return _created(settings) if existing is None else _used(settings, existing)


def _created(settings: Settings) -> StackWorkspace:
    base_name = physical_name(settings.workspace.name, pulumi.get_stack())
    group = WorkspaceNames.of(base_name).resource_group
    known = published(settings, Place(resource_group=group, name=base_name))
    with in_settings(KEYS["workspace"]):
        made = Workspace(
            "workspace",
            WorkspaceArgs(
                location=settings.location, base_name=base_name, **settings.workspace.arguments()
            ),
        )
    return StackWorkspace(
        login_server=_after(known, made.login_server),
        published=known,
        pull_identity=made.pull_identity_id,
        logs=LogTarget(workspace_id=made.log_workspace_id, workspace_key=made.log_workspace_key),
        insights=made.insights_connection_string.apply(lambda found: found or ""),
        service_group=made.resource_group_name,
        owner=made.base_name.apply(lambda base: (base,)),
        export=outputs.exported(
            outputs.WorkspaceOutput,
            name=made.base_name,
            id=made.resource_group_id,
            resource_group=made.resource_group_name,
            location=made.location,
            login_server=made.login_server,
            registry_id=made.registry_id,
            pull_identity_id=made.pull_identity_id,
        ),
    )


def _used(settings: Settings, existing: Existing) -> StackWorkspace:
    place = place_of(existing)
    found = get_workspace_output(
        resource_group=place.resource_group,
        name=place.name,
        subscription_id=place.subscription_id,
    )
    used = Place(
        resource_group=found.resource_group,
        name=found.name,
        subscription_id=found.id.apply(subscription),
    )
    known = published(settings, used)
    stack = pulumi.get_stack()
    return StackWorkspace(
        login_server=_after(known, found.login_server),
        published=known,
        pull_identity=found.pull_identity_id,
        logs=LogTarget(workspace_id=found.log_customer_id, workspace_key=found.log_key),
        insights=found.insights_connection_string,
        service_group=_service_group(settings, known),
        # Many stacks share it: the base name alone does not tell their services apart.
        owner=found.name.apply(lambda base: (base, stack)),
        export=_export_of(found),
    )


def _export_of(found: FoundWorkspace) -> dict[str, Any]:
    return outputs.exported(
        outputs.WorkspaceOutput,
        name=found.name,
        id=found.id,
        resource_group=found.resource_group,
        location=found.location,
        login_server=found.login_server,
        registry_id=found.registry_id,
        pull_identity_id=found.pull_identity_id,
    )


def _after(known: pulumi.Output[Published], value: pulumi.Output[str]) -> pulumi.Output[str]:
    return pulumi.Output.all(value, known).apply(lambda both: str(both[0]))


def _service_group(settings: Settings, known: pulumi.Output[Published]) -> pulumi.Output[str]:
    """A resource group for the services: the workspace's own belongs to another stack."""
    if not settings.services:
        return pulumi.Output.from_input("")
    # Never the name of a workspace's group, so that a stack may turn from a workspace of its own to a shared one.
    usual = physical_name(pulumi.get_project(), pulumi.get_stack(), "services", limit=90)
    group = azure.resources.ResourceGroup(
        "services",
        resource_group_name=known.apply(lambda _: settings.resource_group or usual),
        location=settings.location,
        opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(delete="15m")),
    )
    return group.name
