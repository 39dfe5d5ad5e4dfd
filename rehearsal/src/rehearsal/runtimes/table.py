"""What container groups run as: a new runtime is a folder and a line here."""

from collections.abc import Callable, Mapping
from pathlib import Path

from rehearsal.core.containers import Runtime
from rehearsal.core.errors import RehearsalError


def _process(state: Path, cache: Path, trust: Path) -> Runtime:
    from rehearsal.runtimes.process.runtime import ProcessRuntime

    return ProcessRuntime(state, cache, trust)


def _docker(state: Path, _: Path, trust: Path) -> Runtime:
    from rehearsal.runtimes.docker.runtime import DockerRuntime

    return DockerRuntime(state, trust)


RUNTIMES: Mapping[str, Callable[[Path, Path, Path], Runtime]] = {
    "process": _process,
    "docker": _docker,
}


def choose_runtime(name: str, state: Path, cache: Path, trust: Path) -> Runtime:
    """The runtime of that name; its own state is in `state/<name>`. Raises RehearsalError."""
    if name not in RUNTIMES:
        raise RehearsalError(f"The runtime must be one of {', '.join(RUNTIMES)}, got {name!r}.")
    return RUNTIMES[name](state / name, cache, trust)
