"""How large a cluster for scoring services must be: Azure ML's two conditions, with their arithmetic.

A cluster for production has at least 12 vCPU on at least 3 machines, one for dev-test at least 2 vCPU. Counted are the
machines that services can use, an autoscaled pool with its minimum.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from math import ceil
from typing import Literal

from slipway.rules.vm_sizes import is_accelerated

Purpose = Literal["production", "dev-test"]
"""What a cluster is for."""

SMALLEST_SIZE, SMALLEST_SIZE_VCPUS = "Standard_D3_v2", 4
_KEEPS_AWAY = ("NoSchedule", "NoExecute")


@dataclass(frozen=True)
class Least:
    """What a purpose asks for."""

    vcpus: int
    machines: int


LEAST: dict[str, Least] = {"production": Least(12, 3), "dev-test": Least(2, 1)}


@dataclass(frozen=True, kw_only=True)
class Pool:
    """A pool of machines, as far as its capacity is concerned."""

    name: str
    vm_size: str
    vcpus: int
    """Of one machine."""
    machines: int
    """The autoscaler's minimum where it scales the pool."""
    autoscaled: bool = False
    taints: tuple[str, ...] = ()
    spot: bool = False

    def left_out(self, tolerated: Set[str] = frozenset()) -> str | None:
        """Why a service that tolerates these taints cannot count on it, if it cannot."""
        if self.spot:
            return "its machines are spot machines, which Azure may take back"
        away = [
            taint
            for taint in self.taints
            if taint.rpartition(":")[2] in _KEEPS_AWAY and taint not in tolerated
        ]
        return f"it has the taint {away[0]}" if away else None

    def __str__(self) -> str:
        each = f"{self.vcpus} vCPU" + (" each" if self.machines != 1 else "")
        least = " at least" if self.autoscaled else ""
        return f"{self.name}:{least} {self.machines} x {self.vm_size} ({each}) = {self.machines * self.vcpus} vCPU"


@dataclass(frozen=True)
class Words:
    """How settings are called where they were given."""

    pools: str = "pools"
    count: str = "count"
    minimum: str = "min_count"
    purpose: str = "purpose"


def only_accelerated(pools: Sequence[Pool]) -> bool:
    """Whether every pool has accelerators: the rule is one of vCPU, and an accelerated service checks its devices."""
    return bool(pools) and all(is_accelerated(pool.vm_size) for pool in pools)


EXEMPT = (
    "every pool of the cluster has accelerators: the rule of 12 vCPU on 3 machines does not apply, and an accelerated "
    "service checks its own pool's devices"
)


def refusal(
    pools: Sequence[Pool],
    purpose: Purpose,
    *,
    tolerated: Set[str] = frozenset(),
    words: Words | None = None,
) -> str | None:
    """Every condition that fails with its numbers and the smallest change that satisfies all, or None.

    In the cluster's stack nothing is tolerated; in a service's stack, the taints that the service tolerates.
    """
    if only_accelerated(pools):
        return None
    words = words or Words()
    least = LEAST[purpose]
    counted = [pool for pool in pools if pool.left_out(tolerated) is None]
    vcpus = sum(pool.machines * pool.vcpus for pool in counted)
    machines = sum(pool.machines for pool in counted)
    failed = []
    if vcpus < least.vcpus:
        failed.append(f"{vcpus} vCPU are {least.vcpus - vcpus} fewer than {least.vcpus}")
    if machines < least.machines:
        failed.append(
            f"{_machines(machines)} {'is' if machines == 1 else 'are'} {least.machines - machines} fewer than "
            f"{least.machines}"
        )
    if not failed:
        return None
    wanted = f"at least {least.vcpus} vCPU on at least {_machines(least.machines)} for {words.purpose} {purpose}"
    return (
        f"must have {wanted}, got {vcpus} vCPU on {_machines(machines)} ({_arithmetic(pools, tolerated)}): "
        f"{' and '.join(failed)}; {_cure(counted, vcpus, machines, purpose, words)}"
    )


def _machines(count: int) -> str:
    return f"{count} machine" + ("" if count == 1 else "s")


def _arithmetic(pools: Sequence[Pool], tolerated: Set[str]) -> str:
    told = [
        f"{pool}" if (why := pool.left_out(tolerated)) is None else f"{pool}, not counted as {why}"
        for pool in pools
    ]
    return "; ".join(told) or "no pool"


def _cure(
    counted: Sequence[Pool], vcpus: int, machines: int, purpose: Purpose, words: Words
) -> str:
    least = LEAST[purpose]
    instead = (
        f", or {words.purpose}: dev-test for a cluster that is not for production"
        if purpose == "production" and vcpus >= LEAST["dev-test"].vcpus
        else ""
    )
    if not counted:
        count = max(least.machines, ceil(least.vcpus / SMALLEST_SIZE_VCPUS))
        return (
            f"the smallest change is a pool with {words.count}: {count} of {SMALLEST_SIZE}, without taints and not of "
            f"spot machines, in {words.pools}{instead}"
        )

    def more(pool: Pool) -> int:
        return max(ceil(max(0, least.vcpus - vcpus) / pool.vcpus), least.machines - machines, 0)

    pool = min(counted, key=lambda each: (more(each) * each.vcpus, more(each)))
    count = pool.machines + more(pool)
    setting = words.minimum if pool.autoscaled else words.count
    total = vcpus + more(pool) * pool.vcpus
    return (
        f"the smallest change is {words.pools}.{pool.name}.{setting}: {count} "
        f"({total} vCPU on {_machines(machines + more(pool))}){instead}"
    )
