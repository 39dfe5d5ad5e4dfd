"""`make demo-down` removes what the demo made, and nothing else."""

import json

import pytest

from examples.demo import __main__ as demo
from examples.demo.shell import DemoError


class Typed:
    """A shell that remembers what was typed; the rehearsal in it has these stacks."""

    def __init__(self, *stacks):
        self.stacks = list(stacks)
        self.commands = []

    def run(self, *command):
        self.commands.append(" ".join(command))
        if command[:3] == ("pulumi", "stack", "rm"):
            self.stacks.remove(command[3])

    def read(self, *command):
        if command[0] == "slipway":
            return "{}"
        return json.dumps(
            [{"name": name, "resourceCount": int("empty" not in name)} for name in self.stacks]
        )

    def succeeds(self, command):
        return command[-1] in self.stacks

    def with_variables(self, _):
        return self


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The example's folder and the project's."""
    monkeypatch.setattr(demo, "ROOT", tmp_path)
    monkeypatch.setattr(demo, "EXAMPLE", tmp_path)
    (tmp_path / "model.pkl").write_text("model")
    (tmp_path / ".slipway").mkdir()
    return tmp_path


def test_alone_it_stops_the_rehearsal_and_leaves_nothing(folder):
    shell = Typed("rehearsal")
    demo.down(shell)
    assert shell.commands[-1] == "slipway rehearsal stop --purge --yes"
    assert list(folder.iterdir()) == []


def test_other_stacks_stay_and_are_named(folder, capsys):
    shell = Typed("rehearsal", "organization/mine/dev", "prod")
    demo.down(shell)
    assert "pulumi destroy --yes --skip-preview --stack rehearsal" in shell.commands
    assert not [command for command in shell.commands if "stop" in command]
    assert shell.stacks == ["organization/mine/dev", "prod"]
    assert "It holds other stacks:\n  organization/mine/dev\n  prod\n" in capsys.readouterr().out
    assert (folder / "model.pkl").exists()
    assert (folder / ".slipway").exists()


def test_a_stack_with_nothing_in_it_need_not_be_destroyed(capsys):
    demo.down(Typed("organization/mine/empty", "dev"))
    told = capsys.readouterr().out
    assert "  dev\n  organization/mine/empty (nothing is in it)\n" in told
    assert "For those that are not empty: `pulumi destroy --stack NAME`" in told


def test_without_the_demos_stack_others_stay_as_well():
    shell = Typed("dev")
    demo.down(shell)
    assert shell.commands == ["slipway rehearsal start"]


def test_a_destroy_that_fails_removes_nothing(monkeypatch, folder):
    shell = Typed("rehearsal")

    def refuse(*command):
        if command[1] == "destroy":
            raise DemoError("refused")

    monkeypatch.setattr(shell, "run", refuse)
    with pytest.raises(DemoError):
        demo.down(shell)
    assert (folder / "model.pkl").exists()
