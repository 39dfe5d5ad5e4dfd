"""What the daemon and the commands know of a door: its line in the table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rehearsal.core.far_ends import FarEnd

if TYPE_CHECKING:
    # The commands read the table too, and need none of this.
    from rehearsal.core.arm import Arm
    from rehearsal.core.identity import Identity


class TlsFiles(Protocol):
    """Paths of PEM files: the certificate of `localhost` by the rehearsal's own authority, and its key."""

    @property
    def certificate(self) -> str:
        """The chain."""

    @property
    def key(self) -> str:
        """The private key."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What doors are made of."""

    arm: "Arm"
    tls: TlsFiles
    state: Path
    cache: Path
    trust: Path
    """The bundle of authorities that clients inside the rehearsal trust."""
    runtime: str


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An open door, for its environment variables. `port` is 0 for a far end, which has many."""

    port: int
    identity: "Identity"
    trust: Path


class Door(Protocol):
    """A way in."""

    def start(self, port: int = 0) -> int:
        """Listen there (0: anywhere); returns the port. Raises OSError when it is taken."""

    def stop(self) -> None:
        """Finish what is under way and close."""


class FarEndDoor(FarEnd, Protocol):
    """A way in to the resources of one type, each on a port of its own."""

    def stop(self) -> None:
        """Stop listening for all; what they hold stays."""


def no_variables(_: Opened) -> Mapping[str, str]:
    """For a door that its clients find without help."""
    return {}


@dataclass(frozen=True, kw_only=True)
class DoorKind:
    """A line of the table, for a door with one port.

    `make` imports what the door is made of only when it is called: the commands read the table as well.
    """

    name: str
    """The door's key in the state and in `status --json`."""
    title: str
    address: str
    """What `status` prints beside the title; `{port}` is filled in."""
    make: Callable[[Parts], Door]
    variables: Callable[[Opened], Mapping[str, str]] = no_variables
    """What `env` prints for it; values that several doors give to one variable are joined by commas."""


@dataclass(frozen=True, kw_only=True)
class FarEndKind:
    """A line of the table, for a door that listens for each resource of an ARM type."""

    name: str
    title: str
    address: str
    serves: str
    """The ARM type."""
    make: Callable[[Parts], FarEndDoor]
    variables: Callable[[Opened], Mapping[str, str]] = no_variables


Kind = DoorKind | FarEndKind
