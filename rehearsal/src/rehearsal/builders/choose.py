"""Which builder: `SLIPWAY_RUNTIME=docker` chooses Docker's, everything else the embedded one."""

from pathlib import Path

from rehearsal.builders.docker import DockerBuilder
from rehearsal.builders.embedded import EmbeddedBuilder
from rehearsal.builders.result import Builder


def choose_builder(
    runtime_name: str, state_dir: Path, cache_dir: Path, ca_bundle: Path | None
) -> Builder:
    """The builder of a runtime's name (`docker` or `process`)."""
    if runtime_name == "docker":
        return DockerBuilder(state_dir, ca_bundle)
    return EmbeddedBuilder(cache_dir, ca_bundle)
