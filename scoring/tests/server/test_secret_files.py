"""Secret variables that come as files, as a container's secret volume has them."""

import os

import pytest

SCRIPT = """
import os
TOKEN = os.environ.get("API_TOKEN")
def init(): pass
def run(data): return [TOKEN, os.environ.get("SLIPWAY_PRIMARY_KEY")]
"""


@pytest.fixture
def volume(tmp_path):
    def make(**files):
        folder = tmp_path / "secrets"
        (folder / "..2026_11_28").mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return str(folder)

    return make


def test_they_are_set_before_the_script_is_loaded_and_keys_are_asked_for(serving, volume):
    folder = volume(API_TOKEN=b"planted \n", SLIPWAY_PRIMARY_KEY=b"first")
    server = serving(SCRIPT, "--secrets", folder, "--workers", "2")
    assert server.score(b"1").status_code == 401
    assert server.score(b"1", headers={"authorization": "Bearer first"}).json() == [
        "planted \n",
        None,
    ]
    server.stop()
    assert "planted" not in server.log.read_text()


def test_check_knows_them_too(command, volume, tmp_path):
    (tmp_path / "score.py").write_text("import os\nos.environ['API_TOKEN']\n" + SCRIPT)
    assert command("check", "--source", tmp_path).returncode == 3
    done = command("check", "--source", tmp_path, "--secrets", volume(API_TOKEN=b"planted"))
    assert done.returncode == 0, done.stderr
    assert "planted" not in done.stdout + done.stderr


def test_what_cannot_be_a_variable_is_refused_at_once_without_its_value(command, volume, tmp_path):
    folder = volume(**{"a-b": b"planted", "ZERO": b"plan\0ted", "LONG": b"planted" * 20_000})
    for arguments, said in [
        (
            ("--secrets", folder),
            ["a-b", "a name that a variable may have", "ZERO", "a zero byte", "LONG", "140000"],
        ),
        (("--secrets", tmp_path / "none"), ["none (--secrets) cannot be read"]),
    ]:
        done = command("serve", "--source", tmp_path, "--port", 0, *arguments)
        assert done.returncode == 2
        assert [word for word in said if word not in done.stderr] == []
        assert "planted" not in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_what_is_no_file_of_text_is_refused_in_one_line(command, volume, tmp_path):
    folder = volume(**{"TOKEN": b"planted\xff", "new\nline": b"planted"})
    os.mkfifo(f"{folder}/PIPE")
    done = command("serve", "--source", tmp_path, "--port", 0, "--secrets", folder)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2
    for said in (
        f"{folder}/TOKEN (--secrets) must hold text in UTF-8",
        f"{folder}/PIPE (--secrets) must be a file with the variable's value",
        "new\\nline' (--secrets) must have a name",
    ):
        assert said in line
    assert "planted" not in line
