"""The door behind Microsoft.ContainerRegistry/registries: each registry is an OCI registry on a port of its own."""

from rehearsal.core.type_names import REGISTRY
from rehearsal.doors.kind import FarEndDoor, FarEndKind, Parts


def _make(parts: Parts) -> FarEndDoor:
    from rehearsal.doors.oci.server import OciDoor

    world = parts.arm.world
    return OciDoor(parts.arm, world.tokens, world.rbac, parts.tls, parts.state)


REGISTRIES = FarEndKind(
    name="registries",
    title="registries",
    address="localhost, a port for each registry: its login server",
    serves=REGISTRY,
    make=_make,
)
