"""How long a service does not answer while its image changes: in place, and by a swap of groups behind one label.

    python -m benchmarks.deploy.gaps --rounds 5

The swap is what docs/decisions/0136 did not build: a second group that answers already takes over the label, which
is unique in a region, so that the first group gives it up before. The lifetime of a DNS record comes on top, and in
Azure the pull of the image at each start.
"""

import argparse
import os
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.deploy.measure import keep
from slipway.cloud.container_instances import container_instances
from tests.harness import engines
from tests.harness.deployment import Deployment, variables

LABEL = "slipway-gap"
_EVERY_SECONDS = 0.02
_GIVE_UP_SECONDS = 120.0


@dataclass
class Client:
    """Asks, again and again, whatever address the service's name leads to."""

    address: str | None
    """None while the name leads nowhere."""
    answered: list[float] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def asking(self) -> Iterator[None]:
        thread = threading.Thread(target=self._ask)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _ask(self) -> None:
        while not self._ended.wait(_EVERY_SECONDS):
            if self.address is not None and _is_ready(self.address):
                self.answered.append(time.monotonic())

    def answers_after(self, moment: float) -> None:
        """Wait until it was answered after that moment."""
        while not (self.answered and self.answered[-1] > moment):
            if time.monotonic() > moment + _GIVE_UP_SECONDS:
                raise SystemExit(f"nothing answers since {_GIVE_UP_SECONDS:g} s")
            time.sleep(_EVERY_SECONDS)

    @property
    def longest_gap(self) -> float:
        return max(
            later - earlier
            for earlier, later in zip(self.answered, self.answered[1:], strict=False)
        )


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}:5001/v2/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.deploy.gaps")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    gaps: dict[str, list[float]] = {"in_place_seconds": [], "swap_seconds": []}
    with engines.deployment() as deployment:
        os.environ.update(variables(deployment.rehearsal))
        deployment.configure("slipway:services.diabetes.dnsNameLabel", LABEL)
        deployment.use_model(0.1)
        deployment.engine.up().check()
        for number in range(rounds):
            gaps["in_place_seconds"].append(_in_place(deployment, 1.0 + number))
            gaps["swap_seconds"].append(_swap(_group(deployment)))
        deployment.engine.destroy().check()
    for name, found in gaps.items():
        print(f"{name}: median {median(found):.2f} of {[round(one, 2) for one in found]}")
    keep("gaps", gaps)
    return 0


def _in_place(deployment: Deployment, alpha: float) -> float:
    deployment.use_model(alpha)
    client = Client(_group(deployment).ip_address.ip)
    with client.asking():
        client.answers_after(time.monotonic())
        deployment.engine.up().check()
        client.answers_after(time.monotonic())
    return client.longest_gap


def _swap(old: Any) -> float:
    """To a second group of the same image and back again, so that the stack finds what it left."""
    groups = container_instances().container_groups
    resource_group = old.id.split("/")[4]

    def put(group: Any, name: str, label: str | None) -> str:
        group.ip_address.dns_name_label = label
        if label is None:
            group.ip_address.auto_generated_domain_name_label_scope = None
        return str(
            groups.begin_create_or_update(resource_group, name, group).result().ip_address.ip
        )

    first, second = old, groups.get(resource_group, old.name)
    address = put(second, f"{old.name}-second", None)
    while not _is_ready(address):
        time.sleep(_EVERY_SECONDS)
    client = Client(first.ip_address.ip)
    with client.asking():
        client.answers_after(time.monotonic())
        client.address = None
        put(first, old.name, None)
        client.address = put(second, f"{old.name}-second", LABEL)
        client.answers_after(time.monotonic())
    groups.begin_delete(resource_group, f"{old.name}-second").result()
    put(first, old.name, LABEL)
    return client.longest_gap


def _group(deployment: Deployment) -> Any:
    resource_group = deployment.output("services.diabetes.resourceGroup")
    groups = container_instances().container_groups
    (found,) = groups.list_by_resource_group(resource_group)
    return groups.get(resource_group, found.name)


if __name__ == "__main__":
    raise SystemExit(main())
