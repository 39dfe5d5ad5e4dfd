"""Clients of registries, kept for the life of the provider."""

from functools import lru_cache

from slipway.registry.client import RegistryClient


@lru_cache(maxsize=8)
def client(login_server: str) -> RegistryClient:
    """One client per registry, so that its tokens are fetched once."""
    return RegistryClient(login_server)
