"""What an `AksService` puts into a cluster is what Kubernetes, Gateway API and KEDA describe, version by version."""

from itertools import product

import pytest

from components.aks.autoscale_options import AutoscaleOptions
from components.aks.gateway_options import GatewayOptions
from components.aks_service import AksService
from components.service_wiring import TlsMaterial
from pytest_pulumi.wire import plain
from tests.harness.kubernetes_schemas import GATEWAY_API, KEDA, KUBERNETES
from tests.harness.kubernetes_validation import problems

pytestmark = pytest.mark.downloads

TLS = TlsMaterial(certificate="CERT", key="planted-key")
OBJECTS = {
    "load balancer": {
        "secret_environment": {"TOKEN": "planted"},
        "environment": {"LEVEL": "3"},
        "tags": {"team": "a"},
        "description": "Progression",
        "gpu_cores": 1,
        "cpu_cores_limit": 2,
        "memory_gb_limit": 1.5,
        "pool": "gpu",
        "pool_taints": ["dedicated=scoring:NoExecute"],
        "internal": True,
        "namespace": "scoring",
        "create_namespace": True,
        "identity_client_id": "client-1",
    },
    "own certificate": {"tls": TLS, "max_unavailable": 1, "num_replicas": 3},
    "own gateway": {"gateway": GatewayOptions(class_name="approuting-istio"), "internal": True},
    "own gateway, https": {
        "gateway": GatewayOptions(class_name="approuting-istio"),
        "tls": TLS,
        "cname": "score.example.com",
    },
    "certificate of an issuer": {
        "gateway": GatewayOptions(
            class_name="envoy", host="score.example.com", certificate_issuer="letsencrypt"
        )
    },
    "shared gateway": {
        "gateway": GatewayOptions(name="shared", namespace="gateways"),
        "autoscale": AutoscaleOptions(metric="concurrency", min_replicas=2),
    },
    "concurrency without keys": {
        "auth": False,
        "autoscale": AutoscaleOptions(metric="concurrency"),
    },
}


@pytest.fixture
def manifests(azure_mocks, aks_arguments):
    """The objects of a service with these options, as they are sent."""

    def make(**changes):
        run = azure_mocks(lambda: AksService("diabetes", aks_arguments(**changes)) and {})
        return [
            plain_all(each.inputs)
            for each in run.resources
            if each.type.startswith("kubernetes:") and "metadata" in each.inputs
        ]

    return make


def plain_all(value):
    """Whatever is secret, as it is sent."""
    value = plain(value)
    if isinstance(value, dict):
        return {name: plain_all(each) for name, each in value.items()}
    return [plain_all(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_is_one_that_the_cluster_takes(manifests, name):
    objects = manifests(**OBJECTS[name])
    found = [
        (version, gateway_api, problem)
        for version, gateway_api in product(KUBERNETES, GATEWAY_API)
        for each in objects
        for problem in problems(each, version, gateway_api=gateway_api, keda=KEDA[0])
    ]
    assert found == []


def test_a_misspelt_field_is_refused(manifests):
    (route,) = (
        each for each in manifests(**OBJECTS["shared gateway"]) if each["kind"] == "HTTPRoute"
    )
    route["spec"]["rules"][0]["retry"] = {"attempts": 2}
    (found,) = problems(route, KUBERNETES[0], gateway_api=GATEWAY_API[0])
    assert "'retry' was unexpected" in found
