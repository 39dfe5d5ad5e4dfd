"""Azure on one machine: the far end of `pulumi up` when no subscription is wanted."""
