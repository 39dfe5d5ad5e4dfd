"""Reads a conda environment file into pip requirements and a Python version."""

import reprlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from slipway.imagebuild import conda_names, conda_spec, python_version, runtime_package
from slipway.imagebuild.errors import BuildInputError

_KNOWN_KEYS = {"name", "channels", "dependencies", "prefix"}
_VARIABLES = "; variables are set by the service's environment"
_MAX_BYTES = 1 << 20
# Aliases can make much of little: never shown as a whole.
_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxstring = 3, 80
_shown = _SHORT.repr


@dataclass(frozen=True)
class Environment:
    """What a conda file asks for.

    `requirements` are PEP 508 lines, sorted; `python` is `3.11` or `3.11.7`; `notes` tell what was left out
    and why; `path` is the file, or None for the environment of a model without one.
    """

    python: str
    requirements: tuple[str, ...]
    notes: tuple[str, ...] = ()
    path: Path | None = field(default=None, compare=False)


class _Reader:
    """Collects requirements, notes and problems while it goes through the file."""

    def __init__(self) -> None:
        self.python = ""
        self.requirements: list[str] = []
        self.notes: list[str] = []
        self.infrastructure: list[str] = []
        self.problems: dict[str, str] = {}

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
            self.notes.append(
                f"{spec.name}: conda's build {spec.build!r} is ignored, PyPI's wheel is used"
            )
        self.requirements.append(f"{name}{spec.version}")

    def pip_line(self, where: str, line: str) -> None:
        if line.lstrip().startswith("-"):
            self.problems[where] = (
                f"{line!r} is an option of pip, which an image's lock cannot hold: "
                "name packages here, and set indexes by pip's configuration or PIP_EXTRA_INDEX_URL (docs/packages.md)"
            )
            return
        try:
            requirement = Requirement(line)
        except InvalidRequirement as error:
            self.problems[where] = (
                f"{line!r} is not a pip requirement ({str(error).splitlines()[0]})"
            )
            return
        if requirement.url:
            self.problems[where] = (
                f"{requirement.name} comes from an address, which cannot be locked by hash: "
                "name a version that a package index has"
            )
        elif not self._left_out(canonicalize_name(requirement.name)):
            self.requirements.append(str(requirement))

    def _left_out(self, name: str) -> bool:
        if name in conda_names.REPLACED:
            self.notes.append(f"{name} is left out: the image's scoring runtime replaces it")
            return True
        return name in conda_names.DROPPED

    def channels(self, channels: Iterable[Any]) -> None:
        if "defaults" in channels:
            self.notes.append("channel 'defaults' is not used: every package comes from PyPI")


def read(path: Path, python: str | None = None) -> Environment:
    """Read a conda file; `python` is the version that the image is set to have, if it is.

    Raises BuildInputError with every problem that is in the file.
    """
    document = _document(path)
    reader = _Reader()
    for key in sorted(set(document) - _KNOWN_KEYS, key=str):
        reader.problems[f"{path.name}: {key}"] = (
            f"{key!r} is not read from a conda file here: only {', '.join(sorted(_KNOWN_KEYS))} are"
            + (_VARIABLES if key == "variables" else "")
        )
    reader.channels(document.get("channels") or [])
    _dependencies(path, document.get("dependencies"), reader)
    chosen = _python(path, reader, python)
    if reader.problems:
        raise BuildInputError(reader.problems)
    if reader.infrastructure:
        left_out = ", ".join(sorted(set(reader.infrastructure)))
        reader.notes.append(f"left out, as PyPI's wheels bring what they need: {left_out}")
    requirements = tuple(sorted(set(reader.requirements)))
    return Environment(chosen, requirements, tuple(reader.notes), path)


def without_file(python: str | None = None) -> Environment:
    """The environment of a model that needs no packages but the scoring runtime's."""
    return Environment(python_version.choose("", runtime_package.requires_python(), python), ())


def _document(path: Path) -> dict[Any, Any]:
    if not path.is_file():
        raise BuildInputError(
            {"conda_file": f"{path} is not there: name an existing conda file, or none"}
        )
    if path.stat().st_size > _MAX_BYTES:
        raise BuildInputError(
            {"conda_file": f"{path} is larger than 1 MiB, so it is no conda file"}
        )
    try:
        document = yaml.safe_load(_text(path))
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


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        line = content.count(b"\n", 0, error.start) + 1
        found = "is UTF-16" if utf16 else f"has a byte in line {line} that is not UTF-8"
        raise BuildInputError({"conda_file": f"{path} {found}: save it as UTF-8"}) from None


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
            reader.pip_line(f"{where}.pip[{number}]", line)
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
