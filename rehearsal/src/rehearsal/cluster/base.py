"""What containerd calls in the place of runc, so that images without a base run in pods (`oci_runtime`)."""

import shlex
import sys
from pathlib import Path

from rehearsal.cluster.places import ClusterPlaces

_SCRIPT = """#!/bin/sh
# Each call of runc for a container; Python is started for the one that is changed.
for word in "$@"; do
    if [ "$word" = create ]; then
        exec {python} -m rehearsal.cluster.oci_runtime {socket} {cache} "$@"
    fi
done
exec runc "$@"
"""


def path(cluster: ClusterPlaces) -> Path:
    """The program that containerd calls."""
    return cluster.configs / "runc-with-base"


def write(cluster: ClusterPlaces) -> None:
    """Write it."""
    words = {
        "python": sys.executable,
        "socket": str(cluster.containerd_socket),
        "cache": str(cluster.cache),
    }
    script = path(cluster)
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(_SCRIPT.format(**{name: shlex.quote(word) for name, word in words.items()}))
    script.chmod(0o700)
