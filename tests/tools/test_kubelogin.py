"""kubelogin: taken where it is, built beside a CLI of our own, never elsewhere."""

import pytest

from rehearsal.golang import go
from tools import kubelogin, places, toolchain
from tools.kubelogin import PROGRAM, VERSION


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """`machine(folder, name)`: a program there; a cache of our own."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def program(folder, name):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("#!/bin/sh\necho v3.300.0\n")
        (folder / name).chmod(0o755)
        return folder

    return program


@pytest.fixture
def compiled(monkeypatch):
    """What was compiled, by a compiler that only writes the program."""
    builds = []

    def compile_packages(go, sources, names, into, *, ldflags):
        assert go.env["CGO_ENABLED"] == "0"
        builds.append((*names, ldflags.split()[-1]))
        into.mkdir()
        (into / PROGRAM).write_text("built")

    monkeypatch.setattr(kubelogin, "compile_packages", compile_packages)
    monkeypatch.setattr(go, "find", lambda *_: go.Go("go", "1", {}, ()))
    return builds


def test_it_is_built_once_and_placed_beside_the_cli(machine, compiled, capsys):
    ours = machine(places.build_folder() / "bin", places.CLI)
    for _ in range(2):
        assert toolchain.main(["kubelogin"]) == 0
        assert capsys.readouterr().out == f"{ours}\n"
        assert (ours / PROGRAM).read_text() == "built"
        (ours / PROGRAM).unlink()  # as after a change of the language host's sources
    assert compiled == [("github.com/Azure/kubelogin", f"main.gitTag=v{VERSION}")]


def test_nobody_else_waits_for_it(machine, compiled):
    machine(places.build_folder() / "bin", places.CLI)
    assert toolchain.main(["ensure"]) == 0
    assert compiled == []


def test_one_on_the_path_is_used(machine, compiled, tmp_path):
    ours = machine(places.build_folder() / "bin", places.CLI)
    machine(tmp_path / "bin", PROGRAM)
    assert toolchain.main(["kubelogin"]) == 0
    assert [one.name for one in ours.iterdir()] == [places.CLI]
    assert compiled == []


def test_nothing_is_put_into_a_folder_of_the_users(machine, compiled, tmp_path, capsys):
    users = machine(tmp_path / "bin", places.CLI)
    machine(users, places.HOST)
    assert toolchain.main(["kubelogin"]) == 1
    assert f"{users} has no {PROGRAM}" in capsys.readouterr().err
    assert sorted(one.name for one in users.iterdir()) == [places.CLI, places.HOST]
    assert compiled == []


def test_the_version_that_it_tells_is_the_one_that_is_built():
    go_mod = (places.KUBELOGIN_SOURCES / "go.mod").read_text()
    assert f"github.com/Azure/kubelogin v{VERSION} " in go_mod
