"""Numbers are claimed once, whoever registers at the same time and whoever dies over it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path

import pytest

from slipway.registry.client import RegistryClient

REGISTER = Path(__file__).parents[1] / "processes" / "register_models.py"


class Publishers:
    """Processes that wait to register one file each under one name."""

    def __init__(self, door, name: str, files: list[Path]) -> None:
        self._files = files
        self._parent = subprocess.Popen(
            [sys.executable, str(REGISTER), door.login_server, name, *map(str, files)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **door.environment},
        )
        self.processes: list[int] = json.loads(self._parent.stdout.readline())

    def go(self) -> None:
        self._parent.stdin.write("go\n")
        self._parent.stdin.flush()

    def versions(self) -> list[int | None]:
        """What each was told; None for one that was killed before it was."""
        self._parent.communicate()
        answers = [path.with_name(f"{path.name}.version") for path in self._files]
        return [int(path.read_text()) if path.exists() else None for path in answers]


@pytest.fixture
def name() -> str:
    return f"model-{uuid.uuid4().hex[:8]}"


def files(folder: Path, contents: list[bytes]) -> list[Path]:
    paths = [folder / f"model-{n}.pkl" for n in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


def test_sixteen_at_once_get_sixteen_consecutive_numbers(azure, name, tmp_path):
    contents = [b"content %d" % n for n in range(16)]
    publishers = Publishers(azure, name, files(tmp_path, contents))
    publishers.go()
    versions = publishers.versions()
    assert sorted(versions) == list(range(1, 17))
    models = RegistryClient(azure.login_server).models
    for content, version in zip(contents, versions, strict=True):
        target = tmp_path / "out" / str(version)
        assert models.download(name, version, target).read_bytes() == content


def test_the_same_content_at_once_is_one_version(azure, name, tmp_path):
    publishers = Publishers(azure, name, files(tmp_path, [b"same"] * 8))
    publishers.go()
    assert publishers.versions() == [1] * 8


def test_publishers_killed_in_between_cost_nobody_a_number(azure, name, tmp_path):
    paths = files(tmp_path, [b"content %d" % n for n in range(16)])
    publishers = Publishers(azure, name, paths)
    publishers.go()
    for process in random.sample(publishers.processes, 4):
        time.sleep(random.uniform(0, 0.4))
        with suppress(ProcessLookupError):  # it is done already
            os.kill(process, signal.SIGKILL)
    told = [version for version in publishers.versions() if version is not None]
    assert len(set(told)) == len(told)
    models = RegistryClient(azure.login_server).models
    again = [models.register(name, path).version for path in paths]
    assert sorted(again) == list(range(1, 17))
    assert set(told) <= set(again)
    assert [model.version for model in models.list(name)] == list(range(1, 17))
