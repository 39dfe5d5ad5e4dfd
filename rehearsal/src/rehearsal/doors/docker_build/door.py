"""The door that the engine takes for the docker-build provider."""

from collections.abc import Mapping

from rehearsal.doors.kind import Door, DoorKind, Opened, Parts

_WORKERS = 16


def _make(parts: Parts) -> Door:
    """The builder is that of the runtime: `docker`, or the embedded one."""
    from rehearsal.builders.table import choose_builder
    from rehearsal.doors.docker_build.credentials import Credentials
    from rehearsal.doors.docker_build.image import Images
    from rehearsal.doors.docker_build.servicer import DockerBuildServicer
    from rehearsal.doors.pulumi_provider.server import ProviderServer

    builder = choose_builder(parts.runtime, parts.cache, parts.trust)
    credentials = Credentials(parts.arm, parts.arm.world.tokens)
    images = Images(builder, credentials, parts.trust)
    return ProviderServer(DockerBuildServicer(parts.arm, images), workers=_WORKERS)


def _variables(opened: Opened) -> Mapping[str, str]:
    return {"PULUMI_DEBUG_PROVIDERS": f"docker-build:{opened.port}"}


DOCKER_BUILD = DoorKind(
    name="docker_build",
    title="docker-build",
    address="127.0.0.1:{port}",
    make=_make,
    variables=_variables,
)
