"""The keys of a service, and where it sends its telemetry: the same for every target."""

import pulumi

from components.service_args import ServiceArgs
from slipway.resources.service_keys import ServiceKeys, ServiceKeysArgs
from slipway.rules.scoring_container import INSIGHTS

OptionalKey = pulumi.Output[str | None]


def pair_of_keys(
    name: str, args: ServiceArgs, *, parent: pulumi.Resource
) -> tuple[OptionalKey, OptionalKey]:
    """The user's own, or a generated pair, which is `name` in the stack; None without authentication."""
    if not args.auth:
        return pulumi.Output.from_input(None), pulumi.Output.from_input(None)
    if args.primary_key is not None and args.secondary_key is not None:
        return pulumi.Output.secret(args.primary_key), pulumi.Output.secret(args.secondary_key)
    made = ServiceKeys(
        name,
        ServiceKeysArgs(
            primary_generation=args.primary_key_generation,
            secondary_generation=args.secondary_key_generation,
        ),
        pulumi.ResourceOptions(parent=parent),
    )
    return pulumi.Output.secret(made.primary_key), pulumi.Output.secret(made.secondary_key)


def telemetry(args: ServiceArgs) -> dict[str, pulumi.Input[str]]:
    """The secret variable that leads to Application Insights, where the service sends anything there."""
    connection = args.insights_connection_string
    return {} if connection is None else {INSIGHTS: connection}
