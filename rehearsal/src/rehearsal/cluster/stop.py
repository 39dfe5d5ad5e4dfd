"""Ends the node, and takes every trace of it out of the machine."""

import shutil
import time
from contextlib import suppress

from rehearsal.cluster import binaries, containerd, host, processes
from rehearsal.cluster.api import Api
from rehearsal.cluster.errors import ClusterError
from rehearsal.cluster.places import ClusterPlaces

_PODS_SECONDS = 30.0
_SECONDS = 15.0
_BEFORE_API_SERVER = ("kubelet", "kube-proxy", "kube-scheduler")
_LAST = ("kube-apiserver", "etcd")


def stop(cluster: ClusterPlaces) -> bool:
    """True if there was a node, or a cluster of the user's, which is only forgotten."""
    if not cluster.root.is_dir():
        return False
    if cluster.host_before.exists():
        _stop_node(cluster)
    shutil.rmtree(cluster.root, ignore_errors=True)
    return True


def _stop_node(cluster: ClusterPlaces) -> None:
    # It would replace the pods.
    processes.stop(cluster, "kube-controller-manager", _SECONDS)
    if processes.running(cluster, "kubelet") and processes.running(cluster, "kube-apiserver"):
        _end_pods(cluster)
    ends_early = [name for name in processes.names(cluster) if name not in (*_LAST, "containerd")]
    for name in (*_BEFORE_API_SERVER, *ends_early, *_LAST):
        processes.stop(cluster, name, _SECONDS)
    namespaces: set[str] = set()
    if processes.running(cluster, "containerd"):
        with suppress(ClusterError):
            namespaces = containerd.network_namespaces(cluster)
            containerd.remove_all(cluster)
    processes.stop(cluster, "containerd", _SECONDS)
    _end_shims(cluster)
    host.remove_network_namespaces(namespaces)
    programs = binaries.folder(cluster.cache) if binaries.are_there(cluster.cache) else None
    host.restore(cluster, programs)


def _end_pods(cluster: ClusterPlaces) -> None:
    """By the kubelet, which leaves no network, mount or cgroup of theirs."""
    api = Api(cluster)
    for namespace in (api.get("/api/v1/namespaces") or {}).get("items", ()):
        api.delete(f"/api/v1/namespaces/{namespace['metadata']['name']}/pods")
    deadline = time.monotonic() + _PODS_SECONDS
    # A pod's object goes last, after its network; its processes end before that.
    while time.monotonic() < deadline:
        pods = api.get("/api/v1/pods")
        if pods is not None and not pods["items"]:
            return
        time.sleep(0.1)


def _end_shims(cluster: ClusterPlaces) -> None:
    """Each pod has a process of containerd's that outlives it; the containers' own are its children."""
    import psutil

    wanted = str(cluster.containerd_socket)
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error):
            if "containerd-shim" in process.info["name"] and wanted in process.cmdline():
                family = [process, *process.children(recursive=True)]
                for one in family:
                    with suppress(psutil.NoSuchProcess):
                        one.kill()
                psutil.wait_procs(family, timeout=_SECONDS)
