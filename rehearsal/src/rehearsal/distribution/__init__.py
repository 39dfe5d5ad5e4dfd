"""OCI Distribution client: what a builder pushes with and a runtime pulls with."""
