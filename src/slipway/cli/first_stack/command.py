"""`slipway init`: asks, or takes options; checks the files; writes; says what comes next."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.cli.errors import CommandError, sentences
from slipway.cli.targets import TARGETS

if TYPE_CHECKING:
    from slipway.cli.first_stack.wishes import Wishes
    from slipway.rules.rule import Rule

_REQUIRED = ("model", "location")
_DEFAULT_TARGET, _DEFAULT_STACK = next(iter(TARGETS)), "dev"


def init(
    model: Annotated[Path | None, typer.Option(help="The model's file.")] = None,
    name: Annotated[str | None, typer.Option(help="The model's name; else its file's.")] = None,
    entry_script: Annotated[
        Path | None, typer.Option(help="Script with init() and run(); none for a bare model.")
    ] = None,
    conda_file: Annotated[Path | None, typer.Option(help="Conda environment file.")] = None,
    framework: Annotated[
        str | None, typer.Option(help="What the model was made with, such as ScikitLearn.")
    ] = None,
    framework_version: Annotated[str | None, typer.Option(help="Its version.")] = None,
    target: Annotated[str, typer.Option(help="Where the service runs.")] = _DEFAULT_TARGET,
    location: Annotated[str | None, typer.Option(help="Azure region.")] = None,
    workspace_name: Annotated[
        str | None, typer.Option(help="Make a workspace (registry, logs) of this name.")
    ] = None,
    existing_stack: Annotated[
        str | None,
        typer.Option(help="Use the workspace of this stack: organization/project/stack."),
    ] = None,
    existing_id: Annotated[
        str | None, typer.Option(help="Use the workspace in this resource group (its ARM id).")
    ] = None,
    stack: Annotated[
        str, typer.Option("--stack", "-s", help="Name of the stack.")
    ] = _DEFAULT_STACK,
    cwd: Annotated[Path, typer.Option(help="The project's folder.")] = Path(),
    lock: Annotated[bool, typer.Option(help="Lock the image's packages beside the file.")] = True,
) -> None:
    """Write a first stack file for a model of your own, and a project where there is none.

    In a terminal it asks for what no option says. Nothing that exists is overwritten.
    """
    options: dict[str, Any] = {
        "model": model,
        "name": name,
        "entry_script": entry_script,
        "conda_file": conda_file,
        "location": location,
        "workspace_name": workspace_name,
        "existing_stack": existing_stack,
        "existing_id": existing_id,
    }
    # Rules and YAML are loaded only here: every other command does without them.
    from slipway.cli.first_stack import checkout, files
    from slipway.cli.first_stack.wishes import Wishes, default_name

    with sentences(OSError):
        source = checkout.find()
        answers = ask_for_missing(options) if in_a_terminal() else options
        _require(answers)
        wishes = Wishes(
            project=cwd,
            framework=framework,
            framework_version=framework_version,
            target=target,
            stack=stack,
            **{**answers, "name": answers["name"] or default_name(answers["model"])},
        )
        wishes.check()
        written = files.plan(wishes, source)
        files.write(written)
    _tell(wishes, written, lock=lock)


def in_a_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


def ask_for_missing(options: dict[str, Any]) -> dict[str, Any]:
    """The options, completed by questions for those that are not given."""
    from slipway.cli.first_stack.wishes import default_name
    from slipway.rules.names import MODEL_NAME
    from slipway.rules.regions import REGION

    answers = dict(options)
    if answers["model"] is None:
        answers["model"] = _ask("Model file", None, _existing_file)
    if answers["name"] is None:
        answers["name"] = _ask("Name of the model", default_name(answers["model"]), _by(MODEL_NAME))
    for key, question in (
        ("entry_script", "Entry script with init() and run() (empty: none, a bare model)"),
        ("conda_file", "Conda environment file (empty: none)"),
    ):
        if answers[key] is None:
            answers[key] = _ask(question, "", _existing_file_or_none)
    if answers["location"] is None:
        answers["location"] = _ask("Azure region", "westeurope", _by(REGION))
    if not any(answers[key] for key in ("workspace_name", "existing_stack", "existing_id")):
        answers |= _ask(
            "Workspace (a name to make one; organization/project/stack, or an ARM id, to use one)",
            None,
            _workspace,
        )
    return answers


def _ask(question: str, default: str | None, read: Callable[[str], Any]) -> Any:
    """Ask until the answer can be read."""
    shown = default is not None and default != ""
    return typer.prompt(question, default=default, show_default=shown, value_proc=read)


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


def _existing_file_or_none(text: str) -> Path | None:
    return _existing_file(text) if text else None


def _workspace(text: str) -> dict[str, str]:
    if text.startswith("/"):
        return {"existing_id": text}
    return {"existing_stack" if "/" in text else "workspace_name": text}


def _require(answers: dict[str, Any]) -> None:
    missing = [f"--{key}" for key in _REQUIRED if answers[key] is None]
    if missing:
        raise CommandError(
            f"{' and '.join(missing)} must be given: only in a terminal is it asked for"
        )


def _tell(wishes: "Wishes", written: dict[Path, str], *, lock: bool) -> None:
    for path in written:
        typer.echo(f"wrote {path}")
    if lock:
        _lock(wishes)
    typer.echo("Next:")
    if wishes.project != Path():
        typer.echo(f"  cd {wishes.project}")
    typer.echo(f"  pulumi stack init {wishes.stack}")
    typer.echo(f"  pulumi up --stack {wishes.stack}")
    typer.echo(
        "On this machine instead of Azure: `slipway rehearsal start` and "
        '`eval "$(slipway rehearsal env)"` first.'
    )


def _lock(wishes: "Wishes") -> None:
    """Packages by version and hash, so that every machine builds the same image; not worth failing over."""
    from slipway.imagebuild import context
    from slipway.imagebuild.errors import BuildInputError

    path = context.lock_path(wishes.spec())
    if path is None or path.exists():
        return
    try:
        context.commit_lock(wishes.spec())
        typer.echo(f"wrote {path}: the image's packages by version and hash; commit it")
    except BuildInputError as error:
        typer.echo(f"the image's packages were not locked: {error}", err=True)
