"""The builder that goes with each runtime: a new one is a folder and a line here."""

from collections.abc import Callable, Mapping
from pathlib import Path

from rehearsal.builders.request import Builder


def _embedded(cache: Path, ca_bundle: Path | None) -> Builder:
    from rehearsal.builders.embedded.builder import EmbeddedBuilder

    return EmbeddedBuilder(cache, ca_bundle)


def _docker(_: Path, ca_bundle: Path | None) -> Builder:
    from rehearsal.builders.docker.builder import DockerBuilder

    return DockerBuilder(ca_bundle)


BUILDERS: Mapping[str, Callable[[Path, Path | None], Builder]] = {
    "process": _embedded,
    "docker": _docker,
}


def choose_builder(runtime: str, cache: Path, ca_bundle: Path | None) -> Builder:
    """The builder of a runtime; layers are kept in `cache`."""
    return BUILDERS[runtime](cache, ca_bundle)
