"""Puts the rehearsal together: core, resource types, runtime, doors."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rehearsal.arm.catalogue import all_types
from rehearsal.core.arm import Arm
from rehearsal.core.faults import Faults
from rehearsal.core.identity import load as load_identity
from rehearsal.core.rbac import Rbac
from rehearsal.core.recovery import recover
from rehearsal.core.store import Store
from rehearsal.core.tokens import Tokens
from rehearsal.core.world import World
from rehearsal.daemon import authority
from rehearsal.daemon.places import Places
from rehearsal.daemon.status import Ports
from rehearsal.doors.arm_http.server import ArmDoor
from rehearsal.doors.azure_native.server import AzureNativeDoor
from rehearsal.doors.docker_build.server import DockerBuildDoor
from rehearsal.doors.oci.server import OciDoor
from rehearsal.runtimes.base import Runtime
from rehearsal.runtimes.choose import choose_runtime


class Door(Protocol):
    """A way in."""

    def start(self, port: int = 0) -> int:
        """Listen there (0: anywhere); answers the port. Raises OSError when it is taken."""

    def stop(self) -> None:
        """Finish what is under way and close."""


@dataclass(frozen=True)
class Rehearsal:
    """All of it, ready to open its doors."""

    arm: Arm
    runtime: Runtime
    doors: dict[str, Door]

    def open(self, ports: Ports) -> dict[str, int]:
        """Bring the resources back to life and open every door; answers the ports."""
        recover(self.arm)
        return {
            name: _opened(name, door, getattr(ports, name)) for name, door in self.doors.items()
        }


def _opened(name: str, door: Door, port: int) -> int:
    try:
        return door.start(port)
    except OSError as problem:
        raise OSError(f"{name} on port {port}: {problem}") from problem


def compose(
    places: Places,
    runtime_name: str,
    closing: ExitStack,
    closing_doors: ExitStack,
    *,
    fresh: bool,
) -> Rehearsal:
    """The rehearsal of these places. Raises RehearsalError for a damaged state."""
    store = Store(places.state, fresh=fresh)
    closing.callback(store.close)
    identity = load_identity(places.state)
    tls = authority.load(places.state / "tls", places.trust)
    tokens, rbac = Tokens(identity), Rbac(store, identity.object_id)
    runtime = choose_runtime(runtime_name, places.state, places.cache, Path(places.trust))
    world = World(
        store=store,
        identity=identity,
        tokens=tokens,
        rbac=rbac,
        faults=Faults(store),
        runtime=runtime,
        registries=_Unopened(),
    )
    arm = Arm(world, all_types())
    registries = OciDoor(arm, tokens, rbac, tls, places.state)
    world.registries = registries
    doors: dict[str, Door] = {
        "arm": ArmDoor(arm, tls),
        "azure_native": AzureNativeDoor(arm),
        "docker_build": DockerBuildDoor(arm, tokens, places.state, runtime_name),
    }
    closing_doors.callback(registries.stop)
    for door in doors.values():
        closing_doors.callback(door.stop)
    return Rehearsal(arm, runtime, doors)


class _Unopened:
    """Stands where the OCI door will, which needs the core first."""

    def open_registry(self, name: str, port: int) -> None:
        raise RuntimeError(f"registry {name} was opened on port {port} before the door stood")

    def close_registry(self, name: str) -> None:
        raise RuntimeError(f"registry {name} was closed before the door stood")
