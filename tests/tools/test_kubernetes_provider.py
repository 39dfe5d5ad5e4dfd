"""The vendor's Kubernetes provider: from the vendor, else built once and placed beside the CLI that was built here."""

from importlib.metadata import version

import pytest

from rehearsal.golang import go
from tools import kubernetes_provider, places, toolchain
from tools.kubernetes_provider import PROGRAM, VERSION

OFFLINE = "#!/bin/sh\n[ $1 = plugin ] && exit 255\necho v3.300.0\n"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """`machine(folder, script)`: a CLI there and no other program; a cache of our own."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def program(folder, script):
        folder.mkdir(parents=True, exist_ok=True)
        for name in (places.CLI, places.HOST):
            (folder / name).write_text(script)
            (folder / name).chmod(0o755)
        return folder

    return program


@pytest.fixture
def compiled(monkeypatch, tmp_path):
    """What was compiled, and from what, by a compiler that only writes the program."""
    module = tmp_path / "module"
    cmd = module / "cmd" / PROGRAM
    cmd.mkdir(parents=True)
    (cmd / "schema.json").write_text('{ "name": "kubernetes" }')
    (cmd / "terraform-mapping.json").write_text("{ }")
    builds = []

    def compile_packages(go, sources, names, into, *, ldflags):
        builds.append({file.name: file.read_text() for file in sources.glob("*-embed.json")})
        assert ldflags.endswith(f"version.Version=v{VERSION}")
        into.mkdir()
        (into / PROGRAM).write_text("built")

    monkeypatch.setattr(kubernetes_provider, "compile_packages", compile_packages)
    monkeypatch.setattr(kubernetes_provider, "_module", lambda *_: module)
    monkeypatch.setattr(go, "find", lambda *_: go.Go("go", "1", {}, ()))
    return builds


def test_it_is_built_once_and_placed_beside_the_cli(machine, compiled):
    ours = machine(places.build_folder() / "bin", OFFLINE)
    for _ in range(2):
        assert toolchain.main(["kubernetes"]) == 0
        assert (ours / PROGRAM).read_text() == "built"
        (ours / PROGRAM).unlink()  # as after a change of the language host's sources
    embedded = {
        "schema-embed.json": f'{{"name":"kubernetes","version":"{VERSION}"}}',
        "terraform-mapping-embed.json": "{}",
    }
    assert compiled == [embedded]


def test_the_vendors_is_taken_where_it_can_be_had(machine, compiled):
    asked = '#!/bin/sh\necho "$@" > "$(dirname "$0")/asked"\n'
    ours = machine(places.build_folder() / "bin", asked)
    assert toolchain.main(["kubernetes"]) == 0
    assert (ours / "asked").read_text() == f"plugin install resource kubernetes {VERSION}\n"
    assert compiled == []


def test_nothing_is_put_into_a_folder_of_the_users(machine, compiled, tmp_path, capsys):
    users = machine(tmp_path / "bin", OFFLINE)
    assert toolchain.main(["kubernetes"]) == 1
    assert f"`pulumi plugin install resource kubernetes {VERSION}`" in capsys.readouterr().err
    assert sorted(one.name for one in users.iterdir()) == [places.CLI, places.HOST]
    assert compiled == []


def test_it_is_the_sdks_release():
    """The engine warns where the program's SDK expects a newer one."""
    assert version("pulumi-kubernetes") == VERSION
