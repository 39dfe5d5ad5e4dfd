"""The examples that use the components in programs of their own, each against a rehearsal."""

import json
import shutil
import sys
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pytest_pulumi import PulumiEngine
from tests.harness.deployment import ROOT, SAMPLE, trained, variables
from tests.harness.own_rehearsal import OwnRehearsal

Changes = Iterable[tuple[str, str]]


def deployable() -> list[str]:
    """Names of the examples that are programs; that in TypeScript has no language host here, and is type-checked."""
    programs = sorted((ROOT / "examples").rglob("Pulumi.yaml"))
    return [each.parent.name for each in programs if "nodejs" not in each.read_text()]


class ExamplePrograms:
    """Makes stacks of them, each beside a model of its own: `programs("yaml", [(old text, new text)])`."""

    def __init__(
        self,
        rehearsal: OwnRehearsal,
        pulumi_engine: Callable[..., PulumiEngine],
        folder: Path,
    ) -> None:
        """`folder` is where `pulumi_engine` puts its projects."""
        self._rehearsal = rehearsal
        self._pulumi_engine = pulumi_engine
        # An example is two folders below the plug-in, and a project two below this one.
        (folder / "plugin").symlink_to(ROOT / "plugin")
        (folder / ".venv").symlink_to(sys.prefix)

    def __call__(self, name: str, changes: Changes = ()) -> PulumiEngine:
        """One of them, not deployed."""
        files = _files(ROOT / "examples" / name, changes)
        engine = self._pulumi_engine(
            files, config={"name": f"{name}-team"}, env=variables(self._rehearsal)
        )
        example = engine.cwd.parent / "diabetes"
        shutil.copytree(ROOT / "examples" / "diabetes", example)
        shutil.copyfile(trained(0.1, self._rehearsal.home), example / "model.pkl")
        return engine


def _files(example: Path, changes: Changes) -> dict[str, str]:
    files = {path.name: path.read_text() for path in example.iterdir() if path.suffix != ".md"}
    for old, new in changes:
        (name,) = (name for name, text in files.items() if old in text)
        files[name] = files[name].replace(old, new)
    return files


def predicted(rehearsal: OwnRehearsal) -> list[float]:
    """What a service with the model of `example_program` must answer for the sample."""
    import joblib  # type: ignore[import-untyped]  # it has no stubs
    import numpy as np

    numbers: list[float] = joblib.load(trained(0.1, rehearsal.home)).predict(
        np.array(SAMPLE["data"])
    )
    return list(numbers)


def score(uri: str) -> Any:
    """What a service answers for the sample."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(uri, json.dumps(SAMPLE).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)
