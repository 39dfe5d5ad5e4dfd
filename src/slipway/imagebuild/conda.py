"""Reads a conda environment file into pip requirements and a Python version."""

import reprlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from slipway.imagebuild import (
    conda_names,
    conda_spec,
    image_variables,
    python_version,
    runtime_package,
    wheels,
)
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.file_text import read_text
from slipway.imagebuild.pip_lines import PipLines
from slipway.imagebuild.wheels import Wheel

_KNOWN_KEYS = {"name", "channels", "dependencies", "prefix", "variables"}
_MAX_BYTES = 1 << 20
# Aliases can make much of little: never shown as a whole.
_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxstring = 3, 80
_shown = _SHORT.repr


@dataclass(frozen=True)
class Environment:
    """What a conda file asks for.

    `requirements` are PEP 508 lines, sorted, `wheels` the files among them; `python` is `3.11` or `3.11.7`;
    `variables` are those of the image; `notes` tell what was left out and why; `path` is the file, or None for the
    environment of a model without one.
    """

    python: str
    requirements: tuple[str, ...]
    notes: tuple[str, ...] = ()
    wheels: tuple[Wheel, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    path: Path | None = field(default=None, compare=False)


class _Reader:
    """Collects requirements, notes and problems while it goes through the file."""

    def __init__(self, folder: Path) -> None:
        self.python = ""
        self.requirements: list[str] = []
        self.notes: list[str] = []
        self.infrastructure: list[str] = []
        self.built: list[str] = []
        self.problems: dict[str, str] = {}
        self.pip = PipLines(
            folder, self._left_out, self.requirements, notes=self.notes, problems=self.problems
        )

    def conda_line(self, where: str, line: str) -> None:
        try:
            spec = conda_spec.parse(line)
        except ValueError as error:
            self.problems[where] = str(error)
            return
        if spec.name == "python":
            self.python = spec.version
        else:
            self._conda_package(where, spec)

    def _conda_package(self, where: str, spec: conda_spec.CondaSpec) -> None:
        if self._left_out(spec.name):
            return
        name = conda_names.pypi_name(spec.name)
        if name is None and conda_names.is_infrastructure(spec.name):
            self.infrastructure.append(spec.name)
            return
        if name is None:
            self.problems[where] = (
                f"conda package {spec.name!r} has no known PyPI name, and solving with conda is not there yet: "
                "name it in the `pip:` list if PyPI has it, or remove it"
            )
            return
        if spec.build:
            self.built.append(spec.name)
        self.requirements.append(f"{name}{spec.version}")

    def _left_out(self, name: str) -> bool:
        if name in conda_names.REPLACED:
            self.notes.append(f"{name} is left out: the image's scoring runtime replaces it")
            return True
        return name in conda_names.DROPPED

    def all_notes(self) -> Iterator[str]:
        """What was left out and why, a sentence for each reason."""
        yield from dict.fromkeys(self.notes)
        if self.built:
            yield f"conda's builds are not used, but PyPI's wheels of these versions: {_listed(self.built)}"
        if self.infrastructure:
            yield f"left out, as PyPI's wheels bring what they need: {_listed(self.infrastructure)}"

    def channels(self, channels: Iterable[Any]) -> None:
        if "defaults" in channels:
            self.notes.append("channel 'defaults' is not used: every package comes from PyPI")


def read(path: Path, python: str | None = None) -> Environment:
    """Read a conda file; `python` is the version that the image is set to have, if it is.

    Raises BuildInputError with every problem that is in the file.
    """
    text = _text(path)
    document = _document(path, text)
    reader = _Reader(path.parent)
    for key in sorted(set(document) - _KNOWN_KEYS, key=str):
        reader.problems[f"{path.name}: {key}"] = (
            f"{key!r} is not read from a conda file here: only {', '.join(sorted(_KNOWN_KEYS))} are"
        )
    reader.channels(document.get("channels") or [])
    _dependencies(path, document.get("dependencies"), reader)
    variables = _variables(path, text, reader) if document.get("variables") is not None else {}
    chosen = _python(path, reader, python)
    if chosen:
        reader.problems |= _unfit_wheels(path, reader, chosen)
    if reader.problems:
        raise BuildInputError(reader.problems)
    return Environment(
        chosen,
        tuple(sorted(set(reader.requirements))),
        tuple(reader.all_notes()),
        tuple(sorted(reader.pip.wheels, key=lambda wheel: wheel.name)),
        tuple(sorted(variables.items())),
        path,
    )


def without_file(python: str | None = None) -> Environment:
    """The environment of a model that needs no packages but the scoring runtime's."""
    return Environment(python_version.choose("", runtime_package.requires_python(), python), ())


def _text(path: Path) -> str:
    if not path.is_file():
        raise BuildInputError(
            {"conda_file": f"{path} is not there: name an existing conda file, or none"}
        )
    if path.stat().st_size > _MAX_BYTES:
        raise BuildInputError(
            {"conda_file": f"{path} is larger than 1 MiB, so it is no conda file"}
        )
    try:
        return read_text(path)
    except ValueError as problem:
        raise BuildInputError({"conda_file": str(problem)}) from None


def _document(path: Path, text: str) -> dict[Any, Any]:
    try:
        document = yaml.safe_load(text)
    except RecursionError:
        raise BuildInputError({"conda_file": f"{path} is nested too deeply"}) from None
    except (yaml.YAMLError, ValueError) as error:  # such as a date that does not exist
        raise BuildInputError({"conda_file": f"{path} is not YAML: {_first_line(error)}"}) from None
    if not isinstance(document, dict):
        raise BuildInputError(
            {
                "conda_file": f"{path} is not a conda environment: a mapping with `dependencies` is expected, "
                f"received {type(document).__name__}"
            }
        )
    return document


def _variables(path: Path, text: str, reader: _Reader) -> dict[str, str]:
    """Read without YAML's types: a variable is the text that was written, 1.10 no number."""
    written = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - which makes nothing but texts
    variables, problems = image_variables.read(written["variables"])
    for name, why in problems.items():
        reader.problems[f"{path.name}: variables" + (f".{name}" if name else "")] = why
    return variables


def _unfit_wheels(path: Path, reader: _Reader, python: str) -> dict[str, str]:
    found = {wheel.name: wheels.unfit(wheel, python) for wheel in reader.pip.wheels}
    return {f"{path.name}: {name}": why for name, why in found.items() if why}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))


def _first_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"{problem} (line {mark.line + 1}, column {mark.column + 1})" if mark else str(problem)


def _dependencies(path: Path, dependencies: Any, reader: _Reader) -> None:
    if not isinstance(dependencies, list):
        reader.problems[f"{path.name}: dependencies"] = (
            f"a list of packages is expected, received {type(dependencies).__name__}"
        )
        return
    for number, entry in enumerate(dependencies):
        where = f"{path.name}: dependencies[{number}]"
        if isinstance(entry, str):
            reader.conda_line(where, entry)
        elif isinstance(entry, dict) and list(entry) == ["pip"]:
            _pip_list(where, entry["pip"], reader)
        else:
            reader.problems[where] = (
                f"a package or a `pip:` list is expected, received {_shown(entry)}"
            )


def _pip_list(where: str, lines: Any, reader: _Reader) -> None:
    if not isinstance(lines, list | None):
        reader.problems[f"{where}.pip"] = (
            f"a list of requirements is expected, received {_shown(lines)}"
        )
        return
    for number, line in enumerate(lines or []):
        if isinstance(line, str):
            reader.pip.read(f"{where}.pip[{number}]", line)
        else:
            reader.problems[f"{where}.pip[{number}]"] = (
                f"a requirement is expected, received {_shown(line)}"
            )


def _python(path: Path, reader: _Reader, setting: str | None) -> str:
    supported = runtime_package.requires_python()
    try:
        return python_version.choose(reader.python, supported, setting)
    except ValueError as error:
        reader.problems[f"{path.name}: python"] = str(error)
        return ""
