"""What another stack exports, or why that cannot be known.

Asked of the engine's function and not by a `pulumi.StackReference`: where that fails, the engine ends the update in
words of its own, before the program could name the key and the stacks that there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

from slipway import outputs
from slipway.resources.asking import ask
from stacks.settings.problems import SettingsError, nearest

_READ = "pulumi:pulumi:readStackOutputs"
_UNKNOWN = "unknown stack"
_SHOWN = 10


@dataclass(frozen=True)
class _ReadStack:
    """Arguments of the engine's function."""

    name: str


async def exports_of(stack: str, *, key: str) -> Mapping[str, Any]:
    """The outputs of a stack that `key` names. Raises `SettingsError` where they cannot be read."""
    try:
        found: Mapping[str, Any] = await ask(_READ, _ReadStack(stack))
    except pulumi.RunError as refusal:
        if _UNKNOWN not in str(refusal):
            raise SettingsError({key: f"cannot be read ({refusal}), got {stack!r}"}) from None
        raise SettingsError({key: _not_there(stack)}) from None
    exports: Mapping[str, Any] = found["outputs"]
    return exports


async def exported_by(stack: str, kind: Literal["workspace", "cluster"], *, key: str) -> Any:
    """The workspace or the cluster that a stack exports. Raises `SettingsError`, with what the stack exports."""
    exports = await exports_of(stack, key=key)
    try:
        read = outputs.read(exports, stack=stack, option=f" --stack {stack.rpartition('/')[2]}")
    except outputs.OutputsError as error:
        raise SettingsError({key: f"must be a stack with a {kind}, but {error}"}) from None
    found = getattr(read, kind)
    if found is None:
        has = ", ".join(sorted(set(exports) - {outputs.VERSION_OUTPUT})) or "nothing"
        raise SettingsError(
            {key: f"must be a stack with a {kind}, but {stack} exports {has}, and no {kind}"}
        )
    return found


def _not_there(stack: str) -> str:
    names = set(_names()) - {_full(pulumi.get_stack())}
    near = nearest(stack, names)
    *_, project, name = stack.split("/")
    return (
        f"must be a stack of this back end, got {stack!r}; {f'did you mean {near}?' if near else _told(names)} "
        f"Otherwise deploy it first (`pulumi up --stack {name}` in the project {project})"
    )


def _told(names: Iterable[str]) -> str:
    found = sorted(names)
    if not found:
        return "no other stack was found in it."
    return f"it has {', '.join(found[:_SHOWN])}{' and others' if len(found) > _SHOWN else ''}."


def _names() -> Iterable[str]:
    """Full names of the back end's stacks; none where `pulumi` cannot tell them."""
    from slipway.project.errors import CommandError
    from slipway.project.stack import Stack

    try:
        return [_full(one) for one in Stack(None).of_back_end()]
    except CommandError:
        return []


def _full(name: str) -> str:
    """organization/project/stack, of which `pulumi` leaves out what is this stack's own too."""
    *organization, stack = name.split("/")
    if len(organization) > 1:
        return name
    return "/".join([*(organization or [pulumi.get_organization()]), pulumi.get_project(), stack])
