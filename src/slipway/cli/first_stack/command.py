"""`slipway init`: asks, or takes options; checks the files; writes; says what comes next."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.cli.errors import sentences
from slipway.cli.stacks import CwdOption
from slipway.cli.targets import TARGETS

if TYPE_CHECKING:
    from slipway.cli.first_stack.wishes import Wishes

_DEFAULT_TARGET, _DEFAULT_STACK = next(iter(TARGETS)), "dev"


def init(
    model: Annotated[Path | None, typer.Option(help="The model's file, or its folder.")] = None,
    name: Annotated[
        str | None, typer.Option(help="The model's name; else that of its file or folder.")
    ] = None,
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
        str | None,
        typer.Option(
            help="Create a workspace (resource group, registry, logs) of this name; in Azure it is "
            "called NAME-STACK."
        ),
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
    cwd: CwdOption = Path(),
    lock: Annotated[bool, typer.Option(help="Lock the image's packages beside the file.")] = True,
) -> None:
    """Write a first stack file for your own model, and a project if the folder has none.

    In a terminal it asks for what no option says. Nothing that exists is overwritten. It leaves a folder `stacks/`
    with the stack's file, a lock of the image's packages beside the conda file, and in a folder without a
    project `Pulumi.yaml` and `__main__.py`.
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
    from slipway.cli.first_stack import checkout, files, questions
    from slipway.cli.first_stack.wishes import Wishes, default_name

    with sentences(OSError):
        source = checkout.find()
        answers = questions.answer(options) if questions.in_a_terminal() else options
        questions.require(answers)
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


def _tell(wishes: "Wishes", written: dict[Path, str], *, lock: bool) -> None:
    for path in written:
        typer.echo(f"wrote {path}")
    locked = _lock(wishes) if lock else None
    if locked is not None:
        typer.echo(f"wrote {locked}: the image's packages by version and hash")
    typer.echo(
        "Commit these files. `pulumi up` stages images in .slipway, which can be deleted at any time: "
        "keep it out of version control."
    )
    if wishes.workspace_name is not None:
        _tell_names(wishes.workspace_name, wishes.stack)
    typer.echo("Next:")
    if wishes.project != Path():
        typer.echo(f"  cd {wishes.project}")
    typer.echo(f"  pulumi stack init {wishes.stack}")
    typer.echo(f"  pulumi up --stack {wishes.stack}")
    typer.echo(
        "On this machine instead of Azure: `slipway rehearsal start` and "
        '`eval "$(slipway rehearsal env)"` first.'
    )


def _tell_names(workspace: str, stack: str) -> None:
    from slipway.rules.physical_names import physical_name
    from slipway.rules.workspace_names import WorkspaceNames

    names = WorkspaceNames.of(physical_name(workspace, stack))
    typer.echo(
        f"Names in Azure are made of the workspace's and the stack's: the resource group will be "
        f"{names.resource_group}, the registry {names.registry}."
    )


def _lock(wishes: "Wishes") -> Path | None:
    """Packages by version and hash, so that every machine builds the same image; not worth failing over."""
    from slipway.imagebuild import context
    from slipway.imagebuild.errors import BuildInputError

    path = context.lock_path(wishes.spec())
    if path is None or path.exists():
        return None
    try:
        context.commit_lock(wishes.spec())
    except BuildInputError as error:
        typer.echo(f"the image's packages were not locked: {error}", err=True)
        return None
    return path
