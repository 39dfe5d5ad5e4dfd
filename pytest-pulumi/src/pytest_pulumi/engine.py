"""A stack under the real engine, with stand-ins at the far end."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_pulumi import processes, running
from pytest_pulumi.result import Result
from pytest_pulumi.running import KillAt, Running
from pytest_pulumi.server import ProviderServer
from pytest_pulumi.wire import Secret

# Nothing of the developer's login, stack or cloud may reach a test.
_PASSED_ON = (
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SYSTEMROOT",
    "GOCOVERDIR",
)
_EVENTFUL = {"up", "update", "preview", "refresh", "destroy"}
_UNASKED = {*_EVENTFUL, "import", "cancel"} - {"preview"}


class PulumiEngine:
    """One stack in a folder and a home of its own, and in a backend of its own unless it is told of another.
    The fixture `pulumi_engine` makes it."""

    def __init__(
        self,
        *,
        cli: Path,
        cwd: Path,
        home: Path,
        servers: Sequence[ProviderServer],
        stack: str,
        env: Mapping[str, str],
        backend: Path | None = None,
    ) -> None:
        self.cli = cli
        self.cwd = cwd
        self.stack = stack
        self.servers = list(servers)
        self.backend = backend or home / "backend"
        self._home = home
        self._log_number = 0
        self._runs: list[Running] = []
        self.env = self._environment(env)

    def up(self, *args: str, kill: KillAt | float | None = None, preview: bool = False) -> Result:
        """`pulumi up`; without a preview of its own unless wanted.

        `kill` ends it with SIGKILL: at a provider's call, or after so many seconds.
        """
        return self.run("up", *(() if preview else ("--skip-preview",)), *args, kill=kill)

    def preview(self, *args: str, kill: KillAt | float | None = None) -> Result:
        """`pulumi preview --diff`."""
        return self.run("preview", "--diff", *args, kill=kill)

    def refresh(self, *args: str, kill: KillAt | float | None = None) -> Result:
        """`pulumi refresh`."""
        return self.run("refresh", "--skip-preview", *args, kill=kill)

    def destroy(self, *args: str, kill: KillAt | float | None = None) -> Result:
        """`pulumi destroy`."""
        return self.run("destroy", "--skip-preview", *args, kill=kill)

    def cancel(self) -> Result:
        """`pulumi cancel`: removes the lock that a killed update leaves behind."""
        return self.run("cancel", self.stack)

    def import_(self, type_: str, name: str, id_: str, *args: str) -> Result:
        """`pulumi import`: adopt what exists, unprotected and without generated code."""
        flags = ("--skip-preview", "--protect=false", "--generate-code=false")
        return self.run("import", type_, name, id_, *flags, *args)

    def export(self) -> dict[str, Any]:
        """`pulumi stack export`: the stack's state."""
        state: dict[str, Any] = json.loads(self.run("stack", "export").check().stdout)
        return state

    def import_state(self, state: Mapping[str, Any]) -> Result:
        """`pulumi stack import`."""
        file = self._home / "import.json"
        file.write_text(json.dumps(state))
        return self.run("stack", "import", "--file", str(file))

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, secrets shown."""
        shown = self.run("stack", "output", "--json", "--show-secrets").check()
        outputs: dict[str, Any] = json.loads(shown.stdout)
        return outputs

    def resources(self, type_: str | None = None) -> list[dict[str, Any]]:
        """The resources in the state, read from the backend without the CLI; secrets encrypted."""
        found: list[dict[str, Any]] = self._checkpoint().get("resources") or []
        return [resource for resource in found if type_ in (None, resource["type"])]

    def pending(self) -> list[dict[str, Any]]:
        """The operations that a killed update left open."""
        operations: list[dict[str, Any]] = self._checkpoint().get("pending_operations") or []
        return operations

    def config_set(self, key: str, value: Any) -> None:
        """`pulumi config set`. A `Secret` is encrypted, and handed over where no other process can
        read it."""
        secret = isinstance(value, Secret)
        bare = value.value if isinstance(value, Secret) else value
        text = bare if isinstance(bare, str) else json.dumps(bare)
        self._say(["config", "set", key, "--secret" if secret else "--plaintext"], text)

    def config_rm(self, key: str) -> None:
        """`pulumi config rm`."""
        self.run("config", "rm", key).check()

    def run(self, *args: str, kill: KillAt | float | None = None) -> Result:
        """Any command of the CLI, to its end."""
        watchers = [list(server.watchers) for server in self.servers]
        started = self.start(*args)
        timer = None
        try:
            if isinstance(kill, KillAt):
                running.kill_at(started, self.servers, kill)
            elif kill is not None:
                timer = running.kill_after(started, kill)
            return started.wait()
        finally:
            if timer is not None:
                timer.cancel()
            for server, before in zip(self.servers, watchers, strict=True):
                server.watchers[:] = before

    def start(self, *args: str) -> Running:
        """Any command of the CLI, in the background."""
        self._log_number += 1
        log = self._home / f"events-{self._log_number}.jsonl"
        command = [*args, "--non-interactive"]
        if args[0] in _EVENTFUL:
            command += ["--event-log", str(log)]
        if args[0] in _UNASKED:
            command.append("--yes")
        started = Running(command, cli=self.cli, cwd=self.cwd, env=self.env, log=log)
        self._runs.append(started)
        return started

    def left_running(self, *, within: float = 5.0) -> list[str]:
        """What the runs so far have started and what has not ended within so many seconds."""
        return [
            f"{process.pid} {' '.join(process.cmdline())}"
            for process in processes.left(self.env[processes.MARK], within=within)
        ]

    def close(self) -> None:
        """End everything.

        Raises AssertionError where something outlived the CLI that started it.
        """
        for run in self._runs:
            run.kill()
            run.wait()
        left = self.left_running()
        processes.end(self.env[processes.MARK])
        if left:
            raise AssertionError("left running after the CLI had ended: " + "; ".join(left))

    def init(self) -> None:
        """`pulumi stack init`."""
        self.backend.mkdir(parents=True, exist_ok=True)
        self.run("stack", "init", self.stack).check()

    def _say(self, command: list[str], text: str) -> None:
        done = subprocess.run(
            [self.cli, *command, "--non-interactive"],
            cwd=self.cwd,
            env=self.env,
            input=text,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise AssertionError(f"pulumi {' '.join(command)}: {done.stdout}{done.stderr}")

    def _environment(self, env: Mapping[str, str]) -> dict[str, str]:
        path = [str(self.cli.parent), str(Path(sys.executable).parent), os.environ.get("PATH", "")]
        return {
            **{key: os.environ[key] for key in _PASSED_ON if key in os.environ},
            "PATH": os.pathsep.join(path),
            "HOME": str(self._home),
            "PULUMI_HOME": str(self._home / ".pulumi"),
            "PULUMI_BACKEND_URL": self.backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": uuid.uuid4().hex,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DEBUG_COMMANDS": "true",  # for --event-log
            "PULUMI_DEBUG_PROVIDERS": ",".join(server.attach for server in self.servers),
            "NO_COLOR": "1",
            processes.MARK: uuid.uuid4().hex,
            **env,
        }

    def _checkpoint(self) -> dict[str, Any]:
        stacks = list((self.backend / ".pulumi" / "stacks").rglob(f"{self.stack}.json"))
        if not stacks:
            return {}
        checkpoint = json.loads(stacks[0].read_text())["checkpoint"]
        latest: dict[str, Any] = checkpoint.get("latest") or {}
        return latest
