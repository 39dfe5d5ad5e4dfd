"""Where the node keeps what."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ClusterPlaces:
    """The files of one node; but for the cache, all of them go when it stops."""

    root: Path
    cache: Path
    """Where its programs are, or will be."""

    #: Sockets have short names, the kernel takes no path of more than 107 bytes; the kubelet has some below its root.
    sockets = Path("/run/rehearsal-cluster")
    kubelet = Path("/var/lib/rehearsal-cluster")

    @property
    def kubeconfig(self) -> Path:
        """Leads to the API server as a member of system:masters."""
        return self.root / "kubeconfig"

    @property
    def record(self) -> Path:
        """What runs, or which cluster of the user's is used: written when it is ready."""
        return self.root / "cluster.json"

    @property
    def host_before(self) -> Path:
        """What the kubelet and the node's network change on this machine, as it was."""
        return self.root / "host-before.json"

    @property
    def pki(self) -> Path:
        return self.root / "pki"

    @property
    def configs(self) -> Path:
        return self.root / "conf"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def processes(self) -> Path:
        return self.root / "processes"

    @property
    def images(self) -> Path:
        return self.root / "images"

    @property
    def containerd_socket(self) -> Path:
        return self.sockets / "containerd.sock"

    def data(self, component: str) -> Path:
        """The folder of one component's own files."""
        return self.root / component
