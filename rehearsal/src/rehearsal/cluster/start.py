"""Starts the node: ready within seconds once its programs are built."""

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from rehearsal.cluster import (
    binaries,
    certificates,
    conditions,
    containerd,
    control_plane,
    host,
    images,
    node,
    node_agents,
    processes,
)
from rehearsal.cluster.api import Api
from rehearsal.cluster.errors import ClusterError
from rehearsal.cluster.layout import NODE, PAUSE_IMAGE
from rehearsal.cluster.node import Node
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.cluster.stop import stop
from rehearsal.machine import lock, private_folder
from rehearsal.machine.own_command import advice

_KUBELET_MAY = "rehearsal:api-server-to-kubelet"
_BINDING = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": _KUBELET_MAY},
    "roleRef": {
        "apiGroup": "rbac.authorization.k8s.io",
        "kind": "ClusterRole",
        "name": "system:kubelet-api-admin",
    },
    "subjects": [
        {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "User",
            "name": "kube-apiserver-kubelet-client",
        }
    ],
}
_ANSWER_SECONDS = 90.0
#: One node on a machine: its addresses are fixed.
_ONLY_ONE = Path("/run/rehearsal-cluster.lock")


def start(cluster: ClusterPlaces) -> Node:
    """Start the node and wait until it is ready; one that runs stays as it is.

    What a start that was killed has left is taken away first. Raises ClusterError: what the machine lacks, or which
    process did not answer, with its last words.
    """
    conditions.require(cluster.cache)
    private_folder.make(cluster.cache)
    programs = binaries.ensure(cluster.cache)
    with ExitStack() as closing:
        if not lock.hold(_ONLY_ONE, closing):
            raise ClusterError(
                "Another node is being started or stopped on this machine: wait for it."
            )
        if found := node.running(cluster):
            return found
        stop(cluster)
        _refuse_anothers_node()
        private_folder.make(cluster.root)
        _bring_up(cluster, programs)
        node.keep(cluster, cluster.kubeconfig, "rehearsal", binaries.version(), own=True)
    ready = node.running(cluster)
    if ready is None:
        raise ClusterError(f"The node ended at once; its logs are in {cluster.logs}.")
    return ready


def _refuse_anothers_node() -> None:
    """Its state is in a folder of somebody else's."""
    if ClusterPlaces.sockets.exists():
        raise ClusterError(
            f"A node of another state folder runs on this machine ({ClusterPlaces.sockets} is there): stop it there by "
            f"{advice('cluster stop')}, with the XDG_STATE_HOME that it was started with."
        )


def _bring_up(cluster: ClusterPlaces, programs: Path) -> None:
    cluster.sockets.mkdir(mode=0o700)
    host.prepare(cluster)
    containerd.configure(cluster)
    _start(cluster, containerd.command(cluster))
    certificates.make(cluster)
    node_agents.configure(cluster)
    _start(cluster, control_plane.etcd(programs, cluster))
    _start(cluster, control_plane.api_server(programs, cluster))
    _until(cluster, "containerd", lambda: containerd.answers(cluster))
    _import_pause(cluster, programs)
    api = Api(cluster)
    _until(cluster, "kube-apiserver", api.is_ready)
    for command in (control_plane.controller_manager, control_plane.scheduler):
        _start(cluster, command(programs, cluster))
    api.apply(f"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/{_KUBELET_MAY}", _BINDING)
    for command in (node_agents.kubelet, node_agents.proxy):
        _start(cluster, command(programs, cluster))
    _until(cluster, "kubelet", lambda: _is_node_ready(api))
    account = "/api/v1/namespaces/default/serviceaccounts/default"
    _until(cluster, "kube-controller-manager", lambda: api.get(account) is not None)


def _start(cluster: ClusterPlaces, command: processes.Command) -> None:
    environment = {"PATH": conditions.path_with_system_folders(), **(command.environment or {})}
    program = shutil.which(command.arguments[0], path=environment["PATH"])
    arguments = [program or command.arguments[0], *command.arguments[1:]]
    processes.start(cluster, processes.Command(command.name, arguments, environment))


def _import_pause(cluster: ClusterPlaces, programs: Path) -> None:
    archive = cluster.images / "pause.tar"
    images.write_program(archive, PAUSE_IMAGE, programs / "pause")
    containerd.import_image(cluster, archive)


def _is_node_ready(api: Api) -> bool:
    found = api.get(f"/api/v1/nodes/{NODE}") or {}
    conditions_ = found.get("status", {}).get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions_)


def _until(cluster: ClusterPlaces, process: str, holds: Callable[[], bool]) -> None:
    """Raises ClusterError when the process has ended, or it takes too long."""
    deadline = time.monotonic() + _ANSWER_SECONDS
    while not holds():
        ended = processes.running(cluster, process) is None
        if ended or time.monotonic() > deadline:
            why = "ended" if ended else f"was not ready within {_ANSWER_SECONDS:.0f} seconds"
            raise ClusterError(
                f"{process} {why}; its log is {processes.log_path(cluster, process)}, and ends with:\n"
                f"{processes.last_words(cluster, process)}"
            )
        time.sleep(0.05)
