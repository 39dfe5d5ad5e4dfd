"""The ways in: provider servers, ARM over TLS, an OCI registry."""
