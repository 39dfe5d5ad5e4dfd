"""Fixtures for testing Pulumi programs: components on mocks, programs under the real engine."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_pulumi.engine import PulumiEngine
    from pytest_pulumi.mocks import PulumiMocks
    from pytest_pulumi.provider import (
        Diff,
        InvalidInputsError,
        Provider,
        ProviderCall,
        RefusedError,
        Stored,
    )
    from pytest_pulumi.result import Result, Step
    from pytest_pulumi.run import Call, Log, Resource, Run
    from pytest_pulumi.running import KillAt, Running
    from pytest_pulumi.server import ProviderServer
    from pytest_pulumi.wire import UNKNOWN, Secret, has_unknowns, is_secret, plain

_HOMES = {
    "engine": ["PulumiEngine"],
    "mocks": ["PulumiMocks"],
    "provider": [
        "Diff",
        "InvalidInputsError",
        "Provider",
        "ProviderCall",
        "RefusedError",
        "Stored",
    ],
    "result": ["Result", "Step"],
    "run": ["Call", "Log", "Resource", "Run"],
    "running": ["KillAt", "Running"],
    "server": ["ProviderServer"],
    "wire": ["UNKNOWN", "Secret", "has_unknowns", "is_secret", "plain"],
}

__all__ = [
    "UNKNOWN",
    "Call",
    "Diff",
    "InvalidInputsError",
    "KillAt",
    "Log",
    "Provider",
    "ProviderCall",
    "ProviderServer",
    "PulumiEngine",
    "PulumiMocks",
    "RefusedError",
    "Resource",
    "Result",
    "Run",
    "Running",
    "Secret",
    "Step",
    "Stored",
    "has_unknowns",
    "is_secret",
    "plain",
]


def __getattr__(name: str) -> Any:
    """Import on first use: pytest loads this package in every session, the SDK takes a second."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"pytest_pulumi.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
