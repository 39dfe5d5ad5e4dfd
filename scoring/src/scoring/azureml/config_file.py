"""config.json: settings of Azure ML's server in a file. An environment variable of the same name wins.

Where it is looked for, which keys are read and what a malformed one does are the reference's
(azureml-inference-server-http 1.5.1, server/config.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NAMED = "AZUREML_CONFIG_FILE"
_NAME = "config.json"

_TEXTS = frozenset(
    {
        "AZUREML_SOURCE_DIRECTORY",
        "AZUREML_ENTRY_SCRIPT",
        "AZUREML_MODEL_DIR",
        "AZUREML_LOG_LEVEL",
        "SERVICE_NAME",
        "SERVICE_VERSION",
        "SERVICE_PATH_PREFIX",
        "WORKSPACE_NAME",
        "HOSTNAME",
    }
)
_NUMBERS = frozenset({"SCORING_TIMEOUT_MS", "AZUREML_DEBUG_PORT"})
_SWITCHES = frozenset({"APP_INSIGHTS_LOG_RESPONSE_ENABLED"})


@dataclass
class ConfigFile:
    """`values` as texts, by the name of their variable; only those that no variable overrules."""

    path: Path | None = None
    values: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    #: What is worth a warning but no refusal.
    notes: list[str] = field(default_factory=list)

    def located(self, problem: str) -> str:
        """`problem`, which begins with a setting's name, with the file if that is where the value stands."""
        return f"{self.path}: {problem}" if problem.split(" ")[0] in self.values else problem


def read(variables: Mapping[str, str], source: Path) -> ConfigFile:
    """The first file that is there and not empty; without one, a ConfigFile that says nothing."""
    found = ConfigFile()
    named = variables.get(NAMED)
    if named and not _filled(Path(named)):
        found.notes.append(f"{NAMED} is {named!r}; there is no such file, or it is empty")
    found.path = next(filter(_filled, _places(variables, source)), None)
    if found.path is not None:
        _fill(found, _content(found), variables)
    return found


def _places(variables: Mapping[str, str], source: Path) -> list[Path]:
    named = variables.get(NAMED)
    script = source / (variables.get("AZUREML_ENTRY_SCRIPT") or "score.py")
    beside = [source / _NAME, script.resolve().parent / _NAME]
    return [Path(named), *beside] if named else beside


def _filled(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _content(found: ConfigFile) -> dict[str, object]:
    try:
        content = json.loads(Path(str(found.path)).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        found.problems.append(f"{found.path} cannot be read as JSON: {error}")
        return {}
    if not isinstance(content, dict):
        kind = type(content).__name__
        found.problems.append(f"{found.path} holds a {kind}; it must hold an object of settings")
        return {}
    return content


def _fill(found: ConfigFile, content: dict[str, object], variables: Mapping[str, str]) -> None:
    known = _TEXTS | _NUMBERS | _SWITCHES
    for name in sorted(known & content.keys()):
        # null is "not given"; what a variable overrules is not even looked at.
        if content[name] is None or name in variables:
            continue
        text = _text(name, content[name])
        if text is None:
            shown = json.dumps(content[name])
            found.problems.append(f"{found.path}: {name} is {shown}; it must be {_kind(name)}")
        else:
            found.values[name] = text
    unknown = sorted(content.keys() - known)
    if unknown:
        found.notes.append(
            f"{found.path}: not settings that are read from a file: {', '.join(unknown)}; "
            "those that are names of environment variables work as such"
        )


def _text(name: str, value: object) -> str | None:
    if isinstance(value, str):
        return value
    if name in _TEXTS:
        return None
    if name in _SWITCHES:
        return str(bool(value)) if value in (True, False) else None
    whole = isinstance(value, int | float) and value == value // 1
    return str(int(value)) if whole else None  # type: ignore[call-overload]  # a number by then


def _kind(name: str) -> str:
    if name in _TEXTS:
        return "a text"
    return "a whole number" if name in _NUMBERS else "true or false"
