"""Builds without Docker, from the few instructions that need no container."""
