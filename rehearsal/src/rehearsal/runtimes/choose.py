"""Which runtime: processes by default, Docker where it is asked for."""

from pathlib import Path

from rehearsal.core.errors import RehearsalError
from rehearsal.runtimes.base import Runtime

RUNTIMES = ("process", "docker")


def choose_runtime(name: str, state: Path, cache: Path, trust: Path) -> Runtime:
    """The runtime of that name (`SLIPWAY_RUNTIME`); its own state lies in `state/<name>`."""
    if name == "process":
        from rehearsal.runtimes.process import ProcessRuntime

        return ProcessRuntime(state / name, cache, trust)
    if name == "docker":
        from rehearsal.runtimes.docker import DockerRuntime

        return DockerRuntime(state / name, trust)
    raise RehearsalError(f"The runtime must be one of {', '.join(RUNTIMES)}, got {name!r}.")
