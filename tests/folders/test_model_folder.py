"""What of a folder is a model, and which folders cannot be one."""

import json
import os
import socket

import pytest

from slipway.folders import model_folder
from slipway.folders.model_folder import UnfitFolderError
from slipway.registry import model_layers
from slipway.registry.files import Content, Part


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "bert"
    write(path, "config.json", "weights/a.bin")
    return path


def write(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def taken(folder):
    return sorted(model_folder.check(folder).files)


def refused(folder):
    with pytest.raises(UnfitFolderError) as refusal:
        model_folder.check(folder)
    return str(refusal.value)


def test_all_files_are_taken_hidden_ones_too(folder):
    write(folder, ".gitattributes", ".gitignore", "a.b/c/d")
    assert taken(folder) == [
        ".gitattributes",
        ".gitignore",
        "a.b/c/d",
        "config.json",
        "weights/a.bin",
    ]


def test_what_tools_leave_and_credentials_stay_out_and_are_told(folder):
    write(folder, ".git/HEAD", ".DS_Store", "weights/__pycache__/x.pyc", ".env")
    write(folder, ".cache/huggingface/download/config.json.metadata")
    assert taken(folder) == ["config.json", "weights/a.bin"]
    assert model_folder.summary(folder) == (
        "2 files, 24 bytes; left out: .DS_Store, .cache/huggingface, .env and 2 more"
    )


def test_links_inside_are_followed(folder):
    (folder / "latest").symlink_to("weights")
    (folder / "b.bin").symlink_to("weights/a.bin")
    assert taken(folder) == ["b.bin", "config.json", "latest/a.bin", "weights/a.bin"]


def test_what_no_model_can_hold_is_named_at_once(folder, tmp_path):
    write(tmp_path, "blobs/b")
    (folder / "b").symlink_to(tmp_path / "blobs" / "b")
    (folder / "gone").symlink_to("nothing")
    os.mkfifo(folder / "pipe")
    assert refused(folder) == (
        f"cannot be a model: {folder}/b is a link to a file outside, which a model cannot hold: copy the file; "
        f"{folder}/gone is a link to nothing: remove it; "
        f"{folder}/pipe is neither a file nor a folder: remove it"
    )


def test_a_socket_is_refused(folder, monkeypatch):
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert refused(folder).endswith("s is neither a file nor a folder: remove it")


@pytest.mark.parametrize(
    "names",
    [("Vocab.txt", "vocab.txt"), ("é", "e\u0301"), ("A/x", "a/x")],
    ids=["A", "é", "folder"],
)
def test_names_that_are_one_elsewhere_are_refused(folder, names):
    write(folder, *names)
    told = refused(folder)
    assert all(f"{folder}/{name}" in told for name in names)
    assert told.endswith("have the same name on other machines: rename one")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (os.fsdecode(b"bad\xff.bin"), "bad\\xff.bin has a name that is not UTF-8: rename it"),
        (
            ".wh.config.json",
            ".wh.config.json has a name that deletes another file in an image: rename it",
        ),
    ],
)
def test_names_that_cannot_go_in_are_refused(folder, name, sentence):
    (folder / name).touch()
    assert refused(folder) == f"cannot be a model: {folder}/{sentence}"


def test_a_folder_without_a_file_says_what_it_has(tmp_path):
    (tmp_path / "inner").mkdir()
    assert refused(tmp_path) == "holds no file: name the folder that holds the model"
    write(tmp_path, ".git/HEAD")
    assert refused(tmp_path).startswith("holds no file but .git, which never belong to a model:")


def test_limits_are_sentences(folder, monkeypatch):
    monkeypatch.setattr(model_folder, "MAX_NAMES_BYTES", 20)
    assert refused(folder).startswith("has 2 files with names of more than")
    monkeypatch.setattr(model_folder, "MAX_FILES", 1)
    assert refused(folder) == "holds more than 1 files: register an archive of it"
    monkeypatch.setenv("SLIPWAY_MAX_MODEL_BYTES", "3")
    assert refused(folder) == "has more than the allowed 3 bytes (SLIPWAY_MAX_MODEL_BYTES)"


def test_links_that_multiply_are_a_sentence(folder):
    for number in range(30):
        (folder / f"d{number}").mkdir()
        for name in ("a", "b"):
            (folder / f"d{number}" / name).symlink_to(f"../d{number + 1}")
    (folder / "d30").mkdir()
    assert refused(folder) == (
        "has more than 10,000 folders, each counted again through every link to it: remove links to "
        "folders, or register an archive of it"
    )


def test_the_largest_folder_fits_into_a_manifest():
    """Of OCI's registries: 4 MiB, of which 256 KiB are for tags and description."""
    long = model_folder.MAX_NAMES_BYTES // model_folder.MAX_FILES
    parts = tuple(
        Part(path=f"{number:0{long}}", sha256="0" * 64, size=10**11)
        for number in range(model_folder.MAX_FILES)
    )
    layers = model_layers.write(Content(filename="f", sha256="", parts=parts, sources={}))
    assert len(json.dumps(layers)) < (4 << 20) - (300 << 10)


def test_a_folder_that_cannot_be_read_is_a_sentence(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.scandir", refuse)
    assert refused(folder) == f"cannot be read: {folder}: Permission denied"


def test_a_hash_is_of_paths_and_contents():
    one = model_folder.hash_of({"a": "1" * 64, "b": "2" * 64})
    assert model_folder.is_hash(one)
    assert one == model_folder.hash_of({"b": "2" * 64, "a": "1" * 64})
    assert one != model_folder.hash_of({"a": "2" * 64, "b": "1" * 64})
    assert not model_folder.is_hash("1" * 64)
