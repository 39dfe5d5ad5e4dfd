"""`slipway init`: the first stack file for your own model."""
