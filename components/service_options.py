"""What users decide about every scoring service, whatever its target.

Each target has a list of its own that extends this one (components/aci/options.py); a stack's settings
are made of it, and the target's Args class adds what a program wires.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pulumi

from components.arguments import FilePath
from slipway.rules.ranges import Range
from slipway.rules.rule import shown
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
    """JSON to post to the scoring URI. A text that is JSON is posted as it is, another in quotes; of an object Pulumi
    sorts the keys, so where their order matters, as that of a table's columns, give a text or a file. Without a request
    the health route is asked."""
    request_file: FilePath | None = None
    """File with the JSON to post, instead of `request`; it is posted as it is."""
    expected: Any = None
    """JSON that must be the answer; without it any answer that is a success will do."""
    tolerance: Annotated[float, Range(0, step=0)] = 0
    """How far numbers of the answer may be from those in `expected`."""
    deadline_seconds: Annotated[int, Range(1, 3600)] = 300
    """How long to wait for the answer."""
    ask_from_here: bool | None = None
    """Send the request from the machine that runs `pulumi up`, which must then reach the service; otherwise its
    container must only run, and go on running. By default it is sent unless the service is in a subnet."""

    def body(self) -> pulumi.Output[str] | None:
        """What is posted, or None."""
        if self.request_file is not None:
            return pulumi.Output.from_input(Path(self.request_file).read_text(encoding="utf-8"))
        return _json(self.request)

    def expected_body(self) -> pulumi.Output[str] | None:
        """What must be answered, or None."""
        return _json(self.expected)

    def conflicts(self, spelling: Spelling) -> dict[str, str]:
        """Field -> what is wrong with it beside others, or with its file."""
        found: dict[str, str] = {}
        if self.request_file is not None:
            if self.request is not None:
                found["request_file"] = f"must not be given beside {spelling('request')}"
            elif why := _unreadable(Path(self.request_file)):
                found["request_file"] = why
        elif self.request is None and self.expected is not None:
            found["expected"] = (
                f"has no effect without {spelling('request')} or {spelling('request_file')}"
            )
        for field_name in ("request", "expected"):
            if why := _no_json(getattr(self, field_name)):
                found[field_name] = why
        if self.tolerance and self.expected is None:
            found["tolerance"] = f"has no effect without {spelling('expected')}"
        return found


def _json(value: Any) -> pulumi.Output[str] | None:
    return None if value is None else pulumi.Output.from_input(value).apply(_text)


def _text(value: Any) -> str:
    if isinstance(value, str) and _is_json(value):
        return value
    return json.dumps(value)


def _no_json(value: Any) -> str | None:
    """What is wrong with a text that begins as JSON does: as any other text it would be posted in quotes."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return None
    try:
        json.loads(value)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        return f"begins as JSON does and is not JSON ({error.msg}, {where}), got {shown(value)}"
    except (ValueError, RecursionError):
        return f"begins as JSON does and is nested too deeply, or has too long a number, got {shown(value)}"
    return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _unreadable(path: Path) -> str | None:
    if path.exists() and not path.is_file():  # a pipe would be waited for
        return f"must be a file, got {str(path)!r}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        return f"cannot be read ({why}), got {str(path)!r}"
    return None if _is_json(text) else f"must be a file of JSON, got {str(path)!r}"


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
    start_check: bool = True
    """Start an image that this stack builds once before the service runs it, by `python -m scoring check` with the
    service's variables: where that fails, the update fails and the old container goes on. Turn it off where `init()`
    needs what only the service reaches, such as its subnet. An image of the registry is not checked again."""
    smoke_test: SmokeTestOptions = SmokeTestOptions()
    """The request that must be answered before an update counts as done."""

    def conflicts(self, spelling: Spelling = as_in_python) -> dict[str, str]:
        """Field -> why it cannot be given beside another. Targets extend it."""
        inner = self.smoke_test.conflicts(spelling)
        return {f"smoke_test.{field}": why for field, why in inner.items()}
