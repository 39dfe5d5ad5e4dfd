"""Runs a program function against mocks and hands back what it registered."""

import asyncio
import contextvars
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime import mocks as sdk
from pulumi.runtime import rpc, run_in_stack, set_all_config
from pulumi.runtime.settings import SETTINGS, configure, reset_options

from pytest_pulumi.callbacks import Callbacks
from pytest_pulumi.monitor import Monitor
from pytest_pulumi.run import Answer, Function, Run
from pytest_pulumi.wire import Secret, decode_value

Program = Callable[[], Any]
_sdk: Any = sdk  # has no annotations


@dataclass(frozen=True)
class PulumiMocks:
    """The fixture `pulumi_mocks`: call it with a program function.

    What is given here holds for every run; what is given to a run is added to it.
    """

    project: str = "project"
    stack: str = "test"
    organization: str = "organization"
    answers: Mapping[str, Answer] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    stacks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)

    def __call__(
        self,
        program: Program,
        *,
        preview: bool = False,
        answers: Mapping[str, Answer] | None = None,
        functions: Mapping[str, Function] | None = None,
        stacks: Mapping[str, Mapping[str, Any]] | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> Run:
        """Run `program` to the end.

        `answers` says by type what a resource's outputs hold beyond its inputs. In a preview,
        everything that the answers leave out is unknown, ids included. `functions` answers
        provider functions by token, `stacks` stack references by name. `config` keys without a
        namespace get the project's; a `Secret` is a secret value.

        Whatever the program raises is raised here, also from inside an `apply`; so is
        AssertionError for a URN that is registered twice and for a question without an answer.
        """
        run = Run()
        monitor = Monitor(
            run,
            project=self.project,
            stack=self.stack,
            preview=preview,
            answers={**self.answers, **(answers or {})},
            functions={**self.functions, **(functions or {})},
            stacks={**self.stacks, **(stacks or {})},
        )
        settings = {
            "project": self.project,
            "stack": self.stack,
            "organization": self.organization,
            "dry_run": preview,
        }
        # A thread and a context of its own: the SDK keeps its state in context variables and its
        # outputs belong to the thread's event loop, so nothing reaches another run or the test.
        with ThreadPoolExecutor(1, thread_name_prefix="pulumi-mocks") as thread:
            isolated = contextvars.Context()
            merged = {**self.config, **(config or {})}
            thread.submit(
                isolated.run, _run, program, run, monitor, settings, self._configured(merged)
            ).result()
        return run

    def _configured(self, config: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
        """The SDK's form: every value a string, and the keys of the secret ones."""
        full = {key if ":" in key else f"{self.project}:{key}": config[key] for key in config}
        secret_keys = [key for key, value in full.items() if isinstance(value, Secret)]
        bare = {k: v.value if isinstance(v, Secret) else v for k, v in full.items()}
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in bare.items()}
        return texts, secret_keys


def _run(
    program: Program,
    run: Run,
    monitor: Monitor,
    settings: dict[str, Any],
    config: tuple[dict[str, str], list[str]],
) -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # A failed program leaves futures behind that nobody awaits; the failure itself is raised.
    loop.set_exception_handler(lambda *_: None)
    features = set(_sdk.MockMonitor(None).GetDeploymentInfo(None).supportedFeatures)
    configure(
        _sdk.MockSettings(
            monitor=monitor,
            engine=monitor,
            monitor_features=features,
            callbacks=Callbacks(monitor, run),
            **settings,
        )
    )
    SETTINGS.outputs = type(SETTINGS.outputs)()
    set_all_config(*config)
    try:
        loop.run_until_complete(_main(program, run))
    finally:
        _drain(loop)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        asyncio.set_event_loop(None)
        reset_options()


async def _main(program: Program, run: Run) -> None:
    returned: list[Any] = []
    await run_in_stack(lambda: returned.append(program()))
    run.result = await _resolved(returned[0])


async def _resolved(result: Any) -> Any:
    """Plain values, `Secret` and `UNKNOWN` where there were outputs; other objects as they are."""
    if isinstance(result, pulumi.Output | Mapping | list | tuple):
        return decode_value(
            await rpc.serialize_property(result, [], None, return_protobuf_value=True)
        )
    return result


def _drain(loop: asyncio.AbstractEventLoop) -> None:
    """Let no task outlive its run. A task that is cancelled may leave another behind."""
    while left := asyncio.all_tasks(loop):
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
