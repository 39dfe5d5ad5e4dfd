"""The Python of an image's version, wherever it is on this machine, and never another one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal.machine import interpreters
from rehearsal.machine.interpreters import NoInterpreterError

OURS = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(autouse=True)
def nothing_remembered():
    interpreters.find.cache_clear()
    yield
    interpreters.find.cache_clear()


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def python(path, reports, base="/opt/python/bin/python"):
    """A program that says of itself that it is this Python."""
    return script(path, f"printf '%s\\ncpython\\n%s\\n' {reports} {base}")


class Uv:
    """Stands in for uv: what it manages, and what it was asked to install."""

    def __init__(self, folder, monkeypatch) -> None:
        self.managed, self.log = folder / "managed", folder / "uv.log"
        program = script(
            folder / "uv",
            f'echo "$@" >> {self.log}\n'
            f'if [ "$2" = install ]; then /bin/mv {folder}/to-install {self.managed} 2>/dev/null; exit $?; fi\n'
            f"test -e {self.managed} && echo {self.managed}",
        )
        self.to_install = folder / "to-install"
        monkeypatch.setattr("uv.find_uv_bin", lambda: str(program))

    def calls(self):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.split()[1] for line in lines]


@pytest.fixture
def uv(tmp_path, monkeypatch):
    return Uv(tmp_path, monkeypatch)


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Two folders on the PATH, and nothing else."""
    folders = [tmp_path / "first", tmp_path / "second"]
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))
    return folders


def test_the_running_python_serves_its_own_version_without_its_packages(uv):
    found = interpreters.find(f"{OURS}.1")
    code = (
        "import sys, json; print(json.dumps([sys.version_info[:2], sys.prefix == sys.base_prefix]))"
    )
    done = subprocess.run([found, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[*sys.version_info[:2]], True]
    assert uv.calls() == []


def test_a_shim_that_only_complains_is_passed_over(path, uv):
    script(path[0] / "python3.98", "echo 'command not found' >&2; exit 127")
    python(path[1] / "python3.98", "3.98")
    assert interpreters.find("3.98") == Path("/opt/python/bin/python")
    assert uv.calls() == []


def test_another_version_under_the_name_is_not_taken(path, uv):
    python(path[0] / "python3.98", "3.97")
    with pytest.raises(NoInterpreterError, match=r"needs Python 3\.98.*`uv python install 3\.98`"):
        interpreters.find("3.98")
    assert uv.calls() == ["find", "install", "find"]


def test_one_that_uv_manages_is_found(path, uv):
    python(uv.managed, "3.98")
    assert interpreters.find("3.98") == Path("/opt/python/bin/python")
    assert uv.calls() == ["find"]


def test_one_that_is_missing_is_installed(path, uv):
    python(uv.to_install, "3.98")
    assert interpreters.find("3.98") == Path("/opt/python/bin/python")
    assert uv.calls() == ["find", "install", "find"]


def test_after_a_refusal_it_is_looked_for_again(path, uv):
    with pytest.raises(NoInterpreterError):
        interpreters.find("3.98")
    python(path[0] / "python3.98", "3.98")
    assert interpreters.find("3.98")


def test_what_is_no_version_is_refused(uv):
    with pytest.raises(NoInterpreterError, match="'latest' is not a Python version"):
        interpreters.find("latest")
    assert uv.calls() == []
