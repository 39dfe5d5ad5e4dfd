"""What stacks/aci.py deploys, written straight down: the yardstick for what components cost in a preview."""

import json

import pulumi
import pulumi_azure_native as azure
import pulumi_docker_build as docker

from slipway.resources.image_version import ImageVersion, ImageVersionArgs
from slipway.resources.model_version import ModelVersion, ModelVersionArgs
from slipway.resources.smoke_test import SmokeTest, SmokeTestArgs

given = pulumi.Config()
location, key = "westeurope", given.require("key")
group = azure.resources.ResourceGroup("group", resource_group_name="bare", location=location)
registry = azure.containerregistry.Registry(
    "registry",
    resource_group_name=group.name,
    registry_name="bareregistry",
    location=location,
    sku={"name": "Basic"},
    admin_user_enabled=False,
)
identity = azure.managedidentity.UserAssignedIdentity(
    "pull", resource_group_name=group.name, resource_name_="bare-pull", location=location
)
role = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
permission = azure.authorization.RoleAssignment(
    "may-pull",
    role_assignment_name="3b4f0e0a-7a52-5bb5-9f54-6a5f2c2b1d11",
    scope=registry.id,
    principal_id=identity.principal_id,
    principal_type=azure.authorization.PrincipalType.SERVICE_PRINCIPAL,
    role_definition_id=registry.id.apply(
        lambda i: (
            f"/subscriptions/{i.split('/')[2]}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        )
    ),
)
logs = azure.operationalinsights.Workspace(
    "logs",
    resource_group_name=group.name,
    workspace_name="bare-logs",
    location=location,
    sku={"name": azure.operationalinsights.WorkspaceSkuNameEnum.PER_GB2018},
    retention_in_days=30,
)
shared = azure.operationalinsights.get_shared_keys_output(
    resource_group_name=group.name, workspace_name=logs.name
)
model = ModelVersion(
    "diabetes",
    ModelVersionArgs(
        login_server=registry.login_server, model_name="diabetes", path=given.require("model")
    ),
)
built = docker.Image(
    "build",
    context={"location": given.require("context")},
    platforms=[docker.Platform.LINUX_AMD64],
    push=True,
    tags=[pulumi.Output.concat(registry.login_server, "/images/diabetes-image:bare")],
    build_on_preview=False,
)
image = ImageVersion(
    "image",
    ImageVersionArgs(
        login_server=registry.login_server,
        image_name="diabetes-image",
        digest=pulumi.Output.unsecret(built.digest),
        content_key=key,
        models=[model.model_id],
    ),
)
service = azure.containerinstance.ContainerGroup(
    "service",
    container_group_name="bare",
    resource_group_name=group.name,
    location=location,
    os_type="Linux",
    restart_policy="Always",
    identity={"type": "UserAssigned", "user_assigned_identities": [identity.id]},
    image_registry_credentials=[{"server": registry.login_server, "identity": identity.id}],
    ip_address={
        "type": "Public",
        "dns_name_label": "bare-diabetes",
        "ports": [{"port": 5001, "protocol": "TCP"}],
    },
    containers=[
        {
            "name": "scoring",
            "image": image.ref,
            "resources": {"requests": {"cpu": 1.0, "memory_in_gb": 1.0}},
            "ports": [{"port": 5001, "protocol": "TCP"}],
            "readiness_probe": {"http_get": {"path": "/", "port": 5001, "scheme": "http"}},
        }
    ],
    diagnostics={
        "log_analytics": {
            "workspace_id": logs.customer_id,
            "workspace_key": pulumi.Output.secret(shared.primary_shared_key),
        }
    },
    opts=pulumi.ResourceOptions(depends_on=[permission]),
)
uri = pulumi.Output.concat(
    "http://", service.ip_address.apply(lambda a: a.fqdn or "" if a else ""), ":5001/score"
)
SmokeTest(
    "smoke",
    SmokeTestArgs(
        scoring_uri=uri,
        body=json.dumps({"data": [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]}),
        deadline_seconds=120,
        resource_group=group.name,
        container_group=service.name,
        container="scoring",
        trigger=pulumi.Output.from_input(image.ref),
    ),
)
pulumi.export("scoring_uri", uri)
