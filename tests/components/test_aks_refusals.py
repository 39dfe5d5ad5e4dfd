"""What an `AksService` is not built from."""

import pytest

from components.aks.autoscale_options import AutoscaleOptions
from components.aks.gateway_options import GatewayOptions
from components.aks.probe_options import LivenessOptions
from components.errors import InvalidArgs
from components.service_wiring import TlsMaterial

TAG = "reg.azurecr.io/images/diabetes-image:7"
TLS = TlsMaterial(certificate="CERT", key="planted-key")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"image": TAG}, f"image must end in @sha256:<64 hex digits>, got {TAG!r}"),
        (
            {"service_name": "1a"},
            "service_name must be 1-40 lower-case letters, digits or single hyphens, beginning with a letter and not "
            "ending with a hyphen, got '1a'",
        ),
        (
            {"namespace": "No"},
            "namespace must be 1-63 lower-case letters, digits or hyphens, with no hyphen at either end, got 'No'",
        ),
        (
            {"create_namespace": True},
            "create_namespace has no effect without namespace: every cluster has the namespace 'default'",
        ),
        ({"num_replicas": 0}, "num_replicas must be 1 to 1000, got 0"),
        (
            {"num_replicas": 3, "autoscale": AutoscaleOptions(max_replicas=5)},
            "num_replicas must not be given beside autoscale: the number is fixed, or it follows the load, got 3",
        ),
        (
            {"autoscale": AutoscaleOptions(min_replicas=5, max_replicas=3)},
            "autoscale.max_replicas must be at least min_replicas, which is 5, got 3",
        ),
        (
            {"autoscale": AutoscaleOptions(target_utilization=0)},
            "autoscale.target_utilization must be 1 to 100, got 0",
        ),
        (
            {"cpu_cores": 0},
            "cpu_cores must be 0.01 to 416 in steps of 0.001 on a machine of Azure Kubernetes Service, got 0",
        ),
        (
            {"cpu_cores": 2, "cpu_cores_limit": 1},
            "cpu_cores_limit must be at least cpu_cores, which is 2, got 1",
        ),
        (
            {"memory_gb": 2, "memory_gb_limit": 1.5},
            "memory_gb_limit must be at least memory_gb, which is 2, got 1.5",
        ),
        ({"gpu_cores": -1}, "gpu_cores must be 0 to 16, got -1"),
        ({"max_concurrent_requests": 0}, "max_concurrent_requests must be 1 to 1024, got 0"),
        ({"max_queue_wait_ms": 0}, "max_queue_wait_ms must be 1 to 3,600,000, got 0"),
        ({"scoring_timeout_ms": 0}, "scoring_timeout_ms must be 1 to 3,600,000, got 0"),
        (
            {"liveness": LivenessOptions(period_seconds=0)},
            "liveness.period_seconds must be 1 to 3600, got 0",
        ),
        ({"max_unavailable": -1}, "max_unavailable must be 0 to 1000, got -1"),
        ({"rollout_seconds": 5}, "rollout_seconds must be 60 to 7200, got 5"),
        (
            {"pool": "My-Pool"},
            "pool must be 1-12 lower-case letters or digits, beginning with a letter, got 'My-Pool'",
        ),
        (
            {"pool": "gpu", "pool_taints": ["gpu:NoSchedule", "a=b:NoExecute"]},
            "pool_taints must be key=value:Effect with one of NoSchedule, PreferNoSchedule and NoExecute, "
            "got 'gpu:NoSchedule'",
        ),
        (
            {"pool_taints": ["a=b:NoSchedule"]},
            "pool_taints has no effect without pool: a toleration alone leads nowhere",
        ),
        (
            {"gateway": GatewayOptions(class_name="envoy", name="shared")},
            "gateway.name must not be given beside class_name: a Gateway is made, or one that exists is used, "
            "got 'shared'",
        ),
        (
            {"gateway": GatewayOptions(namespace="gateways")},
            "gateway.namespace has no effect without name, got 'gateways'",
        ),
        (
            {"gateway": GatewayOptions(class_name="envoy", https=True)},
            "gateway.https has no effect without name: give the service tls, or certificate_issuer",
        ),
        (
            {"gateway": GatewayOptions(host="score.example.com")},
            "gateway.host has no effect without class_name or name, got 'score.example.com'",
        ),
        (
            {"gateway": GatewayOptions(class_name="envoy", certificate_issuer="letsencrypt")},
            "gateway.certificate_issuer needs class_name and host: the certificate is the made Gateway's, for that "
            "name, got 'letsencrypt'",
        ),
        (
            {"gateway": GatewayOptions(name="shared"), "internal": True},
            "internal has no effect beside gateway.name: that Gateway has its address",
        ),
        (
            {"gateway": GatewayOptions(name="shared"), "tls": TLS},
            "tls has no effect beside gateway.name: the Gateway that exists has its own certificates",
        ),
        (
            {
                "gateway": GatewayOptions(
                    class_name="envoy", host="a.example.com", certificate_issuer="i"
                ),
                "tls": TLS,
            },
            "tls must not be given beside gateway.certificate_issuer, which gives the Gateway its certificate",
        ),
        (
            {
                "gateway": GatewayOptions(class_name="envoy", host="a.example.com"),
                "tls": TLS,
                "cname": "b.example.com",
            },
            "cname must not be given beside gateway.host, which is the name in the certificate, got 'b.example.com'",
        ),
        ({"cname": "b.example.com"}, "cname has no effect without tls, got 'b.example.com'"),
        (
            {"auth": False, "primary_key": "own-1", "secondary_key": "own-2"},
            "primary_key and secondary_key have no effect without auth",
        ),
    ],
)
def test_says_what_is_wrong(aks_arguments, changes, said):
    with pytest.raises(InvalidArgs) as refusal:
        aks_arguments(**changes)
    assert str(refusal.value) == f"AksServiceArgs: {said}"


def test_says_all_at_once(aks_arguments):
    with pytest.raises(InvalidArgs) as refusal:
        aks_arguments(
            service_name="1a",
            image=TAG,
            num_replicas=0,
            gateway=GatewayOptions(host="h.example.com"),
        )
    assert set(refusal.value.problems) == {"service_name", "image", "num_replicas", "gateway.host"}
