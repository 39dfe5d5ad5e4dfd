"""`slipway models`: register files and folders as models, and see what is registered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.cli.errors import CommandError, sentences
from slipway.cli.printing import JsonOption, file_size, show, show_json, show_one
from slipway.cli.registries import (
    ForceOption,
    RegistryOption,
    client,
    numbered_id,
    registry_errors,
    split_id,
)
from slipway.cli.stacks import StackOption

if TYPE_CHECKING:
    from slipway.registry.records import ModelVersion

app = typer.Typer(no_args_is_help=True, help="Models: register, list, show, download, delete.")

_COLUMNS = ("id", "filename", "files", "size", "framework", "tags", "created", "description")
Identifier = Annotated[
    str, typer.Argument(metavar="NAME[:VERSION]", help="No version: the newest.")
]
Pairs = Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE")]


@app.command("register")
def register(
    name: Annotated[str, typer.Argument(help="The model's name.")],
    path: Annotated[Path, typer.Argument(help="The model's file, or its folder.")],
    tag: Pairs = None,
    property_: Annotated[list[str] | None, typer.Option("--property", metavar="KEY=VALUE")] = None,
    description: str | None = None,
    framework: str | None = None,
    framework_version: str | None = None,
    update: Annotated[
        bool,
        typer.Option(help="Replace tags, description and framework of content that is registered."),
    ] = False,
    registry: RegistryOption = None,
    stack: StackOption = None,
    as_json: JsonOption = False,
) -> None:
    """Register PATH as the next version of NAME; the same content is the version it has.

    Such a version keeps its tags, description and framework: other ones are refused without --update.
    """
    with sentences(*registry_errors()), _naming_the_option():
        model = client(registry, stack).models.register(
            name,
            path,
            tags=_pairs("--tag", tag),
            properties=_pairs("--property", property_),
            description=description,
            framework=framework,
            framework_version=framework_version,
            replace=update,
        )
    if as_json:
        show_json(_row(model))
    else:
        typer.echo(f"{model.id} is {path}{_of_folder(path)} ({model.digest})")


@app.command("list")
def list_models(
    name: Annotated[str | None, typer.Argument(help="Only this model.")] = None,
    registry: RegistryOption = None,
    stack: StackOption = None,
    as_json: JsonOption = False,
) -> None:
    """All versions of all models, or of one."""
    with sentences(*registry_errors()):
        rows = [_row(model) for model in client(registry, stack).models.list(name)]
    shown = rows if as_json else [{**row, "size": file_size(row["size"])} for row in rows]
    show(shown, _COLUMNS, as_json=as_json)


@app.command("show")
def show_model(
    identifier: Identifier,
    registry: RegistryOption = None,
    stack: StackOption = None,
    as_json: JsonOption = False,
) -> None:
    """Everything that is known of one version."""
    with sentences(*registry_errors()):
        models = client(registry, stack).models
        model = models.get(*split_id(identifier))
        row = {**_row(model), "copied_from": models.origin(model)}
    show_one(row if as_json else {**row, "size": file_size(model.size)}, as_json=as_json)


@app.command("download")
def download(
    identifier: Identifier,
    target: Annotated[Path, typer.Argument(help="Folder.")] = Path(),
    registry: RegistryOption = None,
    stack: StackOption = None,
) -> None:
    """Write the model's file or folder into TARGET; another one of its name is not overwritten."""
    with sentences(*registry_errors()):
        typer.echo(client(registry, stack).models.download(*split_id(identifier), target))


@app.command("delete")
def delete(
    identifier: Annotated[str, typer.Argument(metavar="NAME:VERSION")],
    registry: RegistryOption = None,
    stack: StackOption = None,
    force: ForceOption = False,
) -> None:
    """Delete one version. Refused while an image holds it, or anything else uses it."""
    from slipway.project.uses import Version, require_unused

    with sentences(*registry_errors()):
        found = client(registry, stack)
        model = found.models.get(*numbered_id(identifier, "delete"))
        found.models.require_unused(model.id)
        version = Version(id=model.id, login_server=found.login_server, digest=model.digest)
        require_unused(version, force=force)
        found.models.delete(model.name, model.version)
    typer.echo(f"{identifier} was deleted")


def _of_folder(path: Path) -> str:
    """How much of a folder is the model, and what never is."""
    from slipway.folders import model_folder

    return f" ({model_folder.summary(path)})" if path.is_dir() else ""


@contextmanager
def _naming_the_option() -> Iterator[None]:
    from slipway.registry.errors import SaidOtherwiseError

    try:
        yield
    except SaidOtherwiseError as error:
        raise CommandError(f"{error} --update replaces it.") from None


def _row(model: "ModelVersion") -> dict[str, Any]:
    return {"id": model.id, **asdict(model)}


def _pairs(option: str, given: Sequence[str] | None) -> dict[str, str] | None:
    """`KEY=VALUE` options as a mapping, None when there are none; all wrong ones named at once."""
    if not given:
        return None
    wrong = [text for text in given if not text.partition("=")[0] or "=" not in text]
    if wrong:
        raise CommandError(f"{option} must be KEY=VALUE, got {', '.join(map(repr, wrong))}")
    parts = [text.partition("=") for text in given]
    return {key: value for key, _, value in parts}
