"""A runtime without containers, for tests of what lies above it."""

from collections.abc import Sequence

from rehearsal.core.consoles import Console
from rehearsal.core.containers import ContainerState, GroupSpec


class NothingRuns:
    """Implements `Runtime`: starts nothing. Subclasses do what their tests need."""

    def start(self, group: GroupSpec) -> None:
        """Refuses: the tests that need this have a runtime of their own."""
        raise NotImplementedError

    def stop(self, group_id: str) -> None:
        """Nothing runs."""

    def restart(self, group_id: str) -> None:
        """Nothing runs."""

    def logs(
        self, group_id: str, container: str, tail: int | None = None, *, timestamps: bool = False
    ) -> str:
        """Nothing was printed."""
        return ""

    def state(self, group_id: str) -> Sequence[ContainerState]:
        """Nothing runs."""
        return ()

    def execute(
        self, group_id: str, container: str, command: str, size: tuple[int, int]
    ) -> Console:
        """Nothing runs."""
        raise ProcessLookupError

    def attach(self, group_id: str, container: str) -> Console:
        """Nothing runs."""
        raise ProcessLookupError

    def recover(self, groups: Sequence[GroupSpec]) -> None:
        """Nothing ran."""
