"""Fixtures for testing Pulumi programs."""
