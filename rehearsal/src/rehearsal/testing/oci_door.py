"""Two registries in a process of their own, with as much of Entra and ARM as their clients ask for.

ARM lists only the first, so that a client without a setting finds exactly one; the other is to copy to.

Run as `python -m rehearsal.testing.oci_door STATE_DIR`; prints one JSON line when it serves. A second start with the
same folder has the same content on the same ports.
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any

from rehearsal.arm.table import all_types
from rehearsal.core import identity, ids
from rehearsal.core.arm import Arm
from rehearsal.core.faults import Faults
from rehearsal.core.identity import Identity
from rehearsal.core.rbac import ACR_PULL, ACR_PUSH, Rbac
from rehearsal.core.recovery import recover
from rehearsal.core.resource import Resource, now
from rehearsal.core.store import Store
from rehearsal.core.tokens import ACR_AUDIENCE, Tokens
from rehearsal.core.type_names import REGISTRY
from rehearsal.core.world import World
from rehearsal.daemon import authority
from rehearsal.doors.arm_http.server import ArmDoor
from rehearsal.doors.oci.server import OciDoor
from rehearsal.machine.ports import free_port
from rehearsal.testing.nothing_runs import NothingRuns

NAME, OTHER = "registry1", "registry2"
PULLER, PUSHER, NOBODY = (f"{n}0000000-0000-4000-8000-000000000000" for n in (1, 2, 3))


class BothRegistries:
    """ARM, as far as the door asks it, with the registry that ARM does not list."""

    def __init__(self, arm: Arm) -> None:
        self._arm = arm

    def list(self, resource_type: str | None = None) -> list[dict[str, Any]]:
        """The documents of both."""
        listed = list(self._arm.list(resource_type))
        return listed + [{**one, "id": f"{one['id']}-other", "name": OTHER} for one in listed]

    def action(self, resource_id: str, name: str) -> dict[str, Any]:
        """That of the one that ARM knows."""
        return self._arm.action(resource_id.removesuffix("-other"), name)


def main(root: Path) -> None:
    """Serve until killed."""
    root.mkdir(parents=True, exist_ok=True)
    tls = authority.load(root / "tls", root / "tls" / "trust.pem")
    arm = _core(root)
    door = OciDoor(BothRegistries(arm), arm.world.tokens, arm.world.rbac, tls, root)
    arm.world.far_ends.register(REGISTRY, door)
    recover(arm)
    registry = _registry(arm)
    door.open(OTHER, int(arm.world.store.setting("other-port", lambda: str(free_port())) or 0))
    metadata = f"localhost:{ArmDoor(arm, tls).start()}"
    people = {
        "owner": arm.world.identity.object_id,
        "puller": PULLER,
        "pusher": PUSHER,
        "nobody": NOBODY,
    }
    report = {
        "login_server": registry["properties"]["loginServer"],
        "ca": tls.authority,
        "state": str(root / "registries" / NAME),
        "other_login_server": f"localhost:{door.port(OTHER)}",
        "other_state": str(root / "registries" / OTHER),
        "tokens": {name: arm.world.tokens.issue(who, ACR_AUDIENCE) for name, who in people.items()},
        "passwords": {name: door.refresh_token(NAME, who) for name, who in people.items()},
        "environment": _environment(arm.world.identity, metadata, tls.authority),
    }
    print(json.dumps(report), flush=True)
    threading.Event().wait()


def _core(root: Path) -> Arm:
    own, store = identity.load(root), Store(root)
    world = World(
        store=store,
        identity=own,
        tokens=Tokens(own),
        rbac=Rbac(store, own.object_id),
        faults=Faults(store),
        runtime=NothingRuns(),
    )
    return Arm(world, all_types())


def _registry(arm: Arm) -> dict[str, Any]:
    """The registry, one who may pull and one who may push."""
    group = f"/subscriptions/{arm.world.identity.subscription_id}/resourceGroups/group"
    arm.put(group, {"location": "westeurope"}, "2024-03-01")
    found = arm.put(
        f"{group}/providers/{REGISTRY}/{NAME}",
        {"location": "westeurope", "sku": {"name": "Basic"}},
        "2023-07-01",
    )
    for number, (principal, role) in enumerate([(PULLER, ACR_PULL), (PUSHER, ACR_PUSH)]):
        arm.world.store.put(_assignment(found["id"], number, principal, role))
    return found


def _assignment(scope: str, number: int, principal: str, role: str) -> Resource:
    """Past ARM, which would refuse principals that are not in the directory."""
    name = f"{number}0000000-1111-4000-8000-000000000000"
    definition = f"/providers/Microsoft.Authorization/roleDefinitions/{role}"
    properties = {"principalId": principal, "scope": scope, "roleDefinitionId": definition}
    return Resource(
        id=ids.parse(f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"),
        body={"properties": properties},
        api_version="2022-04-01",
        created_at=now(),
        created_by="test",
        modified_at=now(),
        modified_by="test",
    )


def _environment(own: Identity, metadata: str, bundle: str) -> dict[str, str]:
    return {
        "ARM_METADATA_HOSTNAME": metadata,
        "ARM_TENANT_ID": own.tenant_id,
        "ARM_CLIENT_ID": own.client_id,
        "ARM_CLIENT_SECRET": own.client_secret,
        "ARM_SUBSCRIPTION_ID": own.subscription_id,
        "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
        "SSL_CERT_FILE": bundle,
        "REQUESTS_CA_BUNDLE": bundle,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
