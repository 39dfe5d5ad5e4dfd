"""What of a source directory goes into an image, and what is refused instead of being dropped."""

import os

import pytest

from slipway.imagebuild import source_folder
from slipway.imagebuild.errors import BuildInputError


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    write(folder, "score.py", "helpers/shape.py", "data/train.csv")
    return folder


def write(folder, *names, text="x"):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def taken(folder):
    source_folder.check(folder, folder / "score.py")
    return [path for path, _ in source_folder.files(folder)]


def refused(folder):
    with pytest.raises(BuildInputError) as refusal:
        source_folder.check(folder, folder / "score.py")
    return refusal.value.problems["source_directory"]


ALL = ["data/train.csv", "helpers/shape.py", "score.py"]
LESS = ["helpers/shape.py", "score.py"]


def test_everything_goes_in_without_an_ignore_file(source):
    assert taken(source) == ALL


@pytest.mark.parametrize("name", [".amlignore", ".dockerignore", ".gitignore"])
def test_ignore_files_are_heeded(source, name):
    write(source, name, text="data/\n")
    assert taken(source) == LESS


def test_the_first_of_them_counts(source):
    write(source, ".gitignore", text="helpers\n")
    write(source, ".dockerignore", text="score.py\n")
    write(source, ".amlignore", text="# notes\n*.csv\n")
    assert taken(source) == LESS


def test_dockers_patterns_are_of_the_whole_path(source):
    write(source, "helpers/data/x.csv")
    write(source, ".dockerignore", text="data\n!./data/keep.csv\n")
    assert taken(source) == ["helpers/data/x.csv", *LESS]


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        ".env.local",
        ".git/config",
        "a/.ssh/known_hosts",
        ".azure/token.json",
        "id_rsa",
        "tls/server.key",
    ],
)
def test_credentials_never_go_in_unasked(source, name):
    write(source, name)
    assert taken(source) == ALL


def test_a_credential_that_the_ignore_file_asks_for_goes_in(source):
    write(source, ".env", ".env.example")
    write(source, ".amlignore", text="!.env\ndata\n")
    assert taken(source) == [".env", ".env.example", *LESS]


def test_links_inside_are_followed(source):
    (source / "linked").symlink_to("helpers")
    (source / "alias.py").symlink_to("score.py")
    assert taken(source) == [
        "alias.py",
        "data/train.csv",
        "helpers/shape.py",
        "linked/shape.py",
        "score.py",
    ]


def test_links_that_cannot_go_in_are_named_all_at_once(source, tmp_path):
    write(tmp_path, "common/c.py")
    (source / "common").symlink_to("../common")
    (source / "c.py").symlink_to("../common/c.py")
    (source / "loop").symlink_to(".")
    assert refused(source).splitlines() == [
        "3 of its files cannot go into an image:",
        f"    {source}/c.py is a link to a file outside, which an image cannot hold: copy the file",
        f"    {source}/common is a link to a folder outside, which an image cannot hold: copy the folder",
        f"    {source}/loop is a link to a folder that it is in: remove it",
    ]
    for number in range(20):
        (source / f"python{number}").symlink_to("/no/such/python")
    assert refused(source).endswith("\n    and 3 more")


def test_a_link_that_is_ignored_is_not_looked_at(source):
    (source / "python").symlink_to("/no/such/python")
    write(source, ".amlignore", text="python\n")
    assert taken(source) == ALL


def test_a_name_that_is_no_text_is_a_sentence(source):
    (source / os.fsdecode(b"bad\xff.txt")).touch()
    assert refused(source) == f"{source}/bad\\xff.txt has a name that is not UTF-8: rename it"


def test_pipes_are_passed_over(source):
    os.mkfifo(source / "pipe")
    assert taken(source) == ALL


def test_a_script_that_is_ignored_is_told(source):
    write(source, ".gitignore", text="*.py\n")
    assert "score.py is left out by an ignore file" in refused(source)


def test_an_ignore_file_that_is_no_text_is_told(source):
    (source / ".amlignore").write_bytes(b"\xff\xfe")
    assert ".amlignore cannot be read" in refused(source)


def test_too_much_is_refused_before_all_of_it_is_seen(source, monkeypatch):
    monkeypatch.setattr(source_folder, "_MAX_FILES", 2)
    assert "holds more than 2 files or 256 MiB" in refused(source)


def test_links_that_multiply_are_a_sentence(source):
    (source / "d30").mkdir()
    for number in range(30):
        (source / f"d{number}").mkdir()
        for name in ("a", "b"):
            (source / f"d{number}" / name).symlink_to(f"../d{number + 1}")
    assert refused(source).startswith(
        f"{source} has more than 10,000 folders, each counted again through every link to it: remove links"
    )


def test_a_folder_that_cannot_be_read_is_a_sentence(source, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.scandir", refuse)
    assert "cannot be read (Permission denied)" in refused(source)
