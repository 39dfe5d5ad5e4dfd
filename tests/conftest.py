"""Fixtures that several rooms' tests share."""

import base64
from dataclasses import dataclass
from typing import Any

import pytest

# What Azure answers beyond the inputs, for the suites on mocks.
SUBSCRIPTION = "/subscriptions/11111111-1111-1111-1111-111111111111"
DIGEST = "sha256:" + "a" * 64


def _arm(provider_path: str) -> Any:
    return lambda resource: {
        "id": f"{SUBSCRIPTION}/resourceGroups/rg/providers/{provider_path}/{resource.name}"
    }


def _named(provider_path: str, key: str, **outputs: Any) -> Any:
    def answer(resource: Any) -> dict[str, Any]:
        name = resource.inputs.get(key, resource.name)
        return {**_arm(provider_path)(resource), "name": name, **outputs}

    return answer


ANSWERS = {
    "azure-native:resources:ResourceGroup": lambda resource: {
        "id": f"{SUBSCRIPTION}/resourceGroups/rg",
        "name": resource.inputs["resourceGroupName"],
    },
    "azure-native:containerregistry:Registry": _named(
        "Microsoft.ContainerRegistry/registries", "registryName", loginServer="reg.azurecr.io"
    ),
    "azure-native:managedidentity:UserAssignedIdentity": _named(
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        "resourceName",
        principalId="principal-1",
        clientId="client-1",
    ),
    "azure-native:authorization:RoleAssignment": _arm("Microsoft.Authorization/roleAssignments"),
    "azure-native:operationalinsights:Workspace": _named(
        "Microsoft.OperationalInsights/workspaces", "workspaceName", customerId="customer-1"
    ),
    "azure-native:applicationinsights:Component": _named(
        "Microsoft.Insights/components", "resourceName", connectionString="connection-1"
    ),
    # Identities go in as a list and come back as a map; an echo would not deserialise.
    "azure-native:containerinstance:ContainerGroup": lambda resource: {
        "name": resource.inputs["containerGroupName"],
        "ipAddress": {
            **resource.inputs["ipAddress"],
            **(
                {"fqdn": f"{resource.inputs['ipAddress']['dnsNameLabel']}.example.net"}
                if "dnsNameLabel" in resource.inputs["ipAddress"]
                else {"ip": "10.0.0.4"}
            ),
        },
        "identity": {"userAssignedIdentities": {}},
    },
    "azure-native:containerservice:ManagedCluster": _named(
        "Microsoft.ContainerService/managedClusters",
        "resourceName",
        identity={"userAssignedIdentities": {}},
        identityProfile={
            "kubeletidentity": {"objectId": "kubelet-1", "clientId": "c", "resourceId": "r"}
        },
        oidcIssuerProfile={"enabled": True, "issuerURL": "https://issuer.example.net/"},
    ),
    "azure-native:containerservice:AgentPool": _named(
        "Microsoft.ContainerService/managedClusters/c/agentPools", "agentPoolName"
    ),
    "kubernetes:core/v1:Service": {"status": {"loadBalancer": {"ingress": [{"ip": "20.0.0.4"}]}}},
    "kubernetes:gateway.networking.k8s.io/v1:Gateway": {
        "status": {"addresses": [{"type": "IPAddress", "value": "20.0.0.5"}]}
    },
    "kubernetes:core/v1:Secret": lambda resource: {
        "metadata": {"name": f"{resource.name}-1a2b3c4d", **resource.inputs["metadata"]}
    },
    "docker-build:index:Image": {"digest": DIGEST},
    "slipway:index:ServiceKeys": {"primaryKey": "made-1", "secondaryKey": "made-2"},
    "slipway:index:SmokeTest": {"status": 200},
}
PREVIEW_ANSWERS = {
    "azure-native:containerinstance:ContainerGroup": {"identity": {"userAssignedIdentities": {}}},
    "azure-native:containerservice:ManagedCluster": {"identity": {"userAssignedIdentities": {}}},
}
KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://c.example.net:443"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: kubelogin
      args: [get-token, --login, devicecode, --server-id, 6dae42f8-4368-4678-94ff-3960e28e3630]
"""
FUNCTIONS = {
    "azure-native:operationalinsights:getSharedKeys": {"primarySharedKey": "shared-key-1"},
    "azure-native:containerservice:listManagedClusterUserCredentials": {
        "kubeconfigs": [{"name": "c", "value": base64.b64encode(KUBECONFIG.encode()).decode()}]
    },
}


@pytest.fixture
def azure_mocks(pulumi_mocks: Any) -> Any:
    """Runs a program on mocks that answer as Azure: `azure_mocks(program, preview=False)`."""

    def run(
        program: Any,
        *,
        preview: bool = False,
        answers: Any = None,
        functions: Any = None,
        **more: Any,
    ) -> Any:
        known = PREVIEW_ANSWERS if preview else ANSWERS
        return pulumi_mocks(
            program,
            preview=preview,
            answers={**known, **(answers or {})},
            functions={**FUNCTIONS, **(functions or {})},
            **more,
        )

    return run


@dataclass(frozen=True)
class RegistryTypes:
    """Type tokens of the registry's resources."""

    model_version: str = "slipway:index:ModelVersion"
    model_lookup: str = "slipway:index:ModelLookup"
    image_version: str = "slipway:index:ImageVersion"
    image_lookup: str = "slipway:index:ImageLookup"


@pytest.fixture
def types() -> RegistryTypes:
    return RegistryTypes()
