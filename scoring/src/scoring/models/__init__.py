"""What a model is, and the models of a running server."""
