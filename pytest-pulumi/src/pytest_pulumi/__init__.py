"""Fixtures for testing Pulumi programs."""

from pytest_pulumi.mocks import PulumiMocks
from pytest_pulumi.run import Call, Log, Resource, Run
from pytest_pulumi.wire import UNKNOWN, Secret, has_unknowns, is_secret, plain

__all__ = [
    "UNKNOWN",
    "Call",
    "Log",
    "PulumiMocks",
    "Resource",
    "Run",
    "Secret",
    "has_unknowns",
    "is_secret",
    "plain",
]
