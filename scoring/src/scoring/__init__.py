"""The scoring runtime."""
