"""Slipway's library: registry, image builds, clouds, and the `slipway` command."""
