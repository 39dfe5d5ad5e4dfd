"""`slipway init`: the first stack file for a model of your own."""
