"""Asking for what no option of `slipway init` says, until each answer can be used."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from slipway.cli.errors import CommandError
from slipway.cli.first_stack.wishes import WORKSPACES, default_name, option
from slipway.rules.names import MODEL_NAME
from slipway.rules.regions import REGION

if TYPE_CHECKING:
    from slipway.rules.rule import Rule

_REQUIRED = ("model", "location")


def in_a_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


def require(answers: Mapping[str, Any]) -> None:
    """Raises CommandError naming all that must be given and is not."""
    missing = [option(key) for key in _REQUIRED if answers[key] is None]
    if all(answers[key] is None for key in WORKSPACES):
        missing.append(f"one of {', '.join(map(option, WORKSPACES))}")
    if missing:
        raise CommandError(
            f"give {_and(missing)}: slipway init asks for what is left out only in a terminal"
        )


def answer(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options, completed by questions for those that are not given."""
    answers = dict(options)
    if answers["model"] is None:
        answers["model"] = _ask("Model file or folder", None, _existing_path)
    if answers["name"] is None:
        answers["name"] = _ask("Name of the model", default_name(answers["model"]), _by(MODEL_NAME))
    for key, question in (
        ("entry_script", "Entry script with init() and run() (empty: none, a bare model)"),
        ("conda_file", "Conda environment file (empty: none)"),
    ):
        if answers[key] is None:
            answers[key] = _ask(question, "", lambda text: _existing_file(text) if text else None)
    if answers["location"] is None:
        answers["location"] = _ask("Azure region", "westeurope", _by(REGION))
    if all(answers[key] is None for key in WORKSPACES):
        answers |= _ask(
            "Workspace (a name to make one; organization/project/stack, or an ARM id, to use one)",
            None,
            _workspace,
        )
    return answers


def _ask(question: str, default: str | None, read: Callable[[str], Any]) -> Any:
    """Ask until the answer can be read; without a default an empty one cannot, and is told so."""

    def checked(text: str) -> Any:
        if default is None and not text:
            raise typer.BadParameter("an answer is needed, got an empty line")
        return read(text)

    # By itself the prompt asks again after an empty line without a word.
    return typer.prompt(
        question, default=default or "", show_default=bool(default), value_proc=checked
    )


def _by(rule: "Rule") -> Callable[[str], str]:
    def read(text: str) -> str:
        if why := rule.refusal(text):
            raise typer.BadParameter(why)
        return text

    return read


def _existing_file(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_file():
        raise typer.BadParameter(f"must be an existing file, got {text!r}")
    return path


def _existing_path(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.exists():
        raise typer.BadParameter(f"must be an existing file or folder, got {text!r}")
    return path


def _workspace(text: str) -> dict[str, str]:
    used = "existing_id" if text.startswith("/") else "existing_stack"
    key = used if "/" in text else "workspace_name"
    return {key: _by(WORKSPACES[key])(text)}


def _and(parts: list[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last
