"""containerd as the node's container runtime: its configuration, the network of pods, images that are given to it."""

import json
import subprocess
from pathlib import Path

from rehearsal.cluster import base
from rehearsal.cluster.conditions import CNI_FOLDER
from rehearsal.cluster.errors import ClusterError
from rehearsal.cluster.layout import BRIDGE, CNI_NETWORK, PAUSE_IMAGE, POD_RANGE
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.cluster.processes import Command

_NAMESPACE = "k8s.io"
_LEFT_OUT = ("aufs", "btrfs", "devmapper", "zfs")


def command(places: ClusterPlaces) -> Command:
    """containerd with the configuration that `configure` wrote."""
    return Command("containerd", ["containerd", "--config", str(_config(places))])


def configure(places: ClusterPlaces) -> None:
    """Write its configuration and that of the pods' network."""
    places.configs.mkdir(parents=True, exist_ok=True)
    registries(places).mkdir(parents=True, exist_ok=True)
    base.write(places)
    _config(places).write_text(_toml(places))
    networks = places.configs / "cni"
    networks.mkdir(exist_ok=True)
    (networks / "10-rehearsal.conflist").write_text(json.dumps(_network(places)))


def registries(places: ClusterPlaces) -> Path:
    """A folder for each registry, read at every pull: `<login server>/hosts.toml`."""
    return places.configs / "registries"


def import_image(places: ClusterPlaces, archive: Path) -> None:
    """Raises ClusterError with containerd's words."""
    ctr(places, "images", "import", str(archive))


def ctr(places: ClusterPlaces, *arguments: str) -> str:
    """What containerd's own command answers. Raises ClusterError."""
    try:
        done = subprocess.run(
            [
                "ctr",
                "--address",
                str(places.containerd_socket),
                "--namespace",
                _NAMESPACE,
                *arguments,
            ],
            capture_output=True,
            text=True,
            timeout=120,
        )
    except subprocess.TimeoutExpired:
        raise ClusterError(f"containerd did not answer `ctr {' '.join(arguments)}`") from None
    if done.returncode != 0:
        raise ClusterError(f"containerd refused `ctr {' '.join(arguments)}`: {done.stderr.strip()}")
    return done.stdout


def answers(places: ClusterPlaces) -> bool:
    """Whether it is up."""
    try:
        ctr(places, "version")
    except ClusterError:
        return False
    return True


def network_namespaces(places: ClusterPlaces) -> set[str]:
    """Names of those that pods still have, or whose removal was cut off. Raises ClusterError."""
    found = set()
    for container in ctr(places, "containers", "list", "--quiet").split():
        spec = json.loads(ctr(places, "containers", "info", container)).get("Spec") or {}
        for namespace in spec.get("linux", {}).get("namespaces", ()):
            path = Path(namespace.get("path", ""))
            # Not those of pods in the machine's own network, and of processes.
            if namespace["type"] == "network" and path.name.startswith("cni-"):
                found.add(path.name)
    return found


def remove_all(places: ClusterPlaces) -> None:
    """End and remove every container that the kubelet left."""
    for task in ctr(places, "tasks", "list", "--quiet").split():
        for words in (
            ("tasks", "kill", "--signal", "SIGKILL", task),
            ("tasks", "rm", "--force", task),
        ):
            _quietly(places, *words)
    for container in ctr(places, "containers", "list", "--quiet").split():
        _quietly(places, "containers", "rm", container)


def _quietly(places: ClusterPlaces, *words: str) -> None:
    """What ended by itself meanwhile is an error to `ctr`, and none here."""
    try:
        ctr(places, *words)
    except ClusterError:
        return


def _config(places: ClusterPlaces) -> Path:
    return places.configs / "containerd.toml"


def _toml(places: ClusterPlaces) -> str:
    data = places.data("containerd")
    left_out = [f"io.containerd.snapshotter.v1.{name}" for name in _LEFT_OUT]
    left_out += ["io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]
    cri = 'plugins."io.containerd.grpc.v1.cri"'
    # restrict_oom_score_adj: without CAP_SYS_RESOURCE, as in many containers and small machines, every sandbox
    # fails otherwise ("can't get final child's PID from pipe").
    return f"""version = 2
root = "{data}/root"
state = "{places.sockets}/containerd"
disabled_plugins = {json.dumps(left_out)}

[grpc]
  address = "{places.containerd_socket}"

[plugins."io.containerd.internal.v1.opt"]
  path = "{data}/opt"

[{cri}]
  sandbox_image = "{PAUSE_IMAGE}"
  stream_server_address = "127.0.0.1"
  disable_apparmor = true
  restrict_oom_score_adj = true

  [{cri}.registry]
    config_path = "{registries(places)}"

  [{cri}.cni]
    bin_dir = "{CNI_FOLDER}"
    conf_dir = "{places.configs}/cni"

  [{cri}.containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"

    [{cri}.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

      [{cri}.containerd.runtimes.runc.options]
        SystemdCgroup = false
        BinaryName = "{base.path(places)}"
"""


def _network(places: ClusterPlaces) -> dict[str, object]:
    """Docker lets nothing be forwarded: the plug-in `firewall` lets the pods' traffic through."""
    return {
        "cniVersion": "0.4.0",
        "name": CNI_NETWORK,
        "plugins": [
            {
                "type": "bridge",
                "bridge": BRIDGE,
                "isGateway": True,
                "ipMasq": False,
                "hairpinMode": True,
                "ipam": {
                    "type": "host-local",
                    "dataDir": str(places.data("cni")),
                    "ranges": [[{"subnet": POD_RANGE}]],
                    "routes": [{"dst": "0.0.0.0/0"}],
                },
            },
            {"type": "portmap", "capabilities": {"portMappings": True}},
            {"type": "firewall", "backend": "iptables"},
        ],
    }
