"""Models that are folders, in a build context."""

import json
import os
from dataclasses import replace

import pytest

from slipway.folders import model_folder
from slipway.folders.hashing import file_hash
from slipway.imagebuild.context import ContextSpec, ModelFile, check, content_key, stage
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.staging import MTIME

FILES = {"saved_model.pb": b"graph", "variables/v.index": b"", "variables/v.data": b"weights"}


def write(folder, files):
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def model(folder, **changes):
    files = model_folder.check(folder).files
    sha256 = model_folder.hash_of(model_folder.hashes(files))
    return ModelFile(**{"name": "bert", "version": 2, "path": folder, "sha256": sha256} | changes)


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "saved", FILES)


@pytest.fixture
def staged(project):
    def run(*models):
        spec = project.spec(models=models)
        return stage(spec, project.root / "contexts", project.cache)

    return run


def held(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_folder_lies_under_name_and_version_by_its_own_name(staged, folder):
    write(folder, {".git/HEAD": b"left out"})
    assert held(staged(model(folder)) / "models" / "bert" / "2") == {
        f"saved/{path}": content for path, content in FILES.items()
    }


def test_a_file_and_two_versions_of_a_folder_lie_beside_it(staged, project, folder, tmp_path):
    older = write(tmp_path / "old" / "saved", {"saved_model.pb": b"old"})
    context = staged(model(folder), model(older, version=1), project.model_file(3))
    assert (context / "models/bert/1/saved/saved_model.pb").read_bytes() == b"old"
    assert (context / "models/bert/2/saved/saved_model.pb").read_bytes() == b"graph"
    assert (context / "models/diabetes/3/model.pkl").read_bytes() == b"weights"


def test_contexts_of_one_content_are_the_same_to_the_byte(staged, folder, tmp_path):
    first = staged(model(folder))
    elsewhere = write(tmp_path / "elsewhere" / "saved", dict(reversed(FILES.items())))
    (elsewhere / "saved_model.pb").chmod(0o700)
    os.utime(elsewhere / "saved_model.pb", (0, 0))
    assert staged(model(elsewhere)) == first
    for path in (first / "models").rglob("*"):
        assert path.stat().st_mtime == MTIME
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)
    # What the user has is as it was.
    assert (elsewhere / "saved_model.pb").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "damage",
    [
        lambda saved: (saved / "saved_model.pb").write_bytes(b"grape"),
        lambda saved: (saved / "variables/v.index").unlink(),
        lambda saved: (saved / "more").touch(),
        lambda saved: (saved.parent / "beside").touch(),
    ],
    ids=["a byte", "a file less", "a file more", "a file beside"],
)
def test_a_damaged_context_is_made_again(staged, folder, damage):
    context = staged(model(folder))
    damage(context / "models/bert/2/saved")
    assert staged(model(folder)) == context
    assert held(context / "models/bert/2/saved") == FILES
    assert [path.name for path in (context / "models/bert/2").iterdir()] == ["saved"]


def test_a_folder_that_changed_since_it_was_registered_is_refused(staged, folder):
    registered = model(folder)
    write(folder, {"saved_model.pb": b"later"})
    with pytest.raises(BuildInputError, match="the folder changed in between"):
        staged(registered)


def test_the_key_is_of_name_and_content(project, folder, tmp_path):
    def key(one):
        return content_key(project.spec(models=(one,)), project.cache)

    same = write(tmp_path / "elsewhere" / "saved", FILES)
    renamed = write(tmp_path / "other", FILES)
    assert key(model(folder)) == key(model(same)) == key(model(folder, version=9))
    assert key(model(folder)) != key(model(renamed))
    write(same, {"variables/v.index": b"index"})
    assert key(model(folder)) != key(model(same))


def test_what_cannot_be_a_model_is_refused_before_a_build(project, folder):
    (folder / "link").symlink_to("/etc/hostname")
    with pytest.raises(BuildInputError) as refusal:
        check(project.spec(models=(replace(project.model_file(), path=folder),)))
    assert refusal.value.problems["models[0]"].startswith(
        f"{folder} cannot be a model: {folder}/link is a link to a file outside"
    )


def bare(folder):
    return ContextSpec(models=(model(folder),))


def test_an_onnx_model_with_its_data_needs_no_script(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("slipway.imagebuild.lock._resolve", lambda *_: "numpy==2.4.6\n")
    net = write(tmp_path / "net", {"model.onnx": b"graph", "weights.bin": b"weights"})
    context = stage(bare(net), tmp_path / "contexts", tmp_path / "cache")
    (entry,) = json.loads((context / "models/models.json").read_text())["models"]
    assert entry["file"] == "bert/2/net/model.onnx"
    assert entry["sha256"] == file_hash(net / "model.onnx")
    assert (context / "models/bert/2/net/weights.bin").read_bytes() == b"weights"


def test_other_folders_need_a_script_and_are_told(folder):
    with pytest.raises(BuildInputError, match=r"holds no file that ends in \.onnx: name an"):
        check(bare(folder))
    write(folder, {"a.onnx": b"a", "b.onnx": b"b"})
    with pytest.raises(BuildInputError, match=r"holds 2 files that end in \.onnx"):
        check(bare(folder))
