"""What a build takes and gives, whichever builder does it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from rehearsal.distribution.auth import RegistryAuth


@dataclass(frozen=True, kw_only=True)
class BuildRequest:
    """One image to build, in docker-build's terms.

    `secrets` maps ids to values; `auth` returns the credentials for a registry host; `push` false builds only.
    """

    context: Path
    dockerfile: str
    tags: Sequence[str] = ()
    build_args: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    target: str | None = None
    platform: str | None = None
    no_cache: bool = False
    pull: bool = False
    push: bool = True
    auth: Callable[[str], RegistryAuth] = field(default=lambda _: RegistryAuth(), repr=False)
    progress: Callable[[str], None] = field(default=lambda _: None, repr=False)


@dataclass(frozen=True)
class BuildResult:
    """The manifest's digest, what was sent over the wire, and the layers' digests in order."""

    digest: str
    bytes_uploaded: int
    layers: tuple[str, ...]


class BuildError(Exception):
    """One sentence about the step that failed, followed by that step's own output."""


class Builder(Protocol):
    """Builds an image and pushes it. Raises BuildError. May be called from several threads."""

    def build(self, request: BuildRequest) -> BuildResult:
        """Build, and push to each tag when asked to."""
