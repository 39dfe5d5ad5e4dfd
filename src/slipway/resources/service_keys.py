"""The two keys of a service: made once, kept in the state as secrets, renewed on request."""

from dataclasses import dataclass

import pulumi

from slipway.resources.wire import properties

TYPE = "slipway:index:ServiceKeys"


@dataclass(frozen=True, kw_only=True)
class ServiceKeysArgs:
    """Which generation of each key."""

    primary_generation: pulumi.Input[int] = 1
    """Increase it to renew the primary key alone; the secondary key stays valid meanwhile."""
    secondary_generation: pulumi.Input[int] = 1
    """Increase it to renew the secondary key alone."""


class ServiceKeys(pulumi.CustomResource):
    """Primary and secondary key of one service. They exist in the state only, so they cannot be imported."""

    primary_key: pulumi.Output[str] = pulumi.property("primaryKey")
    """A secret of 43 URL-safe characters."""
    secondary_key: pulumi.Output[str] = pulumi.property("secondaryKey")
    """A second one, for use while the first is renewed."""

    def __init__(
        self, name: str, args: ServiceKeysArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        secret = pulumi.ResourceOptions(additional_secret_outputs=["primary_key", "secondary_key"])
        options = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(TYPE, name, properties(args, ServiceKeys), options)
