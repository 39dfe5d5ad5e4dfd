"""What the engine calls when it has failed to make a resource."""

import uuid
from collections.abc import Awaitable, Callable

import pulumi
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import monitor_supports_feature


def on_error(
    name: str, again: Callable[[pulumi.ErrorHookArgs], Awaitable[bool]]
) -> pulumi.ResourceHookBinding | None:
    """The hook of a resource; `again` says whether to try once more.

    None in a preview, which makes nothing, and for engines that have no such hooks.
    """
    has_hooks = monitor_supports_feature(resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS)
    if pulumi.runtime.is_dry_run() or not has_hooks:
        return None
    # A name belongs to one hook in an update, in which another process may have components of this one's name.
    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{name}-{uuid.uuid4()}", again)])
