"""The stack `rehearsal` of this repository, under the real CLI, with an example that may be edited."""

import functools
import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pytest_pulumi import PulumiEngine
from tests.harness.own_rehearsal import OwnRehearsal

ROOT = Path(__file__).resolve().parents[2]
STACK = "rehearsal"
SAMPLE = {"data": [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]]}
# Not the rehearsal's own: every engine has a backend and a PATH already.
_OWN = {"PATH", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE"}
_KEYS = "slipway:index:ServiceKeys"
_SLIPWAY = Path(sys.executable).parent / "slipway"


def variables(rehearsal: OwnRehearsal) -> dict[str, str]:
    """The environment of an engine that deploys to this rehearsal."""
    told = rehearsal.variables()
    # The committed settings are sealed with the rehearsal's public passphrase.
    passphrase = Path(told["PULUMI_CONFIG_PASSPHRASE_FILE"]).read_text()
    kept = {key: value for key, value in told.items() if key not in _OWN}
    return {**kept, "PULUMI_CONFIG_PASSPHRASE": passphrase}


def stack_names() -> set[str]:
    """Of every stack file in the repository."""
    return {file.name.split(".")[1] for file in (ROOT / "stacks").glob("Pulumi.*.yaml")}


@functools.cache
def trained(alpha: float, folder: Path) -> Path:
    """The README's model with this strength of regularisation; trained once per folder."""
    file = folder / f"model-{alpha:g}.pkl"
    command = [sys.executable, "examples/diabetes/train.py", "--alpha", f"{alpha:g}"]
    subprocess.run([*command, "--output", file], cwd=ROOT, check=True, capture_output=True)
    return file


class Deployment:
    """One stack, its example folder and its service."""

    def __init__(self, engine: PulumiEngine, rehearsal: OwnRehearsal) -> None:
        self.engine = engine
        self.rehearsal = rehearsal
        self.example = engine.cwd / "examples" / "diabetes"
        # The mirror shows the repository by links; what is edited must be a copy.
        (engine.cwd / "examples").unlink()
        (engine.cwd / ".slipway").unlink(missing_ok=True)
        shutil.copytree(
            ROOT / "examples" / "diabetes",
            self.example,
            ignore=shutil.ignore_patterns("model.pkl", "__pycache__"),
        )

    def use_model(self, alpha: float) -> list[float]:
        """Put the model in place; answers what a service with it must predict for the sample."""
        import joblib  # type: ignore[import-untyped]  # it has no stubs
        import numpy as np

        model = trained(alpha, self.rehearsal.home)
        shutil.copyfile(model, self.example / "model.pkl")
        predicted: list[float] = joblib.load(model).predict(np.array(SAMPLE["data"])).tolist()
        return predicted

    def configure(self, path: str, value: Any) -> None:
        """Set one value in the stack's settings: a key, or `key.name` inside it; None removes it."""
        file = self.engine.cwd / "stacks" / f"Pulumi.{self.engine.stack}.yaml"
        settings = yaml.safe_load(file.read_text())
        *outer, name = path.split(".")
        place = settings["config"]
        for step in outer:
            place = place.setdefault(step, {})
        if value is None:
            del place[name]
        else:
            place[name] = value
        file.write_text(yaml.safe_dump(settings))

    def score(self, body: Any = SAMPLE, *, service: str = "diabetes") -> Any:
        """What a deployed service returns."""
        headers = {"Content-Type": "application/json"}
        if key := self._key(service):
            headers["Authorization"] = f"Bearer {key}"
        request = urllib.request.Request(
            self.output(f"services.{service}.scoringUri"),
            data=json.dumps(body).encode(),
            headers=headers,
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def answers(self, *, within: float = 30.0) -> Any:
        """What the service answers, once it does: for services that are starting again."""
        deadline = time.monotonic() + within
        while True:
            try:
                return self.score()
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def output(self, path: str) -> str:
        """A plain output of the stack, such as `services.diabetes.image`, read from its state."""
        (stack,) = self.engine.resources("pulumi:pulumi:Stack")
        found = stack["outputs"]
        for step in path.split("."):
            found = found[step]
        return str(found)

    def recover(self) -> subprocess.CompletedProcess[str]:
        """`slipway recover`."""
        return self.slipway("recover", self.engine.stack)

    def slipway(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of ours in the project's folder."""
        return subprocess.run(
            [_SLIPWAY, *arguments],
            cwd=self.engine.cwd,
            env=dict(self._environment()),
            text=True,
            capture_output=True,
            check=False,
        )

    def listed(self, what: str) -> list[dict[str, Any]]:
        """`slipway models list` or `slipway images list`, as objects."""
        command = (what, "list", "--registry", self.output("workspace.loginServer"), "--json")
        done = self.slipway(*command)
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    def _key(self, service: str) -> str | None:
        """The primary key that the engine made, if the service has one; it is exported by no stack."""
        names = [one["urn"].rpartition("::")[2] for one in self.engine.resources(_KEYS)]
        if f"{service}-keys" not in names:
            return None
        exported = self.engine.run("stack", "export", "--show-secrets").check()
        state = json.loads(exported.stdout)["deployment"]["resources"]
        (keys,) = [one for one in state if one["urn"].endswith(f"::{service}-keys")]
        return str(json.loads(keys["outputs"]["primaryKey"]["plaintext"]))

    def _environment(self) -> Mapping[str, str]:
        return self.engine.env
