"""The fixtures.

Every pytest session of an environment with this package loads this module, so it imports what is
heavy (the Pulumi SDK, gRPC) when a test asks for it.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_pulumi import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytest_pulumi.engine import PulumiEngine
    from pytest_pulumi.mocks import PulumiMocks
    from pytest_pulumi.provider import Provider
    from pytest_pulumi.server import ProviderServer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Settings of this plugin."""
    parser.addini(cli.INI, "the pulumi to run, or its folder; PATH is searched when empty")


def pytest_configure(config: pytest.Config) -> None:
    """One warning of the SDK is no fault of a program.

    An output that nobody awaits leaves the coroutines that would have said whether it is known and secret;
    Python complains of them whenever it collects them, in the middle of any later test.
    """
    config.addinivalue_line("filterwarnings", r"ignore:coroutine 'Output\.:RuntimeWarning")


@pytest.fixture
def pulumi_mocks() -> PulumiMocks:
    """Runs a program function against mocks: `run = pulumi_mocks(program, preview=False, answers={})`."""
    from pytest_pulumi.mocks import PulumiMocks

    return PulumiMocks()


@pytest.fixture
def pulumi_engine(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., PulumiEngine]]:
    """Makes stacks under the real CLI; see `PulumiEngine`.

    `pulumi_engine(project, providers=[...], stack_name="test", config={...}, env={...})`: `project` is a
    folder with a Pulumi.yaml, or file names with their contents, or the text of `__main__.py`. `beside` is
    an engine made before, whose backend is shared, so that stacks can refer to each other.
    At the end everything is stopped, and what still runs fails the test.
    """
    from pytest_pulumi import project
    from pytest_pulumi.engine import PulumiEngine
    from pytest_pulumi.server import ProviderServer

    found = cli.find(request.config)
    with ExitStack() as stack:

        def make(
            program: Path | Mapping[str, str] | str,
            *,
            providers: Sequence[Provider | ProviderServer] = (),
            stack_name: str = "test",
            config: Mapping[str, Any] | None = None,
            env: Mapping[str, str] | None = None,
            beside: PulumiEngine | None = None,
        ) -> PulumiEngine:
            home = tmp_path / f"engine-{len(list(tmp_path.glob('engine-*')))}"
            (home / "project").mkdir(parents=True)
            project.put(program, home / "project")
            servers = [
                p if isinstance(p, ProviderServer) else stack.enter_context(ProviderServer(p))
                for p in providers
            ]
            engine = PulumiEngine(
                cli=found,
                cwd=home / "project",
                home=home,
                servers=servers,
                stack=stack_name,
                env={**_shared(beside), **(env or {})},
                backend=beside.backend if beside else None,
            )
            stack.callback(engine.close)
            engine.init()
            for key, value in (config or {}).items():
                engine.config_set(key, value)
            return engine

        yield make


def _shared(engine: PulumiEngine | None) -> dict[str, str]:
    """What a stack needs to read the secrets of those beside it."""
    name = "PULUMI_CONFIG_PASSPHRASE"
    return {name: engine.env[name]} if engine else {}
