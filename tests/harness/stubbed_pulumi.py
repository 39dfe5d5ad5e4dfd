"""A `pulumi` that prints what a test says."""

import json

import pytest

PULUMI = """#!/bin/sh
echo "$*" >> "{folder}/calls"
of=""
for word in "$@"; do
    if [ "$before" = --stack ] && [ -f "{folder}/$1-$2@$word.json" ]; then of="@$word"; fi
    before="$word"
done
if [ -f "{folder}/$1-$2.error" ]; then cat "{folder}/$1-$2.error" >&2; exit 255; fi
cat "{folder}/$1-$2$of.json"
"""


class StubbedPulumi:
    """Prints JSON for `stack output` and `stack export`, for any stack or for one."""

    def __init__(self, folder, stack=None):
        self._folder = folder
        self._suffix = f"@{stack}" if stack else ""
        command = folder / "pulumi"
        command.write_text(PULUMI.format(folder=folder))
        command.chmod(0o755)

    def prints(self, words, value):
        name = f"{words.replace(' ', '-')}{self._suffix}.json"
        (self._folder / name).write_text(json.dumps(value))

    def of_stack(self, stack):
        return StubbedPulumi(self._folder, stack)

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
