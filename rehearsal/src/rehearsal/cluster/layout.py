"""Addresses, ports and names of the node. They are fixed: one node runs on a machine at a time."""

NODE = "rehearsal"
#: On `lo`, and so reached from this machine and its pods alone; Kubernetes takes no 127.x for a node.
NODE_ADDRESS = "172.31.255.1"
POD_RANGE = "10.244.0.0/24"
SERVICE_RANGE = "10.97.0.0/16"
API_SERVICE = "10.97.0.1"
DNS_SERVICE = "10.97.0.10"
CLUSTER_DOMAIN = "cluster.local"
BRIDGE = "rehearsal-kube0"
CNI_NETWORK = "rehearsal"

API_PORT = 16443
ETCD_PORT = 12379
ETCD_PEER_PORT = 12380
KUBELET_PORT = 20250
KUBELET_HEALTH_PORT = 20248
PROXY_METRICS_PORT = 20249
PROXY_HEALTH_PORT = 20256
CONTROLLER_MANAGER_PORT = 20257
SCHEDULER_PORT = 20259

SERVER = f"https://{NODE_ADDRESS}:{API_PORT}"
PAUSE_IMAGE = "rehearsal.local/pause:1"
