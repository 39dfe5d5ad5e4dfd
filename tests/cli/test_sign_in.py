"""Nobody is signed in: the message has what Azure needs, and what others know of ways of their own."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from slipway.cli.errors import SIGN_IN_ENTRY_POINTS
from tests.harness.own_rehearsal import OwnRehearsal

HINT = 'For the other one: eval "$(slipway other env)"'


@pytest.fixture
def other(monkeypatch):
    """A distribution that knows another way to sign in; other(None) has nothing to say."""

    def make(sentence):
        entry = SimpleNamespace(
            name="other",
            load=lambda: lambda command: sentence and sentence.replace("COMMAND", command),
        )
        known = metadata.entry_points

        def entry_points(**wanted):
            return [entry] if wanted == {"group": SIGN_IN_ENTRY_POINTS} else known(**wanted)

        monkeypatch.setattr("importlib.metadata.entry_points", entry_points)

    for name in ("ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"):
        monkeypatch.delenv(name, raising=False)
    make('For the other one: eval "$(COMMAND env)"')
    return make


@pytest.mark.parametrize("command", [("services", "list"), ("recover", "dev")])
@pytest.mark.parametrize(
    "said",
    [
        "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n",
        "error: this command requires logging in; try running `pulumi login` first\n",
    ],
)
def test_pulumi_that_is_logged_in_nowhere(slipway, pulumi, other, command, said):
    for words in ("whoami --non-interactive", "stack export"):
        pulumi.fails(words, said)
    done = slipway(*command)
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "slipway: Pulumi is logged in to no back end: run `pulumi login`.",
        HINT,
    ]


def test_a_stack_that_may_be_in_another_back_end(slipway, pulumi, other):
    pulumi.fails("stack export", "error: no stack named 'dev' found\n")
    done = slipway("services", "list", "--stack", "dev")
    assert "no stack named 'dev' found" in done.stderr
    assert HINT in done.stderr


def test_a_subscription_that_nobody_chose(slipway, other, monkeypatch):
    monkeypatch.setenv("PATH", "")
    done = slipway("models", "list")
    assert "run `az login`" in done.stderr
    assert HINT in done.stderr


def test_without_another_way_there_is_one_sentence(slipway, pulumi, other):
    other(None)
    pulumi.fails("stack export", "error: no stack selected\n")
    assert len(slipway("services", "list").stderr.splitlines()) == 1


def test_other_failures_are_told_alone(slipway, pulumi, other):
    pulumi.fails("stack export", "error: incorrect passphrase\n")
    assert "other" not in slipway("services", "list").stderr


def test_a_rehearsal_that_runs_is_named_in_a_shell_without_its_variables(tmp_path):
    own = OwnRehearsal(tmp_path)
    own.start()
    try:
        shell = {"XDG_STATE_HOME": str(own.home), "HOME": str(tmp_path), "PATH": ""}
        command = [Path(sys.executable).parent / "slipway", "models", "list"]
        done = subprocess.run(command, env=shell, text=True, capture_output=True, check=False)
    finally:
        left = own.stop()
    assert done.returncode == 1
    assert "run `az login`" in done.stderr
    assert 'eval "$(slipway rehearsal env)"' in done.stderr
    assert left == []
