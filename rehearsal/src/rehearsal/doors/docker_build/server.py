"""What the engine takes for docker-build."""

import os
from pathlib import Path

from rehearsal.builders.choose import choose_builder
from rehearsal.core.arm import Arm
from rehearsal.core.tokens import Tokens
from rehearsal.doors.docker_build.credentials import Credentials
from rehearsal.doors.docker_build.image import Images
from rehearsal.doors.docker_build.servicer import DockerBuildServicer
from rehearsal.doors.pulumi_provider.door import ProviderDoor

_WORKERS = 16


class DockerBuildDoor(ProviderDoor):
    """On a builder.

    `runtime_name` chooses the builder: `docker`, or the embedded one. The registries' authority is looked for where
    the daemon keeps it, below `state_dir`; layers are kept in Slipway's cache.
    """

    def __init__(
        self,
        arm: Arm,
        tokens: Tokens,
        state_dir: Path,
        runtime_name: str,
        *,
        cache_dir: Path | None = None,
        ca_bundle: Path | None = None,
    ) -> None:
        ca_bundle = ca_bundle or state_dir / "tls" / "trust.pem"
        builder = choose_builder(runtime_name, state_dir, cache_dir or _cache_root(), ca_bundle)
        images = Images(builder, Credentials(arm, tokens), ca_bundle)
        super().__init__(DockerBuildServicer(arm, images), workers=_WORKERS)


def _cache_root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "slipway"
