"""Builds by Docker's own BuildKit."""
