"""The language host for YAML: taken where it is, built beside a CLI of our own, never elsewhere."""

import pytest

from rehearsal.golang import go
from rehearsal.golang.errors import ToolchainError
from tools import places, toolchain, yaml_host


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """No programs but those a test makes, and a cache of our own."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def program(folder, name, says=""):
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / name
        made.write_text(f"#!/bin/sh\necho '{says}'\n")
        made.chmod(0o755)
        return folder

    return program


@pytest.fixture
def compiled(monkeypatch):
    """What was compiled, by a compiler that only writes the program."""
    packages = []

    def compile_packages(go, sources, names, into):
        packages.extend(names)
        into.mkdir()
        (into / places.YAML_HOST).write_text("built")

    monkeypatch.setattr(yaml_host, "compile_packages", compile_packages)
    monkeypatch.setattr(yaml_host.golang, "find", lambda: go.Go("go", "1", {}, ()))
    return packages


def test_it_is_built_once_and_placed_beside_the_cli(machine, compiled, capsys):
    ours = machine(places.build_folder() / "bin", "pulumi")
    assert toolchain.main(["yaml"]) == 0
    assert (ours / places.YAML_HOST).read_text() == "built"
    assert capsys.readouterr().out == f"{ours}\n"
    (ours / places.YAML_HOST).unlink()  # as after a change of the other host's sources
    assert toolchain.main(["yaml"]) == 0
    assert (ours / places.YAML_HOST).read_text() == "built"
    assert compiled == ["github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"]


def test_nobody_else_waits_for_it(machine, compiled):
    machine(places.build_folder() / "bin", "pulumi")
    assert toolchain.main(["ensure"]) == 0
    assert compiled == []


@pytest.mark.parametrize("beside", [True, False], ids=["beside", "elsewhere on the PATH"])
def test_one_that_is_there_is_used(machine, compiled, tmp_path, monkeypatch, beside):
    users = machine(tmp_path / "bin", "pulumi", "v3.300.0")
    machine(users, places.HOST)
    where = machine(users if beside else tmp_path / "other", places.YAML_HOST)
    monkeypatch.setenv("PATH", f"{users}:{where}")
    assert toolchain.main(["yaml"]) == 0
    assert compiled == []


def test_nothing_is_put_into_a_folder_of_the_users(machine, compiled, tmp_path):
    users = machine(tmp_path / "bin", "pulumi", "v3.300.0")
    machine(users, places.HOST)
    with pytest.raises(ToolchainError, match=r"bin has no pulumi-language-yaml, nor is one on"):
        yaml_host.ensure(toolchain.ensure())
    assert toolchain.main(["yaml"]) == 1
    assert compiled == []
    assert sorted(p.name for p in users.iterdir()) == ["pulumi", places.HOST]
