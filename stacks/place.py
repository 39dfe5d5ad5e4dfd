"""Where a used workspace is: what each of the three ways to name it comes to."""

from dataclasses import dataclass

import pulumi

from slipway import outputs
from slipway.rules.arm_ids import last_segment, subscription
from stacks.other_stack import exported_by
from stacks.settings.existing import Existing
from stacks.settings.stack import KEYS

_KEY = f"{KEYS['workspace']}.existing.stack"


@dataclass(frozen=True, kw_only=True)
class Place:
    """What `slipway:index:getWorkspace` is asked for."""

    resource_group: pulumi.Input[str]
    name: pulumi.Input[str]
    subscription_id: pulumi.Input[str] | None = None


def place_of(existing: Existing) -> Place:
    """The place that the settings name."""
    if existing.stack is not None:
        return _of_stack(existing.stack)
    if existing.id is not None:
        # The resource group of a workspace has the workspace's base name.
        name = last_segment(existing.id)
        return Place(resource_group=name, name=name, subscription_id=subscription(existing.id))
    return Place(resource_group=existing.resource_group or "", name=existing.name or "")


def _of_stack(stack: str) -> Place:
    found: pulumi.Output[outputs.WorkspaceOutput] = pulumi.Output.from_input(_workspace(stack))
    return Place(
        resource_group=found.apply(lambda workspace: workspace.resource_group),
        name=found.apply(lambda workspace: workspace.name),
        subscription_id=found.apply(lambda workspace: subscription(workspace.id)),
    )


async def _workspace(stack: str) -> outputs.WorkspaceOutput:
    """The workspace that a stack exports. Raises `SettingsError`."""
    found: outputs.WorkspaceOutput = await exported_by(stack, "workspace", key=_KEY)
    return found
