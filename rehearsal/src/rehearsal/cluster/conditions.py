"""What a machine must have for the node; all that is missing is said at once."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from rehearsal.cluster import binaries
from rehearsal.cluster.errors import ClusterError
from rehearsal.golang.errors import ToolchainError

CNI_FOLDER = "/usr/lib/cni"
_PACKAGES = "containerd runc containernetworking-plugins iptables nftables iproute2"
_PROGRAMS = ("containerd", "ctr", "runc", "iptables", "nft", "ip")
_PLUGINS = ("bridge", "host-local", "portmap", "firewall", "loopback")
#: Tools of administrators, which are not on everybody's PATH.
_SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"


def require(cache: Path) -> None:
    """Raises ClusterError with a line for each thing that the node needs and this machine lacks."""
    found = list(problems(cache))
    if found:
        lines = "\n".join(f"  - {each}" for each in found)
        raise ClusterError(
            f"No Kubernetes of its own can be started on this machine:\n{lines}\n"
            "Or name a cluster of yours with --kubeconfig and --context."
        )


def problems(cache: Path) -> Iterator[str]:
    """A sentence for each thing that is missing."""
    if not sys.platform.startswith("linux"):
        yield f"it needs Linux, this is {sys.platform}"
        return
    if os.geteuid() != 0:
        yield "it needs root: pods have network namespaces and cgroups of their own"
    if lacking := _lacking_programs():
        yield (
            f"{', '.join(lacking)} cannot be found; on Debian and Ubuntu: "
            f"apt-get install --no-install-recommends {_PACKAGES}"
        )
    if why := _cgroup_problem():
        yield why
    if not binaries.are_there(cache):
        try:
            binaries.find_go(cache)
        except ToolchainError as error:
            yield str(error)


def path_with_system_folders() -> str:
    """The PATH for the node's processes, and for looking for what they need."""
    return f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM_FOLDERS}"


def _lacking_programs() -> list[str]:
    path = path_with_system_folders()
    lacking = [name for name in _PROGRAMS if shutil.which(name, path=path) is None]
    plugins = [f"{CNI_FOLDER}/{name}" for name in _PLUGINS]
    return lacking + [plugin for plugin in plugins if not os.access(plugin, os.X_OK)]


def _cgroup_problem() -> str | None:
    root = Path("/sys/fs/cgroup")
    folders = [root] if (root / "cgroup.controllers").exists() else [root / "memory", root / "cpu"]
    if all(os.access(folder, os.W_OK) for folder in folders):
        return None
    return f"cgroups cannot be made: {', '.join(map(str, folders))} must be there and writable"
