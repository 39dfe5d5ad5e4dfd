"""The provider door in a process of its own, on a runtime that waits for leave: for tests that kill it.

Arguments: state folder, port (0: any). Prints the port. A container group's start makes `<state>/starting`
and goes on when `<state>/go` is there.
"""

import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from rehearsal.arm.table import all_types
from rehearsal.core import identity
from rehearsal.core.arm import Arm
from rehearsal.core.containers import ContainerState, GroupSpec
from rehearsal.core.faults import Faults
from rehearsal.core.rbac import Rbac
from rehearsal.core.recovery import recover
from rehearsal.core.store import Store
from rehearsal.core.tokens import Tokens
from rehearsal.core.world import World
from rehearsal.doors.azure_native.servicer import AzureNativeServicer
from rehearsal.doors.pulumi_provider.server import ProviderServer
from rehearsal.testing.nothing_runs import NothingRuns


class WaitingRuntime(NothingRuns):
    """Containers run at once, when they may."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._groups: dict[str, GroupSpec] = {}

    def start(self, group: GroupSpec) -> None:
        (self._state / "starting").touch()
        while not (self._state / "go").exists():
            time.sleep(0.02)
        self._groups[group.id] = group

    def stop(self, group_id: str) -> None:
        self._groups.pop(group_id, None)

    def state(self, group_id: str) -> list[ContainerState]:
        group = self._groups.get(group_id)
        containers = group.containers if group else ()
        return [ContainerState(name=one.name, state="Running", ready=True) for one in containers]

    def recover(self, groups: Sequence[GroupSpec]) -> None:
        self._groups = {group.id: group for group in groups}


def main(state: Path, port: int) -> None:
    """Serve until killed."""
    state.mkdir(exist_ok=True)
    me, store = identity.load(state), Store(state)
    world = World(
        store=store,
        identity=me,
        tokens=Tokens(me),
        rbac=Rbac(store, me.object_id),
        faults=Faults(store),
        runtime=WaitingRuntime(state),
    )
    arm = Arm(world, all_types())
    recover(arm)
    # gRPC stops a server that nobody holds.
    door = ProviderServer(AzureNativeServicer(arm), workers=16)
    print(door.start(port), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
