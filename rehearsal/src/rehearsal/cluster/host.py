"""What the node changes on this machine, and how it is put back: an address, a route, some kernel settings, chains."""

import json
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from rehearsal.cluster.conditions import path_with_system_folders
from rehearsal.cluster.errors import ClusterError
from rehearsal.cluster.layout import BRIDGE, CNI_NETWORK, NODE_ADDRESS, SERVICE_RANGE
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.machine import private_file

#: Which the kubelet, kube-proxy and we set.
_SETTINGS = (
    "kernel/panic",
    "kernel/panic_on_oops",
    "vm/overcommit_memory",
    "net/ipv4/ip_forward",
    "net/ipv4/conf/all/route_localnet",
)
_PROC = Path("/proc/sys")
#: Of the CNI plug-in `firewall`.
_CHAINS = ("CNI-FORWARD", "CNI-ADMIN")
#: Where Kubernetes and containerd keep files whatever their configuration says; removed where empty.
_FOLDERS = (
    "/var/lib/cni/results",
    "/var/lib/cni",
    "/var/log/containers",
    "/var/lib/kubelet/device-plugins",
    "/var/lib/kubelet",
    "/run/netns",
    "/run/runc",
    "/run/containerd/s",
    "/run/containerd/runc",
    "/run/containerd",
)


def prepare(places: ClusterPlaces) -> None:
    """Give the node its address, and note how the kernel was set. Raises ClusterError."""
    if not places.host_before.exists():
        before = {name: (_PROC / name).read_text() for name in _SETTINGS}
        private_file.write(places.host_before, json.dumps(before).encode())
    _ip("address", "replace", f"{NODE_ADDRESS}/32", "dev", "lo")
    # Addresses of Services lead somewhere also on a machine without a default route.
    _ip("route", "replace", SERVICE_RANGE, "dev", "lo", "src", NODE_ADDRESS)
    (_PROC / "net/ipv4/ip_forward").write_text("1")


def restore(places: ClusterPlaces, programs: Path | None) -> None:
    """Take every trace of the node out of the machine; what is not there is no error."""
    for folder in (places.root, places.sockets, places.kubelet):
        _unmount(folder)
    if programs is not None:
        _run(str(programs / "kube-proxy"), "--cleanup")
    _run("ip", "link", "delete", BRIDGE)
    _run("ip", "route", "delete", SERVICE_RANGE, "dev", "lo")
    _run("ip", "address", "delete", f"{NODE_ADDRESS}/32", "dev", "lo")
    _remove_chains()
    _remove_cgroups()
    remove_network_namespaces({name for path in _results() for name in _namespaces(path)})
    _remove_files(places)
    with suppress(OSError, ValueError):
        for name, value in json.loads(places.host_before.read_text()).items():
            (_PROC / name).write_text(value)
    shutil.rmtree(places.kubelet, ignore_errors=True)
    shutil.rmtree(places.sockets, ignore_errors=True)


def remove_network_namespaces(names: Iterable[str]) -> None:
    """What is not there is no error."""
    for name in names:
        _run("ip", "netns", "delete", name)


def _ip(*words: str) -> None:
    done = _run("ip", *words)
    if done.returncode != 0:
        raise ClusterError(f"`ip {' '.join(words)}` failed: {done.stderr.strip()}")


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": path_with_system_folders()},
    )


def _unmount(folder: Path) -> None:
    """Whatever is mounted below it, and on it: the kubelet makes a mount of its own folder."""
    mounts = (Path(line.split()[1]) for line in Path("/proc/mounts").read_text().splitlines())
    for mount in sorted((one for one in mounts if one.is_relative_to(folder)), reverse=True):
        _run("umount", "--lazy", str(mount))


def _remove_chains() -> None:
    rules = _run("iptables", "-S", "FORWARD").stdout.splitlines()
    for rule in rules:
        if any(rule.endswith(f"-j {chain}") for chain in _CHAINS):
            # Quoted as for a shell: its comment is of several words.
            _run("iptables", "-D", *shlex.split(rule)[1:])
    for action in ("-F", "-X"):
        for chain in _CHAINS:
            _run("iptables", action, chain)


def _remove_cgroups() -> None:
    for folder in _cgroups():
        for path in sorted((folder, *folder.rglob("*")), key=lambda one: -len(one.parts)):
            if path.is_dir():
                with suppress(OSError):
                    path.rmdir()


def _cgroups() -> Iterator[Path]:
    root = Path("/sys/fs/cgroup")
    yield from (found for found in (root / "kubepods", *root.glob("*/kubepods")) if found.is_dir())


def _results() -> list[Path]:
    """What the plug-ins noted of pods whose network was not taken down, those of the pods' loopback among it."""
    folder = Path("/var/lib/cni/results")
    ours = list(folder.glob(f"{CNI_NETWORK}-*-eth0"))
    pods = [path.name.removeprefix(f"{CNI_NETWORK}-").removesuffix("-eth0") for path in ours]
    return [*ours, *(folder / f"cni-loopback-{pod}-lo" for pod in pods)]


def _namespaces(result: Path) -> set[str]:
    with suppress(OSError, ValueError, AttributeError):
        interfaces = json.loads(result.read_text())["result"].get("interfaces") or ()
        paths = {Path(one["sandbox"]) for one in interfaces if one.get("sandbox")}
        return {path.name for path in paths if path.parent.name == "netns"}
    return set()


def _remove_files(places: ClusterPlaces) -> None:
    for log in Path("/var/log/containers").glob("*.log"):
        if log.is_symlink() and log.readlink().is_relative_to(places.root):
            log.unlink()
    for path in _results():
        path.unlink(missing_ok=True)
    with suppress(OSError):
        Path("/var/lib/kubelet/device-plugins/kubelet.sock").unlink()
    for name in _FOLDERS:
        folder = Path(name)
        for path in (*(folder.iterdir() if folder.is_dir() else ()), folder):
            with suppress(OSError):
                path.rmdir()
