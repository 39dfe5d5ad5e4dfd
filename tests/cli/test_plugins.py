"""Command groups of other distributions: found by their entry point, and only when they are asked for."""

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rehearsal.cli import app as group
from slipway.cli.main import app
from slipway.cli.plugins import KNOWN

USED = "import sys; from slipway.cli.main import app\ntry: app({words})\nfinally: print(*sys.modules, file=sys.stderr)"


def modules(*words):
    """What a command has imported when it ends."""
    code = USED.format(words=list(words))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout, {*done.stderr.split()}


def test_help_lists_the_rehearsal_without_looking_for_it():
    printed, imported = modules("--help")
    assert "rehearsal" in printed
    assert "slipway.cli.plugins" in imported
    assert not imported & {"rehearsal", "rehearsal.cli", "importlib.metadata"}


def test_the_rehearsals_commands_are_the_distributions_own():
    printed, imported = modules("rehearsal", "--help")
    assert "faults" in printed
    assert "rehearsal.cli" in imported
    assert not imported & {"grpc", "uvicorn", "pulumi"}


def test_its_line_in_the_help_is_what_it_says_itself():
    assert KNOWN["rehearsal"].help == group.info.help


def test_its_advice_is_what_this_user_types(tmp_path):
    command = [Path(sys.executable).parent / "slipway", "rehearsal", "status"]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (
        1,
        "not running: start it with `slipway rehearsal start`\n",
    )


def test_without_the_distribution_the_refusal_tells_what_to_install(monkeypatch):
    monkeypatch.setattr(metadata, "entry_points", lambda **_: ())
    done = CliRunner().invoke(app, ["rehearsal", "start"])
    assert done.exit_code == 1
    assert "slipway-rehearsal, which is not installed" in done.stderr
    assert "pip install ./rehearsal" in done.stderr
    assert "Traceback" not in done.output
    assert CliRunner().invoke(app, ["--help"]).exit_code == 0


@pytest.fixture
def installed(tmp_path):
    """A distribution that brings a group `bell`."""
    about = tmp_path / "bell-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bell\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[slipway.commands]\nbell = bell:app\n")
    (tmp_path / "bell.py").write_text(
        "import typer\napp = typer.Typer()\n@app.command()\ndef ring(): print('dong')\n"
        "@app.command()\ndef stop(): ...\n"
    )
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


def test_anybodys_group_is_found(installed):
    command = [sys.executable, "-c", "from slipway.cli.main import app; app()", "bell", "ring"]
    done = subprocess.run(command, env=installed, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "dong\n")


def test_what_nobody_brings_is_no_command():
    done = CliRunner().invoke(app, ["bell", "ring"])
    assert done.exit_code == 2
    assert "No such command 'bell'" in done.stderr
