"""Which Kubernetes is behind the rehearsal's clusters: the node of this machine, or one that the user named."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from rehearsal.cluster import processes
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.machine import private_file

#: Without any of them the node does not work.
ESSENTIAL = (
    "containerd",
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
)


@dataclass(frozen=True)
class Node:
    """A Kubernetes that is used."""

    kubeconfig: Path
    context: str
    version: str
    """`1.34.3`, what really runs."""
    own: bool
    """Whether it is the node that was started here."""
    missing: tuple[str, ...] = ()
    """Processes of its own that have ended."""


class _Record(msgspec.Struct, frozen=True):
    kubeconfig: str
    context: str
    version: str
    own: bool


def known(cluster: ClusterPlaces) -> Node | None:
    """The Kubernetes that is used, whether it answers or not."""
    try:
        record = msgspec.json.decode(cluster.record.read_bytes(), type=_Record)
    except (OSError, msgspec.DecodeError):
        return None
    gone = [name for name in ESSENTIAL if record.own and not processes.running(cluster, name)]
    return Node(
        Path(record.kubeconfig), record.context, record.version, record.own, missing=tuple(gone)
    )


def running(cluster: ClusterPlaces) -> Node | None:
    """The Kubernetes that can be used now."""
    found = known(cluster)
    return found if found and not found.missing else None


def keep(
    cluster: ClusterPlaces, kubeconfig: Path, context: str, version: str, *, own: bool
) -> None:
    """Note what is used."""
    record = _Record(str(kubeconfig), context, version, own)
    private_file.write(cluster.record, msgspec.json.encode(record))
