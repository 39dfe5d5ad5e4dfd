"""What the Pulumi engine starts: serves the resources of `slipway.provider` and the components."""
