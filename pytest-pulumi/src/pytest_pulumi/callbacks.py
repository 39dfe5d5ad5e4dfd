"""What the engine would call back: hooks and transforms."""

from typing import Any

from pulumi.runtime._callbacks import _CallbackServicer

from pytest_pulumi.run import Run


class Callbacks(_CallbackServicer):
    """Takes them without the SDK's server: nobody calls, and a server of grpc.aio that outlives its event loop, as in a
    program that raises, ends the whole process."""

    def __init__(self, monitor: Any, run: Run) -> None:
        self._monitor = monitor
        self._run = run
        self._target = ""
        self._callbacks = {}
        self._transforms = {}
        self._state_migrations = {}

    def register_resource_hook(self, hook: Any) -> None:
        """Keep it in `run`."""
        self._run.hooks[hook.name] = hook.callback
        super().register_resource_hook(hook)

    def register_error_hook(self, hook: Any) -> None:
        """Keep it in `run`."""
        self._run.hooks[hook.name] = hook.callback
        super().register_error_hook(hook)
