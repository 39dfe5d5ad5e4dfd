"""Descriptors: each connection takes one, or three where it is relayed."""

from __future__ import annotations

import resource

# What a process has open besides connections.
_OTHERS = 256
_EACH, _EACH_RELAYED = 1, 3


def places(wanted: int, *, relayed: bool) -> int:
    """How many connections each port can have of the `wanted`, after this process's own limit has been raised."""
    each = _EACH + (_EACH_RELAYED if relayed else 0)
    needed = _OTHERS + wanted * each
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        soft = max(soft, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    return max((soft - _OTHERS) // each, 1)
