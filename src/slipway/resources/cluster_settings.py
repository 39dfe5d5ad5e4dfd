"""What Azure cannot change of a cluster, remembered before the cluster itself is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from slipway.resources.wire import properties

TYPE = "slipway:index:FixedClusterSettings"


@dataclass(frozen=True, kw_only=True)
class FixedClusterSettingsArgs:
    """The settings, and whether they may change."""

    cluster_name: pulumi.Input[str]
    """Name of the cluster."""
    stack: pulumi.Input[str]
    """Short name of the stack that makes the cluster."""
    values: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    """What Azure cannot change, by the names of arguments: another value would replace the cluster."""
    protect: pulumi.Input[bool] = True
    """Whether a change is refused."""


class FixedClusterSettings(pulumi.CustomResource):
    """Refuses, in the preview, a change that would replace a protected cluster.

    The cluster depends on it, so that it is asked before. It exists in the stack only, so it cannot be imported.
    """

    def __init__(
        self, name: str, args: FixedClusterSettingsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, properties(args, FixedClusterSettings), opts)
