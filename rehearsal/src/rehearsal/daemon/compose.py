"""Puts the rehearsal together: core, resource types, runtime, doors."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from rehearsal.arm.table import all_types
from rehearsal.core.arm import Arm
from rehearsal.core.azure_times import AZURE, NONE, AzureTimes
from rehearsal.core.faults import Faults
from rehearsal.core.identity import load as load_identity
from rehearsal.core.rbac import Rbac
from rehearsal.core.recovery import recover
from rehearsal.core.store import Store
from rehearsal.core.tokens import Tokens
from rehearsal.core.world import World
from rehearsal.daemon import authority
from rehearsal.daemon.places import Places
from rehearsal.doors import table
from rehearsal.doors.kind import Door, DoorKind, FarEndKind, Parts
from rehearsal.machine.ports import free_port
from rehearsal.runtimes.table import choose_runtime


@dataclass(frozen=True)
class Rehearsal:
    """All of it, ready to open its doors."""

    arm: Arm
    doors: Mapping[str, Door]

    def open(self, ports: Mapping[str, int]) -> dict[str, int]:
        """Bring the resources back to life and open every door, on the ports given or new ones; returns the ports."""
        recover(self.arm)
        return {
            name: _opened(name, door, ports.get(name) or free_port())
            for name, door in self.doors.items()
        }


def _opened(name: str, door: Door, port: int) -> int:
    try:
        return door.start(port)
    except OSError as problem:
        raise OSError(f"{name} on port {port}: {problem}") from problem


def compose(
    places: Places,
    runtime: str,
    closing: ExitStack,
    closing_doors: ExitStack,
    *,
    fresh: bool,
    azure_times: bool,
) -> Rehearsal:
    """The rehearsal of these places. Raises RehearsalError for a damaged state."""
    tls = authority.load(places.state / "tls", places.trust)
    times = AZURE if azure_times else NONE
    arm = Arm(_world(places, runtime, closing, times, fresh=fresh), all_types())
    parts = Parts(
        arm=arm,
        tls=tls,
        state=places.state,
        cache=places.cache,
        trust=places.trust,
        runtime=runtime,
    )
    return Rehearsal(arm, _doors(parts, closing_doors))


def _world(
    places: Places, runtime: str, closing: ExitStack, times: AzureTimes, *, fresh: bool
) -> World:
    store = Store(places.state, fresh=fresh)
    closing.callback(store.close)
    identity = load_identity(places.state)
    return World(
        store=store,
        identity=identity,
        tokens=Tokens(identity),
        rbac=Rbac(store, identity.object_id, times),
        faults=Faults(store),
        runtime=choose_runtime(runtime, places.state, places.cache, places.trust),
        times=times,
    )


def _doors(parts: Parts, closing: ExitStack) -> dict[str, Door]:
    """Far ends come first, so that they are closed last: what the other doors have under way may still need them."""
    for far_end in [kind for kind in table.DOORS if isinstance(kind, FarEndKind)]:
        listening = far_end.make(parts)
        closing.callback(listening.stop)
        parts.arm.world.far_ends.register(far_end.serves, listening)
    doors = {}
    for kind in [kind for kind in table.DOORS if isinstance(kind, DoorKind)]:
        doors[kind.name] = kind.make(parts)
        closing.callback(doors[kind.name].stop)
    return doors
