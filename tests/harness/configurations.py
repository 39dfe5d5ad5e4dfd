"""A stack's configuration with everything in it, and ways to change it, for the tests of settings."""

import copy
import runpy
from pathlib import Path
from typing import Any

from pytest_pulumi.wire import Secret

_ROOT = Path(__file__).parents[2]
SCRIPT = "def init():\n    pass\n\n\ndef run(data):\n    return data\n"
CONDA = "dependencies:\n  - python=3.11\n"
FILES = {
    "model.pkl": b"a model",
    "model.onnx": b"another",
    "model.bin": b"of no known kind",
    "empty.pkl": b"",
    "source/score.py": SCRIPT.encode(),
    "score.py": SCRIPT.encode(),
    "no_run.py": b"def init():\n    pass\n",
    "importing.py": f"import json\nimport numpy\nfrom no_run import run\nimport source.score as s\n{SCRIPT}".encode(),
    "json.py": b"",
    "myenv.yml": CONDA.encode(),
    "broken.yml": b"dependencies: [\n",
    "certificate.pem": b"not PEM",
    "hidden/.DS_Store": b"a tool's",
    "deep.yml": b"[" * 5000,
    "day.yml": b"dependencies: [2026-13-45]\n",
}
GOOD: dict[str, Any] = {
    "azure-native:location": "westeurope",
    "slipway:models": {"diabetes": {"path": "model.pkl"}},
    "slipway:images": {
        "diabetes-image": {
            "models": ["diabetes"],
            "entryScript": "score.py",
            "condaFile": "myenv.yml",
        }
    },
    "slipway:services": {"diabetes": {"target": "aci", "image": "diabetes-image:latest"}},
}
REMOVED = object()


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """The good configuration with changes by path; `/` is between steps, as names may hold dots."""
    values = copy.deepcopy(GOOD)
    for path, value in changes.items():
        *outer, last = path.split("/")
        place = values
        for step in outer:
            inner = place.setdefault(step, {})
            place = inner.value if isinstance(inner, Secret) else inner
        if value is REMOVED:
            del place[last]
        else:
            place[last] = _own(value)
    return values


def _own(value: Any) -> Any:
    """A copy of the mappings, which later changes may reach into; lists may be deeper than `deepcopy` goes."""
    return {key: _own(inner) for key, inner in value.items()} if isinstance(value, dict) else value


def run_program() -> None:
    """`__main__.py`, as Pulumi runs it."""
    runpy.run_path(str(_ROOT / "__main__.py"), run_name="__main__")
