"""The order: PATH, what was obtained before, vendor, build; and what a failure says."""

import pytest

from rehearsal.golang.errors import ToolchainError
from tools import build, places, toolchain, vendor
from tools.version import wanted


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A PATH of our own, a cache of our own, and a maker of programs."""
    folder = tmp_path / "bin"
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def make(name, says="", where=folder):
        where.mkdir(parents=True, exist_ok=True)
        program = where / name
        program.write_text(f"#!/bin/sh\necho '{says}'\n")
        program.chmod(0o755)
        return where

    return make


@pytest.fixture
def ways(monkeypatch):
    """The two ways of obtaining it, each refusing, and a list of what was tried."""
    tried = []

    def refuse(name):
        def way(*args, **kwargs):
            tried.append(name)
            raise ToolchainError(f"{name}: out of reach")

        return way

    monkeypatch.setattr(vendor, "download", refuse("vendor"))
    monkeypatch.setattr(build, "build", refuse("build"))
    return tried


def test_the_users_own_pulumi_comes_first(programs, ways):
    folder = programs("pulumi", "v3.300.0")
    programs("pulumi-language-python")
    assert toolchain.ensure() == folder
    assert toolchain.find() == folder
    assert ways == []


def test_the_language_host_may_be_elsewhere_on_the_path(programs, tmp_path, monkeypatch):
    folder = programs("pulumi", "v3.300.0")
    other = programs("pulumi-language-python", where=tmp_path / "other")
    monkeypatch.setenv("PATH", f"{folder}:{other}")
    assert toolchain.ensure() == folder


@pytest.mark.parametrize(
    ("says", "host", "reason"),
    [
        ("v3.258.9", True, r"is 3\.258\.9, at least 3\.259\.0 is needed"),
        ("v3.300.0", False, "no pulumi-language-python beside it"),
        ("segmentation fault", True, "does not say its version"),
        (None, False, "PATH: no pulumi there"),
    ],
    ids=["old", "no host", "broken", "none"],
)
def test_a_failure_lists_everything_that_was_tried(programs, ways, says, host, reason):
    if says is not None:
        programs("pulumi", says)
    if host:
        programs("pulumi-language-python")
    with pytest.raises(ToolchainError, match=rf"(?s){reason}.*vendor: out.*build: out.*yourself"):
        toolchain.ensure()
    assert ways == ["vendor", "build"]
    assert toolchain.find() is None


def test_what_was_obtained_before_is_used(programs, ways):
    folder = programs("pulumi", f"v{wanted()}", where=places.build_folder() / "bin")
    assert toolchain.ensure() == folder
    assert ways == []


def test_an_earlier_build_on_the_path_is_not_taken_for_the_users(programs, ways, monkeypatch):
    old = programs(
        "pulumi", f"v{wanted()}", where=places.cache() / f"pulumi-{wanted()}-old" / "bin"
    )
    programs("pulumi-language-python", where=old)
    monkeypatch.setenv("PATH", str(old))
    with pytest.raises(ToolchainError, match="obtained by this program"):
        toolchain.ensure()


def test_only_the_language_host_is_built_anew_when_it_changed(programs, monkeypatch):
    old = programs(
        "pulumi", f"v{wanted()}", where=places.cache() / f"pulumi-{wanted()}-old" / "bin"
    )
    kept = []

    def out_of_reach(*args, **kwargs):
        raise ToolchainError("vendor: out of reach")

    monkeypatch.setattr(vendor, "download", out_of_reach)
    monkeypatch.setattr(build, "build", lambda version, target, cli: kept.append(cli))
    toolchain.ensure()
    assert kept == [old / "pulumi"]


def test_the_command_line(programs, ways, capsys):
    assert toolchain.main(["path"]) == 1
    assert "make toolchain" in capsys.readouterr().err
    assert toolchain.main(["ensure"]) == 1
    shown = capsys.readouterr()
    assert "Tried:" in shown.err
    assert shown.out == ""
    folder = programs("pulumi", f"v{wanted()}", where=places.build_folder() / "bin")
    assert toolchain.main(["path"]) == 0
    assert capsys.readouterr().out == f"{folder}\n"
    assert toolchain.main(["clean"]) == 0
    assert not folder.exists()
