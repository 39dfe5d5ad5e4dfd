"""`exec` and `attach` of a container: where its console can be had, and the password."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from rehearsal.core import bodies
from rehearsal.core.bodies import Fields, Number, Text
from rehearsal.core.errors import ArmError
from rehearsal.core.resource import Resource
from rehearsal.core.world import World

_WHOLE = Number(whole=True)
_EXEC = Fields({"command": Text(), "terminalSize": Fields({"rows": _WHOLE, "cols": _WHOLE})})
_ROWS, _COLUMNS = 24, 80
_LARGEST = 0xFFFF


def execute(
    resource: Resource, container: str, body: Mapping[str, Any], world: World
) -> Mapping[str, str]:
    """A program in the container, with a terminal."""
    asked = bodies.read(dict(body), _EXEC)
    command = str(asked.get("command") or "").strip()
    if not command:
        raise ArmError(
            400,
            "InvalidRequestContent",
            "The request content was invalid: 'command' is required. Path 'command'.",
        )
    given = asked.get("terminalSize") or {}
    size = (_side(given.get("rows"), _ROWS), _side(given.get("cols"), _COLUMNS))
    _require_running(resource, container, world)
    return world.consoles.offer(
        partial(world.runtime.execute, resource.id.text, container, command, size)
    )


def attach(resource: Resource, container: str, world: World) -> Mapping[str, str]:
    """The container's output from now on."""
    _require_running(resource, container, world)
    return world.consoles.offer(partial(world.runtime.attach, resource.id.text, container))


def _side(given: int | None, usual: int) -> int:
    return min(given, _LARGEST) if given is not None and given > 0 else usual


def _require_running(resource: Resource, container: str, world: World) -> None:
    states = {one.name: one.state for one in world.runtime.state(resource.id.text)}
    if states.get(container) != "Running":
        raise ArmError(
            409,
            "ContainerNotRunning",
            f"The container '{container}' in container group '{resource.id.name}' is not running: it is "
            f"{states.get(container, 'not there')}.",
        )
