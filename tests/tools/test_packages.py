"""`pulumi package add` in a Python project, under our own language host."""

import json
import sys

import pytest

from tools import places

pytestmark = [
    pytest.mark.engine,
    pytest.mark.usefixtures("cli"),
    pytest.mark.skipif(
        not places.build_folder().exists(),
        reason="the vendor's language host is in use, which would install into this environment",
    ),
]

SCHEMA = {
    "name": "shop",
    "version": "0.1.0",
    "resources": {
        "shop:index:Till": {
            "inputProperties": {"floorNumber": {"type": "integer"}},
            "properties": {"dayTotal": {"type": "number"}},
        }
    },
}
PLUGIN = f"""
import sys
from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.server import main

class Shop(sdk.Provider):
    async def get_schema(self, request):
        return sdk.GetSchemaResponse({json.dumps(json.dumps(SCHEMA))})

main(sys.argv[1:], "0.1.0", Shop())
"""
RUNTIME = f"runtime: {{name: python, options: {{virtualenv: {sys.prefix}}}}}\n"


@pytest.fixture
def project(pulumi_engine):
    return pulumi_engine(
        {
            "Pulumi.yaml": f"name: project\n{RUNTIME}",
            "__main__.py": "",
            "requirements.txt": "pulumi\n",
            "shop/PulumiPlugin.yaml": RUNTIME,
            "shop/__main__.py": PLUGIN,
        }
    )


def test_an_sdk_is_written_and_required(project):
    project.run("package", "add", "./shop").check()
    assert (project.cwd / "requirements.txt").read_text() == "pulumi\nsdks/shop\n"
    till = project.cwd / "sdks" / "shop" / "pulumi_shop" / "till.py"
    compile(till.read_text(), till, "exec")
    assert "def day_total(self)" in till.read_text()
    assert "shop: ./shop" in (project.cwd / "Pulumi.yaml").read_text()


def test_a_schema_that_is_not_fit_is_refused_with_the_place(project):
    plugin = project.cwd / "shop" / "__main__.py"
    plugin.write_text(
        plugin.read_text().replace('\\"type\\": \\"number\\"', '\\"type\\": \\"no\\"')
    )
    refused = project.run("package", "add", "./shop")
    assert not refused.ok
    assert "dayTotal" in refused.text
    assert (project.cwd / "requirements.txt").read_text() == "pulumi\n"
