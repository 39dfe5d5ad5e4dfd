"""What texts tell people to install is ours, and what is ours installs nothing but its own name."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
#: Folder of each distribution, and the one package that its wheel brings.
PACKAGES = {
    ".": "slipway",
    "scoring": "scoring",
    "rehearsal": "rehearsal",
    "pytest-pulumi": "pytest_pulumi",
}
PROJECTS = {
    folder: tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]
    for folder in PACKAGES
}
EXTRAS = {
    project["name"]: set(project.get("optional-dependencies", ())) for project in PROJECTS.values()
}
#: Distributions of strangers that are called as packages of ours are.
STRANGERS = ("slipway", "scoring", "rehearsal")

_EXTRAS = r"\[(?:(?P<extras>[\w,-]+)|\{.*?\})\]"  # in braces: from a variable
_WHAT = rf"(?P<what>(?:\./)?[\w.-]+)(?:{_EXTRAS})?"
# A command, and what messages say: "install slipway-scoring[otel] or unset it".
_COMMAND = re.compile(rf"(?:^\s*|[`$] ?|python -m )pip install ['\"]?(?!-){_WHAT}", re.MULTILINE)
_SENTENCE = re.compile(rf"\binstall (?P<what>[a-z][\w-]*){_EXTRAS}")


def texts():
    """All that people read: documents, and the sources for their messages."""
    command = ["git", "ls-files", "*.md", "*.py", "*.yml", "*.yaml"]
    tracked = subprocess.check_output(command, cwd=ROOT, text=True)
    files = [ROOT / name for name in tracked.splitlines()]
    return {file: file.read_text() for file in files if file.is_file() and file != Path(__file__)}


def named():
    for file, text in texts().items():
        for pattern in (_COMMAND, _SENTENCE):
            for match in pattern.finditer(text):
                yield f"{file.relative_to(ROOT)}: {match[0].strip()}", match


def distribution(what):
    """The distribution that a name or a path in this checkout stands for."""
    folder = what.removeprefix("./")
    if what.startswith("./") or what == ".":
        return PROJECTS[folder or "."]["name"] if (folder or ".") in PROJECTS else None
    name = canonicalize_name(what)
    return name if name in EXTRAS else None


def test_what_texts_tell_to_install_is_one_of_ours():
    found = dict(named())
    assert len(found) > 8
    assert [where for where, match in found.items() if not distribution(match["what"])] == []


def test_extras_that_texts_name_exist():
    wrong = [
        f"{where} (no extra {extra})"
        for where, match in named()
        for extra in (match["extras"] or "").split(",")
        if extra and extra not in EXTRAS.get(distribution(match["what"]), ())
    ]
    assert wrong == []


def test_no_text_tells_to_install_a_strangers_package():
    pattern = re.compile(rf"\binstall ['\"`]?(?:{'|'.join(STRANGERS)})(?![\w-])")
    told = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file, text in texts().items()
        for match in pattern.finditer(text)
    ]
    assert told == []


@pytest.mark.parametrize("folder", PACKAGES)
def test_no_distribution_can_be_uploaded_by_mistake(folder):
    project = PROJECTS[folder]
    assert project["name"] not in STRANGERS
    assert "Private :: Do Not Upload" in project["classifiers"]


@pytest.mark.parametrize(("folder", "package"), PACKAGES.items())
def test_a_wheel_brings_one_package(folder, package):
    files = WheelBuilder(str(ROOT / folder)).recurse_included_files()
    assert {Path(file.distribution_path).parts[0] for file in files} == {package}
