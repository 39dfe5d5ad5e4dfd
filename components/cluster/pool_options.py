"""What users decide about one pool of machines for scoring services."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from components.service_options import Spelling
from slipway.rules.cluster_capacity import Pool, Purpose
from slipway.rules.ranges import Range
from slipway.rules.vm_sizes import VM_SIZE, unknown, vcpus

SPOT = "kubernetes.azure.com/scalesetpriority=spot"
"""Label of spot machines, and with its effect their taint: Azure adds both, and then refuses a list without them."""

_TAINT = re.compile(
    r"[A-Za-z0-9]([\w./-]*[A-Za-z0-9])?=([\w.-]*):(NoSchedule|PreferNoSchedule|NoExecute)"
)
_MACHINES = {"production": 3, "dev-test": 1}


@dataclass(frozen=True, kw_only=True)
class PoolOptions:
    """A pool of machines for scoring services."""

    vm_size: Annotated[str, VM_SIZE] = "Standard_D3_v2"
    """Size of its machines. A change makes a pool under a new name, and then deletes the old one."""
    vcpus: Annotated[int, Range(1)] | None = None
    """vCPU of one machine, where Slipway does not know the size."""
    count: Annotated[int, Range(0, 1000)] | None = None
    """How many machines; by default 3 for production and 1 for dev-test. Not beside the autoscaler's limits."""
    min_count: Annotated[int, Range(0, 1000)] | None = None
    """Fewest machines that the cluster autoscaler keeps; give it with `max_count`."""
    max_count: Annotated[int, Range(1, 1000)] | None = None
    """Most machines that the cluster autoscaler starts."""
    spot: bool = False
    """Use spot machines, which are cheaper and which Azure may take back. They do not count as the cluster's capacity.
    A change makes a pool under a new name."""
    taints: Sequence[str] = ()
    """Taints such as sku=gpu:NoSchedule, which keep away pods that do not tolerate them."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of its machines."""
    os_disk_size_gb: Annotated[int, Range(30, 2048)] | None = None
    """Size of each machine's disk; Azure's own choice by default. A change makes a pool under a new name."""

    @property
    def autoscaled(self) -> bool:
        """Whether the cluster autoscaler decides how many machines it has."""
        return self.min_count is not None or self.max_count is not None

    def machines(self, purpose: Purpose) -> int:
        """How many it begins with, which is the fewest it has."""
        if self.autoscaled:
            return self.min_count or 0
        return _MACHINES[purpose] if self.count is None else self.count

    def all_taints(self) -> list[str]:
        """Its taints, with that of spot machines."""
        own = f"{SPOT}:NoSchedule"
        return [*self.taints, *([own] if self.spot and own not in self.taints else [])]

    def all_labels(self) -> dict[str, str]:
        """Its labels, with that of spot machines."""
        key, _, value = SPOT.partition("=")
        return {**self.labels, **({key: value} if self.spot else {})}

    def capacity(self, name: str, purpose: Purpose) -> Pool | None:
        """What it counts for; None of an unknown size."""
        each = self.vcpus or vcpus(self.vm_size)
        if each is None:
            return None
        return Pool(
            name=name,
            vm_size=self.vm_size,
            vcpus=each,
            machines=self.machines(purpose),
            autoscaled=self.autoscaled,
            taints=tuple(self.all_taints()),
            spot=self.spot,
        )

    def conflicts(self, spelling: Spelling) -> dict[str, str]:
        """Field -> what is wrong with it, or with it beside others."""
        return dict(self._conflicts(spelling))

    def _conflicts(self, spelling: Spelling) -> Iterator[tuple[str, str]]:
        if self.vcpus is None and vcpus(self.vm_size) is None and not VM_SIZE.refusal(self.vm_size):
            yield "vm_size", unknown(self.vm_size)
        known = vcpus(self.vm_size)
        if self.vcpus is not None and known not in (None, self.vcpus):
            yield "vcpus", f"must be {known}, as {self.vm_size} has, got {self.vcpus}; leave it out"
        if self.autoscaled:
            yield from self._autoscaler_conflicts(spelling)
        if wrong := [taint for taint in self.taints if not _TAINT.fullmatch(taint)]:
            yield (
                "taints",
                "must be key=value:Effect with one of NoSchedule, PreferNoSchedule and NoExecute, got "
                + ", ".join(map(repr, wrong)),
            )

    def _autoscaler_conflicts(self, spelling: Spelling) -> Iterator[tuple[str, str]]:
        least, most = spelling("min_count"), spelling("max_count")
        for given, missing in (("min_count", "max_count"), ("max_count", "min_count")):
            if getattr(self, given) is not None and getattr(self, missing) is None:
                yield given, f"must be given with {spelling(missing)}: the autoscaler needs both"
        if None not in (self.min_count, self.max_count) and self.min_count > self.max_count:  # type: ignore[operator]
            yield "min_count", f"must be at most {most} ({self.max_count}), got {self.min_count}"
        if self.count is not None:
            yield (
                "count",
                f"must not be given beside {least} and {most}: the autoscaler decides, got {self.count}",
            )
