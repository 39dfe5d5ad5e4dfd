"""The steps of the generated Dockerfile are those that the embedded builder does, and it does them as they say."""

from pathlib import Path

import pytest

from rehearsal.builders import dockerfile as rehearsed
from rehearsal.builders.embedded import run_line, run_step
from slipway.imagebuild import dockerfile
from slipway.imagebuild.build_secrets import build_secrets
from slipway.imagebuild.indexes import Indexes

PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def runs(entry_script="score.py"):
    """The RUN instructions of a generated Dockerfile, parsed by the embedded builder."""
    text = dockerfile.render(
        base_image="python:3.11-slim-bookworm",
        python="3.11",
        entry_script=entry_script,
        model_dir=f"{dockerfile.MODELS_ROOT}/diabetes/1",
        labels={"team": "blue"},
    )
    return [each for each in rehearsed.parse(text) if each.name == "RUN"]


@pytest.mark.parametrize("entry_script", ["score.py", None])
def test_the_embedded_builder_knows_every_step(entry_script):
    assert len(runs(entry_script)) == 2
    for instruction in runs(entry_script):
        assert run_line.parse(instruction).commands


@pytest.fixture
def called(monkeypatch, tmp_path):
    """What the embedded builder runs for the first step: commands, environments, and files that they name."""
    calls = []

    def record(_, command, environment):
        files = {word: Path(word).read_text() for word in command if word.endswith(".lock")}
        calls.append((list(command), dict(environment), files))

    monkeypatch.setattr(run_step, "call", record)
    root, context, private = (tmp_path / name for name in ("root", "context", "private"))
    for folder in (root / dockerfile.LIBRARIES[1:], context, private):
        folder.mkdir(parents=True)
    (root / dockerfile.LIBRARIES[1:] / "package.py").touch()
    (context / "requirements.lock").write_text("numpy==2.4.6 --hash=sha256:00\n")
    ca = tmp_path / "ca.pem"
    ca.write_text(PEM)
    indexes = Indexes(
        default="https://a.example/simple",
        extra=("https://b.example/simple", "https://c.example/simple"),
        trusted=("b.example", "c.example"),
        authorities=ca,
    )
    instruction = runs()[0]
    place = run_step.Workplace(
        root=root,
        context=context,
        private=private,
        python=Path("/usr/bin/python3.11"),
        secrets=build_secrets(indexes),
    )
    run_step.run(instruction, run_line.parse(instruction), place)
    return calls, root


def test_pip_installs_the_lock_and_nothing_else(called):
    calls, root = called
    command, _, files = calls[0]
    assert command[1:3] == ["pip", "install"]
    assert {"--no-deps", "--require-hashes"} <= set(command)
    assert value(command, "--target") == f"{root}{dockerfile.LIBRARIES}"
    assert files[value(command, "-r")] == "numpy==2.4.6 --hash=sha256:00\n"
    assert not [word for word in command if "example" in word]


def test_indexes_and_authority_reach_pip_by_the_builds_secrets(called):
    _, environment, _ = called[0][0]
    assert environment["UV_DEFAULT_INDEX"] == "https://a.example/simple"
    assert environment["UV_INDEX"] == "https://b.example/simple https://c.example/simple"
    assert environment["UV_INSECURE_HOST"] == "b.example c.example"
    assert PEM in Path(environment["SSL_CERT_FILE"]).read_text()


def test_what_is_removed_and_compiled_is_what_was_installed(called):
    calls, root = called
    libraries = f"{root}{dockerfile.LIBRARIES}"
    remove, find, compile_ = (command for command, _, _ in calls[1:])
    assert remove == ["rm", "-rf", f"{libraries}/bin"]
    assert find[:2] == ["find", libraries]
    assert compile_[-1] == f"{libraries}/package.py"
    assert "unchecked-hash" in compile_
    assert calls[-1][1]["PYTHONHASHSEED"] == "0"


def value(command, option):
    return command[command.index(option) + 1]
