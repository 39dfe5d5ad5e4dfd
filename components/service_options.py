"""What users decide about every scoring service, whatever its target.

Each target has a list of its own that extends this one (components/aci/options.py); a stack's settings
are made of it, and the target's Args class adds what a program wires.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import pulumi

from slipway.rules.ranges import Range
from slipway.rules.tags import SERVICE_TAGS, TAG_VALUE
from slipway.rules.variables import VARIABLES

Spelling = Callable[[str], str]
"""How a field is called where it was given: `subnet_id` in a program, `subnetId` in configuration."""


def as_in_python(field_name: str) -> str:
    """The spelling of a program."""
    return field_name


@dataclass(frozen=True, kw_only=True)
class SmokeTestOptions:
    """The request that must be answered before an update counts as done."""

    request: Any = None
    """JSON to post to the scoring URI; without it the health route is asked."""
    deadline_seconds: Annotated[int, Range(1, 3600)] = 300
    """How long to wait for the answer."""


@dataclass(frozen=True, kw_only=True)
class ServiceOptions:
    """A scoring service."""

    description: Annotated[pulumi.Input[str], TAG_VALUE] = ""
    """Description, kept as a tag."""
    tags: Annotated[pulumi.Input[Mapping[str, pulumi.Input[str]]], SERVICE_TAGS] = field(
        default_factory=dict
    )
    """Azure tags of the service."""
    environment: Annotated[pulumi.Input[Mapping[str, pulumi.Input[str]]], VARIABLES] = field(
        default_factory=dict
    )
    """Plain variables of the container. Anything secret does not belong here."""
    auth: bool = False
    """Require a key from callers."""
    primary_key_generation: Annotated[int, Range(1)] = 1
    """Increase it to rotate only the primary key; the secondary key stays valid meanwhile."""
    secondary_key_generation: Annotated[int, Range(1)] = 1
    """Increase it to rotate only the secondary key."""
    grpc: bool = True
    """Serve the Open Inference Protocol over gRPC as well, on port 8001; not beside TLS."""
    startup_seconds: Annotated[int, Range(1, 3600)] = 60
    """How long the model may take to load before a failing health check restarts the container."""
    smoke_test: SmokeTestOptions = SmokeTestOptions()
    """The request that must be answered before an update counts as done."""

    def conflicts(self, spelling: Spelling = as_in_python) -> dict[str, str]:
        """Field -> why it cannot be given beside another. Targets extend it."""
        return {}
