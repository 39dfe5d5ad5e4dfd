"""A `pulumi` that prints what a test says, and the `slipway` command in a folder of its own."""

import json

import pytest
from typer.testing import CliRunner

from slipway.cli.main import app
from tests.harness.pushed_images import microsofts_client, push_image  # noqa: F401 - fixtures

PULUMI = """#!/bin/sh
echo "$*" >> "{folder}/calls"
if [ -f "{folder}/$1-$2.error" ]; then cat "{folder}/$1-$2.error" >&2; exit 255; fi
cat "{folder}/$1-$2.json"
"""


class StubbedPulumi:
    """Prints JSON for `stack output` and `stack export`."""

    def __init__(self, folder):
        self._folder = folder
        command = folder / "pulumi"
        command.write_text(PULUMI.format(folder=folder))
        command.chmod(0o755)

    def prints(self, words, value):
        (self._folder / f"{words.replace(' ', '-')}.json").write_text(json.dumps(value))

    def fails(self, words, stderr):
        (self._folder / f"{words.replace(' ', '-')}.error").write_text(stderr)

    @property
    def calls(self):
        log = self._folder / "calls"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def pulumi(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("bin")
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return StubbedPulumi(folder)


@pytest.fixture
def slipway(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLIPWAY_REGISTRY", raising=False)
    return lambda *arguments, **more: CliRunner().invoke(app, [*map(str, arguments)], **more)
