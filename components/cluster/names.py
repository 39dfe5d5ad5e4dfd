"""What a cluster and its parts are called: planned once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from components.cluster.pool_options import PoolOptions
from slipway.rules.physical_names import physical_name

_HASH_LENGTH = 4


@dataclass(frozen=True, kw_only=True)
class ClusterNames:
    """Physical names, the same each time. Whoever knows the base name finds every part again."""

    cluster: str
    dns_prefix: str
    """First part of the host of the API server; Azure adds to it."""
    identity: str
    """The identity that the cluster manages its network with."""
    prometheus: str
    """The Azure Monitor workspace of its metrics."""
    collection: str
    """First part of what collects logs and metrics."""

    @classmethod
    def of(cls, base_name: str) -> Self:
        """The plan for a cluster of the workspace with this base name."""
        return cls(
            cluster=physical_name(base_name, "cluster"),
            dns_prefix=physical_name(base_name, "cluster", limit=54),
            identity=physical_name(base_name, "cluster", limit=128),
            prometheus=physical_name(base_name, "metrics", limit=44),
            collection=physical_name(base_name, "cluster", limit=50),
        )


def pool_name(name: str, pool: PoolOptions, zones: Sequence[str]) -> str:
    """The pool's name in Azure, at most 12 characters: another one where something differs that Azure cannot change.

    So a changed size makes a new pool beside the old one, instead of a gap between the two.
    """
    fixed = "/".join(
        [pool.vm_size.lower(), str(pool.spot), str(pool.os_disk_size_gb), *sorted(zones)]
    )
    return f"{name}{hashlib.sha256(fixed.encode()).hexdigest()[:_HASH_LENGTH]}"
