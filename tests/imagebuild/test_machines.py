"""Nothing of the machine that runs `pulumi` gets into an image's content key or its files."""

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import Distribution
from pathlib import Path

import pytest
import yaml

import scoring
from slipway.imagebuild import conda, runtime_package
from slipway.imagebuild.context import ContextSpec, content_key

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "tests" / "processes" / "image_content.py"
# Pure Python, all that imagebuild imports: another interpreter can use this one's.
PACKAGES = [ROOT / "src", Path(scoring.__file__).parents[1], Path(yaml.__file__).parents[1]]


def other_pythons():
    """Interpreters of other versions that this machine has."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for minor in (11, 12, 13, 14):
        if minor == sys.version_info.minor:
            continue
        found = shutil.which(f"python3.{minor}"), *pyenv.glob(f"3.{minor}.*/bin/python3.{minor}")
        yield from [str(path) for path in found if path and answers(path)][:1]


def answers(path):
    return not subprocess.run([path, "--version"], capture_output=True, check=False).returncode


def image(project, contexts, python=sys.executable, *, cwd=None, umask=-1, **environment):
    """What one machine makes of the project."""
    done = subprocess.run(
        [python, str(CONTENT), str(project), str(contexts)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, PACKAGES))} | environment,
        cwd=cwd,
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def checkout(make_project):
    """checkout("here") -> a folder with the same project each time."""

    def make(name):
        project = make_project(name)
        project.conda.write_text("dependencies:\n- python>=3.11\n- pip:\n  - threadpoolctl\n")
        project.commit_lock()
        source = project.root / "src"
        (source / "helpers").mkdir(parents=True)
        (source / "helpers" / "größe.py").write_text("SIZE = 'ß'\n", encoding="utf-8")
        (source / "B.txt").write_bytes(b"kept\r\n")
        (source / "a.py").write_text("A = 1\n")
        shutil.move(project.script, source / "score.py")
        return project.root

    return make


@pytest.fixture
def expected(checkout, tmp_path):
    return image(checkout("here"), tmp_path / "contexts")


@pytest.mark.parametrize(
    "python", [*other_pythons()] or [None], ids=lambda path: Path(path or "none").name
)
def test_another_python_makes_the_same_image(python, expected, checkout, tmp_path):
    if python is None:
        pytest.skip("this machine has one Python only")
    assert image(checkout("there"), tmp_path / "others", python) == expected


def test_other_surroundings_make_the_same_image(expected, checkout, tmp_path):
    other = {
        "LC_ALL": "C",
        "PYTHONHASHSEED": "1",
        "TZ": "Pacific/Chatham",
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    there = checkout("there")
    for path in there.rglob("*"):
        if path.is_file():
            path.chmod(0o755)
        os.utime(path, (1, 1))
    made = image(there, tmp_path / "others", cwd=tmp_path, umask=0o077, **other)
    assert made == expected


def test_what_git_and_file_managers_do_on_other_systems_is_not_seen(expected, checkout, tmp_path):
    there = checkout("there")
    for path in there.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    lock = there / "myenv.lock"
    lock.write_bytes(lock.read_bytes().replace(b"\n", b"\r\n"))
    for name in (".DS_Store", "Thumbs.db", "helpers/.DS_Store"):
        (there / "src" / name).write_bytes(b"\0")
    (there / "src" / "__pycache__").mkdir()
    (there / "src" / "__pycache__" / "a.pyc").write_bytes(b"\0")
    assert image(there, tmp_path / "others") == expected


def test_the_running_python_has_no_say(project, monkeypatch):
    project.conda.write_text("dependencies:\n- python>=3.11\n- pip:\n  - threadpoolctl\n")
    project.commit_lock()
    spec = ContextSpec(entry_script=project.script, conda_file=project.conda)
    key = content_key(spec)
    monkeypatch.setattr(platform, "python_version", lambda: "3.13.1")
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "13", "1"))
    monkeypatch.setattr(sys, "version_info", (3, 13, 1, "final", 0))
    assert conda.read(project.conda).python == "3.11"
    assert content_key(spec) == key


def test_how_the_runtime_was_installed_is_not_seen(monkeypatch):
    """Build tools differ in the metadata that they write, and in nothing that an image needs."""
    installed = importlib.metadata.distribution(runtime_package.DISTRIBUTION)
    files, needs = dict(runtime_package.files()), runtime_package.requirements(["grpc"])

    class Otherwise(Distribution):
        def read_text(self, filename):
            text = installed.read_text(filename)
            if filename != "METADATA":
                return text
            return (
                "Metadata-Version: 2.4\nX-Tool: other\n" + text.replace("'", '"').split("\n", 1)[1]
            )

        def locate_file(self, path):
            return installed.locate_file(path)

    monkeypatch.setattr(importlib.metadata, "distribution", lambda _: Otherwise())
    assert dict(runtime_package.files()) == files
    assert runtime_package.requirements(["grpc"]) == needs
