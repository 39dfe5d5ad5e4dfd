"""Running the program itself on mocks, with a configuration and the files that it names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_pulumi.monitor import STACK, Monitor
from tests.harness.configurations import FILES, run_program
from tests.harness.made_up_target import device_target  # noqa: F401 - a fixture
from tests.harness.stack_runs import deploy  # noqa: F401 - a fixture
from tests.harness.stubbed_pulumi import pulumi  # noqa: F401 - a fixture


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that settings name, in the folder that the program runs in."""
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def stack_file(project: Path) -> Callable[[dict[str, Any]], None]:
    """Writes the stack's own file, which the program reads beside what Pulumi hands over."""

    def write(config: dict[str, Any] | str) -> None:
        text = config if isinstance(config, str) else yaml.safe_dump({"config": config})
        (project / "Pulumi.yaml").write_text("stackConfigDir: stacks\n")
        (project / "stacks").mkdir()
        (project / "stacks" / "Pulumi.test.yaml").write_text(text)

    return write


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Types of the resources that a program registers, whether it ends well or not; without the stack itself."""
    types: list[str] = []
    register = Monitor.RegisterResource

    def recorded(self: Monitor, request: Any) -> Any:
        if request.type != STACK:
            types.append(request.type)
        return register(self, request)

    monkeypatch.setattr(Monitor, "RegisterResource", recorded)
    return types


@pytest.fixture
def program(pulumi_mocks: Any, registered: list[str]) -> Callable[[dict[str, Any]], Any]:
    """Runs the program itself, `__main__.py`, with a configuration."""

    def run(config: dict[str, Any]) -> Any:
        return pulumi_mocks(run_program, config=config)

    return run
