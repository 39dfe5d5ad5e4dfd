"""What tells one service from another: a change of it is a reason to ask the service again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pulumi

from components.cluster_wiring import ClusterWiring
from components.service_args import ServiceArgs
from components.service_options import SmokeTestOptions

# How an update comes about, and not what comes of it.
_ABOUT_UPDATES = {"start_check", "built_here", "image_setting"}


def fingerprint(args: ServiceArgs) -> pulumi.Output[str]:
    """Changes whenever the service becomes another one."""
    values = {
        each.name: _plain(getattr(args, each.name))
        for each in fields(args)
        if each.name not in _ABOUT_UPDATES
    }
    return pulumi.Output.from_input(values).apply(_digest)


def _plain(value: Any) -> Any:
    if isinstance(value, SmokeTestOptions):
        # A file is its content, which the smoke test has itself, and not its name.
        return {**vars(value), "request_file": value.request_file is not None}
    if isinstance(value, ClusterWiring):
        # Credentials that lead to the same cluster come and go.
        return value.identifier
    return vars(value) if is_dataclass(value) else value


def _digest(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
