"""The components in the plug-in, used by a program that does not have their source."""

from pathlib import Path

import pytest
import yaml

from slipway.cloud.waits import VARIABLE
from tests.harness.deployment import ROOT, trained, variables

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

PROGRAM = """
import pulumi


def component(kind, outputs):
    class Remote(pulumi.ComponentResource):
        def __init__(self, name, **props):
            everything = {**props, **{name: None for name in outputs if name not in props}}
            super().__init__("slipway:index:" + kind, name, everything, None, remote=True)

    return Remote


given = pulumi.Config()
Workspace = component("Workspace", ["loginServer", "resourceGroupName", "pullIdentityId", "logWorkspaceKey"])
RegisteredModel = component("RegisteredModel", ["artifact", "modelId", "version"])
ModelImage = component("ModelImage", ["ref", "imageId"])
AciService = component("AciService", ["scoringUri", "primaryKey"])

workspace = Workspace("workspace", location="westeurope", baseName="remote-rehearsal")
model = RegisteredModel(
    "diabetes", loginServer=workspace.loginServer, modelName="diabetes", path=given.require("model")
)
image = ModelImage(
    "diabetes-image",
    loginServer=workspace.loginServer,
    imageName="diabetes-image",
    models=[model.artifact],
    entryScript=given.require("score"),
    condaFile=given.require("conda"),
)
service = AciService(
    "diabetes",
    serviceName="diabetes",
    location="westeurope",
    resourceGroup=workspace.resourceGroupName,
    image=image.ref,
    imageId=image.imageId,
    registry=workspace.loginServer,
    pullIdentity=workspace.pullIdentityId,
    dnsNameLabel="remote-diabetes",
    auth=True,
    environment={"my_variable": "a"},
)
for name, value in {
    "model_id": model.modelId,
    "version": model.version,
    "image_id": image.imageId,
    "scoring_uri": service.scoringUri,
    "primary_key": service.primaryKey,
    "log_key": workspace.logWorkspaceKey,
}.items():
    pulumi.export(name, value)
"""


USING = """
import pulumi
from slipway.resources.workspace_lookup import get_workspace_output

given = pulumi.Config()
found = get_workspace_output(resource_group=given.require("group"), name=given.require("workspace"))
pulumi.export("login_server", found.login_server)
pulumi.export("log_key", found.log_key)
"""


@pytest.fixture
def program(pulumi_engine, rehearsal):
    """program(text) -> its stack, with the plug-in of this repository."""

    def start(text: str, **config: str):
        project = {
            "name": "other",
            "runtime": {"name": "python", "options": {"virtualenv": str(ROOT / ".venv")}},
            "plugins": {"providers": [{"name": "slipway", "path": str(ROOT / "plugin")}]},
        }
        files = {"Pulumi.yaml": yaml.safe_dump(project), "__main__.py": text}
        return pulumi_engine(files, config=config, env=variables(rehearsal))

    return start


def test_a_service_of_remote_components(program, rehearsal):
    example = ROOT / "examples" / "diabetes"
    engine = program(
        PROGRAM,
        model=str(trained(0.1, rehearsal.home)),
        score=str(example / "score.py"),
        conda=str(example / "myenv.yml"),
    )
    preview = engine.preview().check()
    assert preview.ops("docker-build:index:Image") == ["create"]
    # A component's wait for a role is one of the plug-in's process as well.
    rehearsal.fail("ContainerGroup", "create", "--code", "InaccessibleImage")
    engine.env[VARIABLE] = "0.1"
    assert "asking again in 0.1 s, for " in engine.up().check().stdout
    outputs = engine.outputs()
    assert (outputs["model_id"], outputs["version"]) == ("diabetes:1", 1)
    assert outputs["image_id"] == "diabetes-image:1"
    assert engine.preview("--expect-no-changes").ok
    state = Path(next(engine.backend.rglob("*.json"))).read_text()
    for secret in ("primary_key", "log_key"):
        assert len(outputs[secret]) > 40
        assert outputs[secret] not in state

    # What a stack of services asks about a workspace that another one made.
    using = program(USING, group="remote-rehearsal", workspace="remote-rehearsal")
    using.up().check()
    (registry,) = engine.resources("azure-native:containerregistry:Registry")
    assert using.outputs()["login_server"] == registry["outputs"]["loginServer"]
    assert using.outputs()["log_key"] == outputs["log_key"]
    (stack,) = using.resources("pulumi:pulumi:Stack")
    assert stack["outputs"]["login_server"] == registry["outputs"]["loginServer"]
    assert outputs["log_key"] not in str(stack)

    engine.destroy().check()
    assert rehearsal.resources() == []

    refused = using.preview()
    assert "has no resource group 'remote-rehearsal'" in refused.text
    assert "Traceback" not in refused.text
    assert "invoke of" not in refused.text


WRONG = """
import pulumi


class Remote(pulumi.ComponentResource):
    def __init__(self, kind, name, **props):
        super().__init__("slipway:index:" + kind, name, props, None, remote=True)


Remote(
    "Workspace",
    "workspace",
    location=pulumi.Output.secret("planted-region"),
    baseName="--",
    registrySku="Tiny",
    logRetentionDays="30",
    tag={},
)
"""


def test_wrong_arguments_are_refused_by_their_names_in_the_program(program):
    text = program(WRONG).preview().text
    for line in (
        "tag is not an argument; the nearest is tags",
        "location must not be secret",
        "registrySku must be one of 'Basic', 'Standard', 'Premium', got 'Tiny'",
        "logRetentionDays must be a whole number, got '30'",
    ):
        assert line in text
    assert "planted-region" not in text
    assert "Traceback" not in text


OUT_OF_RANGE = """
import pulumi
pulumi.ComponentResource(
    "slipway:index:Workspace",
    "workspace",
    {"location": "westeurope", "baseName": "--", "logRetentionDays": 3},
    None,
    remote=True,
)
"""


def test_what_a_component_itself_refuses_has_the_same_form(program):
    text = program(OUT_OF_RANGE).preview().text
    assert "baseName must contain a letter or a digit, got '--'" in text
    assert "logRetentionDays must be 30 to 730, got 3" in text
    assert "Traceback" not in text


REFUSED_CHILD = """
import pulumi
pulumi.ComponentResource(
    "slipway:index:RegisteredModel",
    "diabetes",
    {"loginServer": "localhost:1", "modelName": "diabetes", "version": 3},
    None,
    remote=True,
)
"""


def test_what_a_child_refuses_is_told_once_and_in_a_sentence(program):
    text = program(REFUSED_CHILD).preview().text
    assert text.count("localhost:1 does not answer") == 1
    assert "Traceback" not in text
