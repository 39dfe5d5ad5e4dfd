"""Groups that run images which were really built and pushed."""

import itertools
from pathlib import Path
from types import SimpleNamespace

import pytest

from rehearsal.core.containers import ContainerSpec, GroupSpec

_addresses = itertools.count(1)


@pytest.fixture
def group(oci_door):
    """Makes a group of one container on a loopback address of its own."""

    def make(image, token="puller", **changes):
        mine = {
            name: changes.pop(name) for name in ("restart_policy", "id", "ip") if name in changes
        }
        number = next(_addresses)
        named = {"id": f"/groups/{number}", "ip": f"127.77.{number}.1"} | mine
        spec = {"name": "app", "image": image, "ports": (5001,), "memory_gb": 1.0} | changes
        return GroupSpec(
            name="group",
            containers=(ContainerSpec(**spec),),
            registry_token=lambda host: oci_door.tokens[token],
            **named,
        )

    return make


@pytest.fixture
def places(tmp_path, oci_door):
    """State, cache and authority of a runtime."""
    return SimpleNamespace(state=tmp_path / "state", cache=tmp_path / "cache", ca=Path(oci_door.ca))
