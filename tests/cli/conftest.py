"""A `pulumi` that prints what a test says, container groups as Azure has them, and the `slipway` command."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from azure.core.exceptions import ResourceNotFoundError
from typer.testing import CliRunner

from slipway.cli.main import app
from tests.harness.pushed_images import microsofts_client, push_image  # noqa: F401 - fixtures
from tests.harness.stack_outputs import exported, secret, service
from tests.harness.stubbed_pulumi import pulumi  # noqa: F401 - a fixture


@pytest.fixture
def slipway(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLIPWAY_REGISTRY", raising=False)
    # A rehearsal of the developer's own would be named in the messages.
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return lambda *arguments, **more: CliRunner().invoke(app, [*map(str, arguments)], **more)


CURRENT = SimpleNamespace(
    state="Running",
    detail_status="",
    start_time=datetime(2026, 11, 28, 13, 0, tzinfo=UTC),
    exit_code=None,
)


class Groups:
    """As much of Azure Container Instances as the commands ask for."""

    def __init__(self):
        self.restarted = []
        self.there = {"diabetes-dev", "ridge-dev"}
        self.current, self.previous, self.restarts = CURRENT, None, 0
        self.state, self.events = None, []
        self.printed = None

    def get(self, group, name):
        if name not in self.there:
            raise ResourceNotFoundError("no such group")
        states = {"current_state": self.current, "previous_state": self.previous}
        container = SimpleNamespace(
            name="scoring",
            resources=SimpleNamespace(requests=SimpleNamespace(cpu=1.0, memory_in_gb=2.0)),
            instance_view=SimpleNamespace(
                restart_count=self.restarts,
                events=[SimpleNamespace(message=message) for message in self.events],
                **states,
            ),
        )
        return SimpleNamespace(
            location="westeurope",
            ip_address=SimpleNamespace(fqdn=f"{name}.example.net", ip=None),
            containers=[container],
            instance_view=SimpleNamespace(state=self.state or f"Running in {group}"),
        )

    def begin_restart(self, group, name):
        self.restarted.append((group, name))
        return SimpleNamespace(result=lambda: None)

    def list_logs(self, group, name, container, tail):
        if name not in self.there:
            raise ResourceNotFoundError("(ResourceNotFound) not there\nCode: ResourceNotFound")
        if self.printed is not None:
            return SimpleNamespace(content=self.printed.pop(0))
        return SimpleNamespace(content=f"{group}/{name}/{container}: last {tail}\n")


@pytest.fixture
def groups(monkeypatch):
    groups = Groups()
    client = SimpleNamespace(container_groups=groups, containers=groups)
    monkeypatch.setattr("slipway.cloud.container_instances.container_instances", lambda: client)
    return groups


@pytest.fixture
def stack(pulumi):  # noqa: F811
    """stack(diabetes={"auth": True}, ridge={}) -> a stack with these services."""

    def make(**services):
        named = {name: service(name, **changes) for name, changes in services.items()}
        outputs = {"outputsVersion": 1, **({"services": named} if named else {})}
        components = [
            {
                "urn": f"urn:pulumi:dev::slipway::slipway:index:AciService::{name}",
                "type": "slipway:index:AciService",
                "outputs": {
                    "primary_key": secret(f"{name}-1"),
                    "secondary_key": secret(f"{name}-2"),
                    "service_name": f"{name}-dev",
                },
            }
            for name in services
        ]
        pulumi.prints("stack export", exported(outputs, *components))

    return make
