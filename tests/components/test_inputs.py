"""Every argument of every component takes an Output, known and unknown, or says that it must be a value."""

from dataclasses import MISSING, fields

import pulumi
import pytest

from components import registry_login
from components.aci_service import AciService, AciServiceArgs
from components.aks_cluster import AksCluster, AksClusterArgs
from components.arguments import SHOWN
from components.cluster.options import MaintenanceOptions
from components.cluster.pool_options import PoolOptions
from components.errors import InvalidArgs
from components.model_artifact import ModelArtifact
from components.model_image import ModelImage, ModelImageArgs
from components.registered_model import RegisteredModel, RegisteredModelArgs
from components.service_options import SmokeTestOptions
from components.service_wiring import LogTarget, TlsMaterial
from components.workspace import Workspace, WorkspaceArgs
from pytest_pulumi.wire import UNKNOWN, plain

SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n"
REGISTRY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r"
LOGS = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/l"
SCRIPT = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"
ARTIFACT = ModelArtifact(
    name="diabetes", version=1, model_id="diabetes:1", path="model.pkl", sha256="f" * 64
)
REF = "reg.azurecr.io/images/diabetes-image@sha256:" + "a" * 64

COMPONENTS = {
    "AciService": (AciService, AciServiceArgs),
    "AksCluster": (AksCluster, AksClusterArgs),
    "ModelImage": (ModelImage, ModelImageArgs),
    "RegisteredModel": (RegisteredModel, RegisteredModelArgs),
    "Workspace": (Workspace, WorkspaceArgs),
}
# What each component is made of in these tests; every argument but those that exclude each other.
VALUES = {
    "AciService": {
        "service_name": "diabetes",
        "location": "westeurope",
        "resource_group": "rg",
        "image": REF,
        "image_id": "diabetes-image:7",
        "built_here": False,
        "image_setting": "slipway:services.diabetes.image",
        "registry": "reg.azurecr.io",
        "pull_identity": "/identity",
        "description": "Progression",
        "tags": {"owner": "ds"},
        "environment": {"LEVEL": "info"},
        "secret_environment": {"TOKEN": "t"},
        "auth": True,
        "primary_key": "k",
        "secondary_key": "l",
        "primary_key_generation": 1,
        "secondary_key_generation": 1,
        "grpc": True,
        "startup_seconds": 60,
        "start_check": True,
        "smoke_test": SmokeTestOptions(request={"data": []}),
        "cpu_cores": 1,
        "memory_gb": 1,
        "dns_name_label": "diabetes-dev",
        "subnet_id": SUBNET,
        "logs": LogTarget(workspace_id="w", workspace_key="k"),
        "insights_connection_string": "c",
        "tls": TlsMaterial(certificate="c", key="k"),
        "cname": "score.example.com",
    },
    "AksCluster": {
        "location": "westeurope",
        "base_name": "team",
        "resource_group": "rg",
        "registry_id": REGISTRY,
        "log_workspace_resource_id": LOGS,
        "purpose": "production",
        "protect": True,
        "kubernetes_version": "1.36",
        "pools": {"scoring": PoolOptions()},
        "system_vm_size": "Standard_D2s_v5",
        "system_count": 2,
        "zones": ("1",),
        "administrators": {"22222222-2222-2222-2222-222222222222": "User"},
        "subnet_id": SUBNET,
        "service_cidr": "10.1.0.0/16",
        "dns_service_ip": "10.1.0.10",
        "pod_cidr": "10.244.0.0/16",
        "authorized_ip_ranges": ("203.0.113.0/24",),
        "private_cluster": False,
        "load_balancer": "internal",
        "load_balancer_subnet": "front",
        "maintenance": MaintenanceOptions(),
        "image_cleaner_hours": 168,
        "container_insights": True,
        "managed_prometheus": True,
        "keda": True,
        "tags": {"a": "b"},
    },
    "ModelImage": {
        "login_server": "reg.azurecr.io",
        "image_name": "diabetes-image",
        "models": [ARTIFACT],
        "entry_script": "source/score.py",
        "source_directory": "source",
        "conda_file": "env.yml",
        "base_image": "python:3.11",
        "python_version": "3.11",
        "application_insights": True,
    },
    "RegisteredModel": {
        "login_server": "reg.azurecr.io",
        "model_name": "diabetes",
        "path": "model.pkl",
        "version": 1,
        "tags": {"a": "b"},
        "properties": {"c": "d"},
        "description": "Ridge",
        "framework": "ScikitLearn",
        "framework_version": "1.10",
    },
    "Workspace": {
        "location": "westeurope",
        "base_name": "team",
        "registry_sku": "Basic",
        "protect": False,
        "refuse_while_used": True,
        "log_retention_days": 30,
        "application_insights": True,
        "tags": {"a": "b"},
    },
}
ALTERNATIVES = {
    "AciService": {"subnet_id": "dns_name_label"},
    "RegisteredModel": {"version": "path"},
}
PLAIN = {
    *(
        "purpose",
        "kubernetes_version",
        "pools",
        "system_vm_size",
        "system_count",
        "zones",
        "administrators",
        "service_cidr",
        "dns_service_ip",
        "pod_cidr",
        "authorized_ip_ranges",
        "private_cluster",
        "load_balancer",
        "load_balancer_subnet",
        "maintenance",
        "image_cleaner_hours",
        "container_insights",
        "managed_prometheus",
        "keda",
    ),
    *("service_name", "auth", "primary_key_generation", "secondary_key_generation", "grpc"),
    *(
        "built_here",
        "image_setting",
        "start_check",
        "startup_seconds",
        "smoke_test",
        "cpu_cores",
        "memory_gb",
        "logs",
        "tls",
    ),
    *(
        "image_name",
        "models",
        "entry_script",
        "source_directory",
        "conda_file",
        "base_image",
        "python_version",
    ),
    *("model_name", "path", "version"),
    *(
        "base_name",
        "registry_sku",
        "protect",
        "refuse_while_used",
        "log_retention_days",
        "application_insights",
    ),
}
"""What must be a value: it is planned with, looked at or checked before anything is deployed."""
ARGUMENTS = [(name, field.name) for name, (_, args) in COMPONENTS.items() for field in fields(args)]
FOR_FILES = {"tags", "properties", "description", "framework", "framework_version"}


@pytest.fixture
def make(azure_mocks, types, tmp_path, monkeypatch):
    """Makes a component with one argument in another form."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("slipway.imagebuild.lock.lock", lambda *_: "# locked\n")
    monkeypatch.setattr(registry_login, "refresh_token", lambda _: "token")
    monkeypatch.setattr("components.registered_model.downloaded", lambda *_: "model.pkl")
    monkeypatch.setattr(
        "components.model_image.staged", lambda *_: pulumi.Output.from_input("context")
    )
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "score.py").write_text(SCRIPT)
    (tmp_path / "env.yml").write_text("dependencies: [python=3.11]\n")
    (tmp_path / "model.pkl").write_bytes(b"model")
    found = {"version": 1, "modelId": "diabetes:1", "sha256": "f" * 64, "digest": "d"}
    answers = {
        types.model_version: found,
        types.model_lookup: found,
        types.image_version: {"version": 7, "imageId": "diabetes-image:7", "ref": REF},
    }

    def run(name, argument, given, *, preview=False):
        component, args = COMPONENTS[name]
        values = dict(VALUES[name])
        for one, other in ALTERNATIVES.get(name, {}).items():
            values.pop(other if argument == one else one, None)
        if argument == "version":
            values = {key: value for key, value in values.items() if key not in FOR_FILES}

        def program():
            # Outputs belong to the loop that they are made in.
            values[argument] = given(VALUES[name][argument])
            component("it", args(**values))

        return azure_mocks(program, preview=preview, answers={} if preview else answers)

    return run


def test_no_argument_is_forgotten():
    for name, (_, args) in COMPONENTS.items():
        assert VALUES[name].keys() == {field.name for field in fields(args)}, name


def what_is_registered(run):
    return sorted((each.type, each.name, repr(plain(each.inputs))) for each in run.resources)


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS, ids=lambda value: value)
def test_a_known_output_is_the_value_or_refused_as_one(make, name, argument):
    if argument in PLAIN:
        with pytest.raises(InvalidArgs) as refusal:
            make(name, argument, pulumi.Output.from_input)
        assert refusal.value.problems == {
            argument: "must be known before anything is deployed: give it as a value, not as an Output"
        }
    else:
        late = what_is_registered(make(name, argument, pulumi.Output.from_input))
        assert late == what_is_registered(make(name, argument, lambda value: value))


@pytest.mark.parametrize(
    ("name", "argument"),
    [each for each in ARGUMENTS if each[1] not in PLAIN],
    ids=lambda value: value,
)
def test_a_preview_goes_on_with_an_output_that_is_not_known_yet(make, name, argument):
    run = make(name, argument, lambda _: pulumi.Output.from_input(pulumi.UNKNOWN), preview=True)
    assert {each.type for each in run.resources} >= {f"slipway:index:{name}"}
    assert len(run.resources) == len(
        make(name, argument, lambda value: value, preview=True).resources
    )


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        (n, a)
        for n, a in ARGUMENTS
        if a in ("tags", "properties", "environment", "secret_environment")
    ],
    ids=lambda value: value,
)
def test_one_value_of_several_may_come_late(make, name, argument):
    def late(value):
        return {**value, "LATE": pulumi.Output.from_input("x")}

    def early(value):
        return {**value, "LATE": "x"}

    assert what_is_registered(make(name, argument, late)) == what_is_registered(
        make(name, argument, early)
    )


def test_what_is_known_stays_known_beside_a_late_value(make):
    def late(value):
        return {**value, "LATE": pulumi.Output.from_input(pulumi.UNKNOWN)}

    run = make("AciService", "tags", late, preview=True)
    tags = run.one("azure-native:containerinstance:ContainerGroup").inputs["tags"]
    assert (tags["owner"], tags["LATE"]) == ("ds", UNKNOWN)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("RegisteredModel", "path"),
        *(("ModelImage", f) for f in ("entry_script", "source_directory", "conda_file")),
    ],
)
def test_paths_are_texts_or_paths(make, name, argument):
    from pathlib import Path

    assert what_is_registered(make(name, argument, str)) == what_is_registered(
        make(name, argument, Path)
    )


def test_required_arguments_have_no_default():
    for name, (_, args) in COMPONENTS.items():
        required = {
            f.name for f in fields(args) if f.default is MISSING and f.default_factory is MISSING
        }
        assert required <= VALUES[name].keys()


@pytest.mark.parametrize(
    ("name", "argument"), [each for each in ARGUMENTS if each[1] in SHOWN], ids=lambda value: value
)
def test_what_anybody_may_read_must_not_be_secret(make, name, argument):
    with pytest.raises(
        InvalidArgs, match=f"{argument} must not be secret: it is not kept as one"
    ) as refusal:
        make(name, argument, pulumi.Output.secret)
    assert "Output" not in str(refusal.value)


def test_one_secret_among_several_values_is_named(make):
    with pytest.raises(InvalidArgs, match=r"environment\.LATE must not be secret"):
        make(
            "AciService",
            "environment",
            lambda value: {**value, "LATE": pulumi.Output.secret("planted")},
        )
