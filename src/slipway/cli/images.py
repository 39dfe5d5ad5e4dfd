"""`slipway images`: the images that were built, by number and digest."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.cli.errors import sentences
from slipway.cli.registries import (
    JsonOption,
    RegistryOption,
    client,
    numbered_id,
    registry_errors,
    show,
    show_one,
    split_id,
)

if TYPE_CHECKING:
    from slipway.registry.records import ImageVersion

app = typer.Typer(no_args_is_help=True, help="Images: list, show, delete.")

_COLUMNS = ("id", "models", "created", "digest")


@app.command("list")
def list_images(
    name: Annotated[str | None, typer.Argument(help="Only this image.")] = None,
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """All versions of all images, or of one."""
    with sentences(*registry_errors()):
        rows = [_row(image) for image in client(registry).images.list(name)]
    show(rows, _COLUMNS, as_json=as_json)


@app.command("show")
def show_image(
    identifier: Annotated[
        str, typer.Argument(metavar="NAME[:VERSION]", help="No version: newest.")
    ],
    registry: RegistryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Everything that is known of one version."""
    with sentences(*registry_errors()):
        row = _row(client(registry).images.get(*split_id(identifier)))
    show_one(row, as_json=as_json)


@app.command("delete")
def delete(
    identifier: Annotated[str, typer.Argument(metavar="NAME:VERSION")],
    registry: RegistryOption = None,
) -> None:
    """Delete one version, and only it: the models inside stay registered."""
    with sentences(*registry_errors()):
        client(registry).images.delete(*numbered_id(identifier))
    typer.echo(f"{identifier} was deleted")


def _row(image: "ImageVersion") -> dict[str, Any]:
    return {"id": image.id, **asdict(image), "ref": image.ref}
