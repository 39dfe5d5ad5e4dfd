"""A real Kubernetes of one node: started, used, stopped, and nothing left of it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rehearsal.cluster import binaries, containerd, images, node, processes
from rehearsal.cluster.api import Api
from rehearsal.cluster.errors import ClusterError
from rehearsal.cluster.layout import PAUSE_IMAGE
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.cluster.start import start
from rehearsal.cluster.stop import stop
from rehearsal.daemon.places import Places
from rehearsal.distribution.image_python import LABEL

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "sleeps"},
    "spec": {
        "containers": [{"name": "c", "image": PAUSE_IMAGE, "imagePullPolicy": "Never"}],
    },
}
BASELESS = "rehearsal.local/baseless:1"
SCRIPT = b"""
import os, sys
print(sys.version_info[:2], os.getuid(), os.access("/usr", os.W_OK), os.access("/tmp", os.W_OK))
"""
VERSION = ".".join(map(str, sys.version_info[:2]))
SCRIPT_POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "script"},
    "spec": {
        "restartPolicy": "Never",
        "containers": [
            {
                "name": "c",
                "image": BASELESS,
                "imagePullPolicy": "Never",
                "command": ["python", "/opt/app/script.py"],
                "securityContext": {
                    "runAsNonRoot": True,
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                },
            }
        ],
    },
}
START = """
import pathlib, sys
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.cluster.start import start

start(ClusterPlaces(*map(pathlib.Path, sys.argv[1:])))
"""


@pytest.fixture
def places(tmp_path):
    """A state folder of the test's own; the programs are the user's."""
    made = ClusterPlaces(tmp_path / "cluster", Places.of_this_user().cache)
    yield made
    stop(made)


@pytest.fixture
def kubectl(places):
    def run(*words, stdin=None):
        program = binaries.folder(places.cache) / "kubectl"
        kubeconfig = places.kubeconfig
        command = [program, "--kubeconfig", kubeconfig, *words]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def machine():
    """What a node could leave behind on this machine."""

    def told(*command):
        return subprocess.run(command, capture_output=True, text=True).stdout

    settings = ("kernel/panic", "kernel/panic_on_oops", "vm/overcommit_memory")
    settings += ("net/ipv4/ip_forward", "net/ipv4/conf/all/route_localnet")
    folders = ("/run/rehearsal-cluster", "/var/lib/rehearsal-cluster", "/var/log/containers")
    folders += ("/run/netns", "/var/lib/kubelet", "/var/lib/cni")
    return {
        "addresses": [
            (link["ifname"], one["local"])
            for link in json.loads(told("ip", "-json", "address"))
            for one in link["addr_info"]
        ],
        "routes": told("ip", "route"),
        "chains": [line for line in told("iptables", "-S").splitlines() if line.startswith("-N")],
        "tables": told("nft", "list", "tables"),
        "settings": {name: Path("/proc/sys", name).read_text() for name in settings},
        "namespaces": told("ip", "netns", "list"),
        "folders": [name for name in folders if os.path.lexists(name)],
        "cgroups": sorted(map(str, Path("/sys/fs/cgroup").glob("**/kubepods"))),
        "mounts": [
            line
            for line in Path("/proc/mounts").read_text().splitlines()
            if "kube" in line or "rehearsal-cluster" in line
        ],
    }


def test_it_runs_pods_and_leaves_nothing(places, kubectl, until):
    before = machine()
    ready = start(places)
    assert (ready.version, ready.own) == (binaries.version(), True)
    assert start(places) == ready == node.running(places)
    assert f"v{binaries.version()}" in kubectl("get", "nodes")
    kubectl("apply", "-f", "-", stdin=yaml.safe_dump(POD))
    kubectl("wait", "--for=condition=Ready", "pod/sleeps", "--timeout=60s")
    an_image_without_a_base_runs(places, kubectl)
    assert machine() != before
    with pytest.raises(ClusterError, match="of another state folder runs on this machine"):
        start(ClusterPlaces(places.root.with_name("other"), places.cache))
    assert stop(places)
    assert node.known(places) is None
    assert not places.root.exists()
    # What the bridge's pods had goes with them, a moment later.
    until(lambda: machine() == before, seconds=20)
    assert not stop(places)


def an_image_without_a_base_runs(places, kubectl):
    """As the rehearsal builds them: layers alone, and a label that names a Python."""
    archive = places.images / "baseless.tar"
    files = {"opt/app/script.py": (SCRIPT, 0o644)}
    images.write(archive, BASELESS, files, {"User": "1000", "Labels": {LABEL: VERSION}})
    containerd.import_image(places, archive)
    kubectl("apply", "-f", "-", stdin=yaml.safe_dump(SCRIPT_POD))
    kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/script", "--timeout=60s")
    said = kubectl("logs", "script")
    assert said.strip() == f"{sys.version_info[:2]} 1000 False True"


@pytest.mark.parametrize("gone", [("kubelet",), node.ESSENTIAL], ids=["kubelet", "all"])
def test_a_pod_whose_end_was_cut_off_leaves_no_network(places, kubectl, until, gone):
    """Nobody ends the pod in order: the kubelet is away, or all of the node, as when the machine lost its power."""
    before = machine()
    start(places)
    kubectl("apply", "-f", "-", stdin=yaml.safe_dump(POD))
    kubectl("wait", "--for=condition=Ready", "pod/sleeps", "--timeout=60s")
    for name in gone:
        os.kill(processes.running(places, name).pid, signal.SIGKILL)
    until(lambda: not any(processes.running(places, name) for name in gone))
    stop(places)
    until(lambda: machine() == before, seconds=20)


def test_after_a_kill_it_is_started_again(places, kubectl, until):
    """In the middle of a start, and of all its processes as when the machine loses its power."""
    command = [sys.executable, "-c", START, places.root, places.cache]
    starting = subprocess.Popen(command)
    while not processes.running(places, "kube-apiserver"):
        assert starting.poll() is None
    starting.kill()
    starting.wait()
    assert node.known(places) is None
    start(places)
    for name in processes.names(places):
        os.kill(processes.running(places, name).pid, signal.SIGKILL)
    until(lambda: set(node.known(places).missing) == set(node.ESSENTIAL))
    assert node.running(places) is None
    start(places)
    assert "Ready" in kubectl("get", "nodes")
    assert Api(places).is_ready()
