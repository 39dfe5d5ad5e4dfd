"""kubelet and kube-proxy: their configuration, and how each is started."""

from pathlib import Path
from typing import Any

import yaml

from rehearsal.cluster.certificates import kubeconfig_path
from rehearsal.cluster.layout import (
    CLUSTER_DOMAIN,
    DNS_SERVICE,
    KUBELET_HEALTH_PORT,
    KUBELET_PORT,
    NODE,
    NODE_ADDRESS,
    POD_RANGE,
    PROXY_HEALTH_PORT,
    PROXY_METRICS_PORT,
)
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.cluster.processes import Command


def configure(places: ClusterPlaces) -> None:
    """Write what both read."""
    places.configs.mkdir(parents=True, exist_ok=True)
    # Nothing outside is asked for names.
    (places.configs / "resolv.conf").write_text("# names outside the cluster are not known here\n")
    _write(_kubelet_path(places), _kubelet(places))
    _write(_proxy_path(places), _proxy(places))


def kubelet(programs: Path, places: ClusterPlaces) -> Command:
    """The kubelet."""
    return Command(
        "kubelet",
        [
            str(programs / "kubelet"),
            f"--config={_kubelet_path(places)}",
            f"--kubeconfig={kubeconfig_path(places, 'kubelet')}",
            f"--root-dir={places.kubelet}",
            f"--hostname-override={NODE}",
            f"--node-ip={NODE_ADDRESS}",
        ],
    )


def proxy(programs: Path, places: ClusterPlaces) -> Command:
    """kube-proxy, which lets Services be reached."""
    return Command("kube-proxy", [str(programs / "kube-proxy"), f"--config={_proxy_path(places)}"])


def _kubelet_path(places: ClusterPlaces) -> Path:
    return places.configs / "kubelet.yaml"


def _proxy_path(places: ClusterPlaces) -> Path:
    return places.configs / "kube-proxy.yaml"


def _kubelet(places: ClusterPlaces) -> dict[str, Any]:
    pki = places.pki
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "failCgroupV1": False,
        # containerd 1.6 cannot say which; its configuration names the same.
        "cgroupDriver": "cgroupfs",
        "containerRuntimeEndpoint": f"unix://{places.containerd_socket}",
        "address": NODE_ADDRESS,
        "port": KUBELET_PORT,
        "healthzBindAddress": "127.0.0.1",
        "healthzPort": KUBELET_HEALTH_PORT,
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": f"{pki}/ca.crt"},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": f"{pki}/kubelet-serving.crt",
        "tlsPrivateKeyFile": f"{pki}/kubelet-serving.key",
        "clusterDNS": [DNS_SERVICE],
        "clusterDomain": CLUSTER_DOMAIN,
        "resolvConf": f"{places.configs}/resolv.conf",
        "podLogsDir": str(places.data("pod-logs")),
        "volumePluginDir": str(places.data("volume-plugins")),
        # Lowering it needs CAP_SYS_RESOURCE.
        "oomScoreAdj": 0,
        "registerNode": True,
        "failSwapOn": False,
        "makeIPTablesUtilChains": False,
        # Of a disk that is nearly full, the images that nothing can bring back would go first.
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {
            "memory.available": "200Mi",
            "nodefs.available": "1%",
            "imagefs.available": "1%",
            "nodefs.inodesFree": "1%",
        },
        "nodeStatusUpdateFrequency": "4s",
        "maxPods": 60,
    }


def _proxy(places: ClusterPlaces) -> dict[str, Any]:
    untouched = {
        "maxPerCore": 0,
        "min": 0,
        "tcpEstablishedTimeout": "0s",
        "tcpCloseWaitTimeout": "0s",
    }
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        # Tables of its own, which it removes: others' rules stay as they are.
        "mode": "nftables",
        "oomScoreAdj": 0,
        "bindAddress": "127.0.0.1",
        "hostnameOverride": NODE,
        "clientConnection": {"kubeconfig": str(kubeconfig_path(places, "proxy"))},
        "clusterCIDR": POD_RANGE,
        "nodePortAddresses": [f"{NODE_ADDRESS}/32"],
        "healthzBindAddress": f"127.0.0.1:{PROXY_HEALTH_PORT}",
        "metricsBindAddress": f"127.0.0.1:{PROXY_METRICS_PORT}",
        # The limits of connection tracking are this machine's.
        "conntrack": untouched,
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False))
