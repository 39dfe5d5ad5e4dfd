"""etcd, API server, controller manager and scheduler: how each is started."""

from pathlib import Path

from rehearsal.cluster.certificates import kubeconfig_path
from rehearsal.cluster.layout import (
    API_PORT,
    CONTROLLER_MANAGER_PORT,
    ETCD_PEER_PORT,
    ETCD_PORT,
    NODE_ADDRESS,
    SCHEDULER_PORT,
    SERVICE_RANGE,
)
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.cluster.processes import Command

ISSUER = "https://kubernetes.default.svc.cluster.local"
_ETCD = f"https://127.0.0.1:{ETCD_PORT}"
_ETCD_PEER = f"http://127.0.0.1:{ETCD_PEER_PORT}"


def etcd(programs: Path, places: ClusterPlaces) -> Command:
    """The store of all objects. Without a write to the disk for each: a machine that dies takes the node with it."""
    pki = places.pki
    return Command(
        "etcd",
        [
            str(programs / "etcd"),
            "--name=rehearsal",
            f"--data-dir={places.data('etcd')}",
            "--unsafe-no-fsync",
            f"--listen-client-urls={_ETCD}",
            f"--advertise-client-urls={_ETCD}",
            f"--listen-peer-urls={_ETCD_PEER}",
            f"--initial-advertise-peer-urls={_ETCD_PEER}",
            f"--initial-cluster=rehearsal={_ETCD_PEER}",
            f"--cert-file={pki}/etcd.crt",
            f"--key-file={pki}/etcd.key",
            "--client-cert-auth",
            f"--trusted-ca-file={pki}/ca.crt",
        ],
    )


def api_server(programs: Path, places: ClusterPlaces) -> Command:
    """The API server, on the node's address."""
    pki = places.pki
    return Command(
        "kube-apiserver",
        [
            str(programs / "kube-apiserver"),
            f"--bind-address={NODE_ADDRESS}",
            f"--secure-port={API_PORT}",
            f"--advertise-address={NODE_ADDRESS}",
            f"--etcd-servers={_ETCD}",
            f"--etcd-cafile={pki}/ca.crt",
            f"--etcd-certfile={pki}/apiserver-etcd-client.crt",
            f"--etcd-keyfile={pki}/apiserver-etcd-client.key",
            f"--tls-cert-file={pki}/apiserver.crt",
            f"--tls-private-key-file={pki}/apiserver.key",
            f"--client-ca-file={pki}/ca.crt",
            f"--kubelet-client-certificate={pki}/apiserver-kubelet-client.crt",
            f"--kubelet-client-key={pki}/apiserver-kubelet-client.key",
            f"--kubelet-certificate-authority={pki}/ca.crt",
            # By name it would ask for this machine's, which is 127.0.0.1, where no kubelet listens.
            "--kubelet-preferred-address-types=InternalIP",
            f"--service-account-issuer={ISSUER}",
            f"--service-account-key-file={pki}/service-accounts.pub",
            f"--service-account-signing-key-file={pki}/service-accounts.key",
            f"--service-cluster-ip-range={SERVICE_RANGE}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            f"--requestheader-client-ca-file={pki}/front-proxy-ca.crt",
            "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-username-headers=X-Remote-User",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            f"--proxy-client-cert-file={pki}/front-proxy-client.crt",
            f"--proxy-client-key-file={pki}/front-proxy-client.key",
            "--allow-privileged=false",
            "--profiling=false",
        ],
    )


def controller_manager(programs: Path, places: ClusterPlaces) -> Command:
    """The controllers. By default 20 calls a second are theirs, which makes their start five seconds long."""
    kubeconfig = kubeconfig_path(places, "controller-manager")
    return Command(
        "kube-controller-manager",
        [
            str(programs / "kube-controller-manager"),
            *_as(kubeconfig),
            "--bind-address=127.0.0.1",
            f"--secure-port={CONTROLLER_MANAGER_PORT}",
            f"--service-account-private-key-file={places.pki}/service-accounts.key",
            f"--root-ca-file={places.pki}/ca.crt",
            "--use-service-account-credentials=true",
            f"--flex-volume-plugin-dir={places.data('volume-plugins')}",
            "--kube-api-qps=200",
            "--kube-api-burst=400",
            "--leader-elect=false",
            "--profiling=false",
        ],
    )


def scheduler(programs: Path, places: ClusterPlaces) -> Command:
    """The scheduler."""
    return Command(
        "kube-scheduler",
        [
            str(programs / "kube-scheduler"),
            *_as(kubeconfig_path(places, "scheduler")),
            "--bind-address=127.0.0.1",
            f"--secure-port={SCHEDULER_PORT}",
            "--leader-elect=false",
            "--profiling=false",
        ],
    )


def _as(kubeconfig: Path) -> list[str]:
    names = ("kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")
    return [f"--{name}={kubeconfig}" for name in names]
