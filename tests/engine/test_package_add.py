"""`pulumi package add <repository>/plugin` in a Python program of one's own: an SDK of the components, and it works."""

import re
import sys

import pytest

from tests.harness.deployment import ROOT, trained, variables
from tools import places

pytestmark = [
    pytest.mark.engine,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not places.build_folder().exists(),
        reason="the vendor's language host would install into this environment",
    ),
]

GROUP = "azure-native:containerinstance:ContainerGroup"
PROJECT = f"""
name: other
runtime: {{name: python, options: {{virtualenv: {sys.prefix}}}}}
"""
# Not installed, as `pulumi install` would: the environment that the tests run in is left alone.
PROGRAM = f"""
import sys

sys.path.insert(0, "sdks/slipway")

import pulumi
import pulumi_slipway as slipway

example = "{ROOT}/examples/diabetes"
workspace = slipway.Workspace("workspace", base_name="added", location="westeurope")
model = slipway.RegisteredModel(
    "diabetes",
    login_server=workspace.login_server,
    model_name="diabetes",
    path=pulumi.Config().require("model"),
)
image = slipway.ModelImage(
    "diabetes-image",
    login_server=workspace.login_server,
    image_name="diabetes-image",
    models=[model.artifact],
    entry_script=f"{{example}}/score.py",
    conda_file=f"{{example}}/myenv.yml",
)
service = slipway.AciService(
    "diabetes",
    service_name="diabetes",
    location="westeurope",
    resource_group=workspace.resource_group_name,
    image=image.ref,
    image_id=image.image_id,
    registry=workspace.login_server,
    pull_identity=workspace.pull_identity_id,
    secret_environment={{"API_TOKEN": pulumi.Output.secret("planted-token")}},
)
pulumi.export("scoring_uri", service.scoring_uri)
"""


def test_a_program_with_the_sdk_that_it_writes_is_previewed(pulumi_engine, rehearsal):
    files = {"Pulumi.yaml": PROJECT, "__main__.py": "", "requirements.txt": "pulumi\n"}
    config = {"model": str(trained(0.1, rehearsal.home))}
    engine = pulumi_engine(files, config=config, env=variables(rehearsal))

    engine.run("package", "add", str(ROOT / "plugin")).check()
    assert (engine.cwd / "requirements.txt").read_text() == "pulumi\nsdks/slipway\n"
    assert f"slipway: {ROOT / 'plugin'}" in (engine.cwd / "Pulumi.yaml").read_text()

    noted_as_installed(engine.cwd / "sdks" / "slipway")
    (engine.cwd / "__main__.py").write_text(PROGRAM)
    preview = engine.preview().check()
    assert preview.ops(GROUP) == ["create"]
    assert preview.ops("slipway:index:ModelVersion") == ["create"]
    assert "planted-token" not in preview.text


def noted_as_installed(sdk):
    """It reads its own version from what pip notes."""
    (version,) = re.findall(r'(?m)^VERSION = "(.+)"$', (sdk / "setup.py").read_text())
    noted = sdk / f"pulumi_slipway-{version}.dist-info"
    noted.mkdir()
    (noted / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: pulumi_slipway\nVersion: {version}\n"
    )
