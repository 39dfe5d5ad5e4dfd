"""What a kill leaves of the file back end's attributes, and what `slipway recover` does about it."""

import pytest

from slipway.cli import file_backend
from slipway.cli.stacks import Stack


@pytest.fixture
def backend(tmp_path, monkeypatch):
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}?no_tmp_dir=true")
    return tmp_path / ".pulumi"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_attributes_that_were_cut_off_go_and_their_files_stay(backend):
    stacks = backend / "stacks" / "slipway"
    state = write(stacks / "dev.json", "{}")
    empty = write(stacks / "dev.json.attrs", "")
    half = write(stacks / "dev.json.bak.attrs", '{"user.cache_control":"","md')
    history = write(backend / "history" / "slipway" / "dev" / "dev-1.checkpoint.json.attrs", "")
    assert file_backend.drop_unreadable_attributes(Stack("dev")) == [
        path.with_suffix("") for path in (history, empty, half)
    ]
    assert [path.exists() for path in (state, empty, half, history)] == [True, False, False, False]


def test_whole_attributes_and_those_of_other_stacks_stay(backend):
    stacks = backend / "stacks" / "slipway"
    kept = [
        write(stacks / "dev.json.attrs", '{"md5":""}\n'),
        write(stacks / "prod.json.attrs", ""),
        write(stacks / "devel.json.attrs", ""),
    ]
    assert file_backend.drop_unreadable_attributes(Stack("dev")) == []
    assert all(path.exists() for path in kept)


@pytest.mark.parametrize("address", ["s3://bucket", "", "file:///not/there"])
def test_other_back_ends_are_left_alone(address, monkeypatch):
    monkeypatch.setenv("PULUMI_BACKEND_URL", address)
    assert file_backend.drop_unreadable_attributes(Stack("dev")) == []
