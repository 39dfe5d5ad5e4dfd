"""`make bench-deploy`: the numbers of the main job, medians of several runs, raw data kept.

The rehearsal has a state folder of its own; toolchain, wheels and layers come from the cache.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.deploy.measure import difference, keep, received, seconds
from benchmarks.deploy.report import write
from examples.demo.__main__ import SAMPLE, STACK
from examples.demo.shell import ROOT, Shell, say
from slipway.cli.scoring_client import post

BARE = ROOT / "benchmarks" / "deploy" / "bare"
MODEL = ROOT / "examples" / "diabetes" / "model.pkl"


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.deploy")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as folder:
        shell = Shell.of_the_toolchain().with_variables({"XDG_STATE_HOME": folder})
        bench = Bench(shell, Path(folder) / "slipway" / "rehearsal", rounds)
        settings = ROOT / "stacks" / f"Pulumi.{STACK}.yaml"
        kept = settings.read_text()
        try:
            results = bench.run()
        finally:
            settings.write_text(kept)
            (BARE / f"Pulumi.{BARE.name}.yaml").unlink(missing_ok=True)
            shell.succeeds([sys.executable, "-m", "examples.demo", "down"])
    keep("deploy", results)
    print(write(results))
    return 0


class Bench:
    """Each method is one row of the table."""

    def __init__(self, shell: Shell, state: Path, rounds: int) -> None:
        self._plain = self._shell = shell
        self._state = state
        self._rounds = rounds

    def run(self) -> dict[str, Any]:
        self._warm()
        return {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "machine": {"cpus": os.cpu_count(), "system": platform.platform()},
            "import_seconds": [self._import() for _ in range(self._rounds)],
            "rounds": self._rounds,
            **self._demos(),
            **self._previews(),
            **self._new_models(),
            **self._going_back(),
        }

    def _warm(self) -> None:
        """Once unmeasured, so that every layer and wheel is in the cache."""
        say("warming the cache")
        self._demo()

    def _import(self) -> float:
        """What the machine is worth: the demo's containers each begin with it."""
        return seconds(
            lambda: self._plain.read(sys.executable, "-c", "import sklearn.linear_model")
        )

    def _demos(self) -> dict[str, list[float]]:
        say(f"make demo, {self._rounds} times anew and {self._rounds} times again")
        return {
            "demo_seconds": [self._demo_anew() for _ in range(self._rounds)],
            "demo_again_seconds": [self._demo() for _ in range(self._rounds)],
        }

    def _demo(self) -> float:
        return seconds(lambda: self._plain.read("make", "demo"))

    def _demo_anew(self) -> float:
        self._plain.read("make", "demo-down")
        return self._demo()

    def _previews(self) -> dict[str, list[float]]:
        """Unchanged stacks, with and without components, one after the other in each round."""
        say("previews, with components and without")
        self._shell = self._with_rehearsal()
        bare = self._bare()
        taken: dict[str, list[float]] = {"preview_seconds": [], "bare_preview_seconds": []}
        for _ in range(self._rounds):
            taken["preview_seconds"].append(
                seconds(lambda: self._shell.read("pulumi", "preview", "--expect-no-changes"))
            )
            taken["bare_preview_seconds"].append(
                seconds(lambda: self._shell.read(*bare, "preview", "--expect-no-changes"))
            )
        self._shell.read(*bare, "destroy", "--yes", "--skip-preview")
        self._shell.read(*bare, "stack", "rm", "--yes")
        return taken

    def _bare(self) -> list[str]:
        """Deploys the program without components on the context that the real one built."""
        bare = ["pulumi", "--cwd", str(BARE)]
        state = json.loads(self._shell.read("pulumi", "stack", "export"))
        image = next(
            found["inputs"]
            for found in state["deployment"]["resources"]
            if found["type"] == "docker-build:index:Image"
        )
        self._shell.read(*bare, "stack", "init", BARE.name)
        # The stack says it relative to its own project, from which this program does not run.
        context = ROOT / image["context"]["location"]
        key = _content_key(context)
        for name, value in {"key": key, "model": str(MODEL), "context": str(context)}.items():
            self._shell.read(*bare, "config", "set", name, value)
        self._shell.read(*bare, "up", "--yes", "--skip-preview")
        return bare

    def _new_models(self) -> dict[str, list[Any]]:
        """From `pulumi up` to the new model's first answer, and what was uploaded for it."""
        say("new models")
        taken: dict[str, list[Any]] = {"new_model_seconds": [], "new_model_uploads": []}
        for number in range(self._rounds):
            old, before = self._answer(), received(self._state)
            self._shell.read("python", "examples/diabetes/train.py", "--alpha", str(2 + number))
            start = time.perf_counter()
            self._up()
            while self._answer() == old:
                time.sleep(0.05)
            taken["new_model_seconds"].append(time.perf_counter() - start)
            taken["new_model_uploads"].append(difference(before, received(self._state)))
        return taken

    def _going_back(self) -> dict[str, list[Any]]:
        """To image 1 and to the newest by turns."""
        say("going back")
        taken: dict[str, list[Any]] = {"rollback_seconds": [], "rollback_uploads": []}
        for number in range(self._rounds):
            image = "diabetes-image:1" if number % 2 == 0 else "diabetes-image:2"
            self._shell.read(
                "pulumi", "config", "set", "--path", "slipway:services.diabetes.image", image
            )
            before = received(self._state)
            taken["rollback_seconds"].append(seconds(self._up))
            taken["rollback_uploads"].append(difference(before, received(self._state)))
        return taken

    def _up(self) -> None:
        self._shell.read("pulumi", "up", "--yes", "--skip-preview", "--stack", STACK)

    def _answer(self) -> str:
        services = self._shell.read(
            "pulumi", "stack", "output", "services", "--json", "--stack", STACK
        )
        return post(json.loads(services)["diabetes"]["scoringUri"], SAMPLE)

    def _with_rehearsal(self) -> Shell:
        variables = json.loads(self._plain.read("slipway", "rehearsal", "env", "--json"))
        return self._plain.with_variables(variables)


def _content_key(context: Path) -> str:
    """As the context's Dockerfile says it."""
    text = (context / "Dockerfile").read_text()
    return text.split("io.slipway.content-key=", 1)[1].split()[0].strip("'\"")


if __name__ == "__main__":
    if shutil.which("pulumi") is None:
        sys.exit("pulumi is not on the PATH: run `make bench-deploy`")
    sys.exit(main())
