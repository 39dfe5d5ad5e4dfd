"""The provider door under the real engine, and killed in the middle of what the engine asked for."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.toolchain import find

DOOR = Path(__file__).parents[2] / "processes" / "azure_native_door.py"
PROGRAM = """
import pulumi
import pulumi_azure_native as azure

image = pulumi.Config().require("image")
group = azure.resources.ResourceGroup("group", resource_group_name="rg", location="westeurope")
service = azure.containerinstance.ContainerGroup(
    "service",
    container_group_name="service",
    resource_group_name=group.name,
    os_type="Linux",
    ip_address={"type": "Public", "ports": [{"port": 5001}], "dns_name_label": "service"},
    containers=[
        {
            "name": "app",
            "image": image,
            "ports": [{"port": 5001}],
            "resources": {"requests": {"cpu": 1.0, "memory_in_gb": 1.0}},
        }
    ],
)
pulumi.export("fqdn", service.ip_address.apply(lambda address: address.fqdn))
"""

pytestmark = pytest.mark.engine


class Project:
    """A Pulumi project whose provider is a door of ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.door = None
        self.port = 0
        self.start_door()
        (folder / "Pulumi.yaml").write_text("name: doors\nruntime: python\n")
        (folder / "__main__.py").write_text(PROGRAM)
        (folder / "backend").mkdir()
        toolchain = find()
        assert toolchain, "no Pulumi toolchain: run `make toolchain`"
        folders = [str(Path(sys.executable).parent), str(toolchain), os.environ["PATH"]]
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join(folders),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DEBUG_PROVIDERS": f"azure-native:{self.port}",
        }
        self.pulumi("stack", "init", "dev")
        self.pulumi("config", "set", "image", "registry.example/web:1")

    def start_door(self) -> None:
        self.door = subprocess.Popen(
            [sys.executable, str(DOOR), str(self.state), str(self.port)],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self.door.stdout.readline())

    def kill_door(self) -> None:
        self.door.kill()
        self.door.communicate()

    def let_go(self) -> None:
        (self.state / "go").touch()

    def begin(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            ["pulumi", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def pulumi(self, *arguments: str, fails: bool = False) -> str:
        process = self.begin(*arguments)
        output, _ = process.communicate(timeout=120)
        assert (process.returncode != 0) == fails, output
        return output

    def up(self, *, fails: bool = False) -> str:
        return self.pulumi("up", "--yes", "--skip-preview", "--non-interactive", fails=fails)

    def resources(self) -> list[str]:
        exported = json.loads(self.pulumi("stack", "export"))["deployment"]
        assert not exported.get("pending_operations")
        return [
            one["type"]
            for one in exported.get("resources", [])
            if one["type"].startswith("azure-native")
        ]


@pytest.fixture
def project(tmp_path):
    found = Project(tmp_path)
    yield found
    found.kill_door()


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.02)


def test_up_preview_update_refresh_destroy(project):
    project.let_go()
    preview = project.pulumi("preview", "--non-interactive")
    assert "+ 3 to create" in preview
    assert "127." in project.up()
    assert "3 unchanged" in project.up()
    assert "3 unchanged" in project.pulumi(
        "refresh", "--yes", "--skip-preview", "--non-interactive"
    )
    project.pulumi("config", "set", "image", "registry.example/web:2")
    assert "1 updated" in project.up()
    project.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive")
    assert project.resources() == []


def test_a_kill_in_the_middle_of_a_creation_converges(project):
    creating = project.begin("up", "--yes", "--skip-preview", "--non-interactive")
    _wait_for(project.state / "starting")
    project.kill_door()
    output, _ = creating.communicate(timeout=60)
    assert creating.returncode != 0, output
    project.let_go()
    project.start_door()
    project.up()
    assert project.resources() == [
        "azure-native:resources:ResourceGroup",
        "azure-native:containerinstance:ContainerGroup",
    ]
    assert "3 unchanged" in project.up()


def test_a_kill_in_the_middle_of_an_update_converges(project):
    project.let_go()
    project.up()
    (project.state / "go").unlink()
    (project.state / "starting").unlink()
    project.pulumi("config", "set", "image", "registry.example/web:2")
    updating = project.begin("up", "--yes", "--skip-preview", "--non-interactive")
    _wait_for(project.state / "starting")
    project.kill_door()
    output, _ = updating.communicate(timeout=60)
    assert updating.returncode != 0, output
    project.let_go()
    project.start_door()
    assert "1 updated" in project.up()
    assert "3 unchanged" in project.up()


def test_what_azure_refuses_fails_the_update_with_its_words(project):
    project.let_go()
    project.up()
    project.pulumi("config", "set", "image", "Registry Example")
    path = project.folder / "__main__.py"
    path.write_text(PROGRAM.replace('"cpu": 1.0', '"cpu": 2.0'))
    assert "you must delete it first and then create a new one" in project.up(fails=True)
    path.write_text(PROGRAM.replace("os_type", "operating_system"))
    assert "operating_system" in project.up(fails=True)
