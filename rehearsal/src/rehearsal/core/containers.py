"""What a container group is to a runtime, and what a runtime can do with one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from rehearsal.core.consoles import Console


@dataclass(frozen=True, kw_only=True)
class Probe:
    """An HTTP GET or an exec probe, in ACI's terms; times in seconds."""

    http_path: str | None = None
    http_port: int | None = None
    http_scheme: str = "http"
    exec_command: tuple[str, ...] = ()
    initial_delay_seconds: int = 0
    period_seconds: int = 10
    timeout_seconds: int = 1
    failure_threshold: int = 3
    success_threshold: int = 1


@dataclass(frozen=True, kw_only=True)
class ContainerSpec:
    """One container of a group. `image` is `host:port/repository@sha256:...`."""

    name: str
    image: str
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    """Plain and secure values together; a runtime never prints them."""
    ports: tuple[int, ...] = ()
    cpu: float = 1.0
    memory_gb: float = 1.5
    liveness: Probe | None = None
    readiness: Probe | None = None
    files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    """Mount path -> file name -> content (secret volumes)."""


@dataclass(frozen=True, kw_only=True)
class GroupSpec:
    """A container group as Azure accepted it."""

    id: str
    name: str
    ip: str | None
    """Loopback address that the group's ports are published on; None publishes nothing."""
    containers: tuple[ContainerSpec, ...]
    restart_policy: Literal["Always", "OnFailure", "Never"] = "Always"
    registry_token: Callable[[str], str] | None = None
    """Login server -> bearer token of the identity that pulls."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a container, `count` times from `first` to `last`; names as Azure has them."""

    name: str
    message: str
    first: str
    last: str
    type: Literal["Normal", "Warning"] = "Normal"
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class PastRun:
    """How an earlier run of a container ended."""

    exit_code: int
    started_at: str | None
    finished_at: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class ContainerState:
    """One container's state in ACI's terms."""

    name: str
    state: Literal["Waiting", "Running", "Terminated"]
    ready: bool
    restart_count: int = 0
    exit_code: int | None = None
    detail: str = ""
    started_at: str | None = None
    finished_at: str | None = None
    previous: PastRun | None = None
    """The run before this one; None in the first."""
    events: Sequence[Event] = ()


class PullError(Exception):
    """An image that could not be pulled, with the registry's words."""


class Runtime(Protocol):
    """Runs container groups. All methods may be called from any thread."""

    def start(self, group: GroupSpec) -> None:
        """Pull by digest and run; replaces a group of the same id. Raises PullError."""

    def stop(self, group_id: str) -> None:
        """Stop all containers and remove what they wrote; a group that is not there is no error."""

    def restart(self, group_id: str) -> None:
        """Stop and start the containers in place, keeping the group."""

    def logs(
        self, group_id: str, container: str, tail: int | None = None, *, timestamps: bool = False
    ) -> str:
        """What the container printed, also of its last run when it has exited; each line with its time if asked."""

    def state(self, group_id: str) -> Sequence[ContainerState]:
        """The containers' states now."""

    def execute(
        self, group_id: str, container: str, command: str, size: tuple[int, int]
    ) -> Console:
        """Run a program in a running container, on a terminal of so many rows and columns. Raises OSError.

        One program without arguments, as in Azure. It ends with the container.
        """

    def attach(self, group_id: str, container: str) -> Console:
        """What a running container prints from now on. Raises OSError."""

    def recover(self, groups: Sequence[GroupSpec]) -> None:
        """After a kill of the rehearsal: adopt what still runs, start what should, reap the rest."""
