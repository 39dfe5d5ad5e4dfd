"""The ARM endpoint over TLS that Microsoft's clients talk to, with its metadata and token endpoints."""
