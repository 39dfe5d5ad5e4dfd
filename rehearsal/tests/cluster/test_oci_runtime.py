"""What an image without a base is lent by this machine when it runs in a pod."""

import json
import os
import subprocess
from types import SimpleNamespace

import pytest

from rehearsal.cluster import oci_runtime
from rehearsal.distribution.image_python import LABEL


@pytest.fixture
def bundle(tmp_path):
    """`bundle(*folders)`: one whose root has these; what `create` made of its configuration."""

    def make(*folders):
        for name in folders:
            (tmp_path / "rootfs" / name).mkdir(parents=True)
        config = {"root": {"path": "rootfs"}, "mounts": [], "process": {"env": ["PATH=/bin"]}}
        (tmp_path / "config.json").write_text(json.dumps(config))
        return tmp_path

    return make


@pytest.fixture
def became(monkeypatch, tmp_path):
    """What the process became; a Python and an image's labels are there to be found."""
    found = []
    installation = tmp_path / "opt" / "python3.11"
    environment = tmp_path / "pythons" / "3.11"
    for folder in (installation, environment):
        (folder / "bin").mkdir(parents=True)
    (installation / "bin" / "python3.11").touch()
    (environment / "bin" / "python").symlink_to(installation / "bin" / "python3.11")
    monkeypatch.setattr(os, "execvp", lambda program, words: found.append((program, words)))
    monkeypatch.setattr(oci_runtime, "clean_python", lambda *_: environment / "bin" / "python")
    labels = {LABEL: "3.11"}
    answer = SimpleNamespace(stdout=json.dumps({"Labels": labels}))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    return SimpleNamespace(
        runs=found, environment=environment, installation=installation, answer=answer
    )


def create(bundle):
    words = ["--root", "/run/r", "create", "--bundle", str(bundle), "c1"]
    oci_runtime.main(["/run/containerd.sock", "/cache", *words])
    config = json.loads((bundle / "config.json").read_text())
    mounts = {mount["destination"]: mount for mount in config["mounts"]}
    return config, mounts, ("runc", ["runc", *words])


def test_without_a_base_it_gets_the_system_and_a_python_it_cannot_change(bundle, became):
    folder = bundle("opt", "var")
    config, mounts, run = create(folder)
    assert became.runs == [run]
    assert {"/usr", "/lib", "/bin", str(became.installation)} < mounts.keys()
    assert mounts["/usr/local"]["source"] == str(became.environment)
    assert list(mounts).index("/usr") < list(mounts).index("/usr/local")
    assert all("ro" in mount["options"] for mount in mounts.values())
    assert config["process"]["env"] == ["PATH=/bin"]
    assert (folder / "rootfs/tmp").stat().st_mode & 0o7777 == 0o1777


def test_a_python_in_usr_local_is_not_hidden(bundle, became, monkeypatch):
    monkeypatch.setattr(oci_runtime, "_LOCAL", became.installation)
    config, mounts, _ = create(bundle("opt"))
    assert mounts[str(became.installation)]["source"] == str(became.installation)
    assert config["process"]["env"] == [f"PATH={became.environment}/bin:/bin"]


@pytest.mark.parametrize("root", [("usr", "opt"), ("bin", "opt"), ("pause",)])
def test_an_image_with_a_base_or_of_a_single_program_is_run_as_it_is(bundle, became, root):
    config, mounts, run = create(bundle(*root))
    assert (mounts, became.runs) == ({}, [run])
    assert config["process"]["env"] == ["PATH=/bin"]


def test_one_that_does_not_tell_its_python_is_refused(bundle, became, capsys):
    became.answer.stdout = json.dumps({"Labels": None})
    with pytest.raises(SystemExit) as ended:
        create(bundle("opt"))
    assert ended.value.code == 1
    assert f"no label {LABEL} that names its Python" in capsys.readouterr().err
    assert became.runs == []
