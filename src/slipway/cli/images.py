"""`slipway images`: the images that were built, by number and digest."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.cli.errors import sentences
from slipway.cli.printing import JsonOption, show, show_json, show_one
from slipway.cli.registries import (
    ForceOption,
    RegistryOption,
    client,
    numbered_id,
    registry_errors,
    split_id,
)
from slipway.cli.stacks import StackOption
from slipway.cli.transfer_bar import transfer_bar

if TYPE_CHECKING:
    from slipway.registry.copying import Copied
    from slipway.registry.records import ImageVersion, Times

app = typer.Typer(no_args_is_help=True, help="Images: list, show, copy, delete.")

_COLUMNS = ("id", "models", "created", "copied", "digest")


@app.command("list")
def list_images(
    name: Annotated[str | None, typer.Argument(help="Only this image.")] = None,
    registry: RegistryOption = None,
    stack: StackOption = None,
    as_json: JsonOption = False,
) -> None:
    """All versions of all images, or of one."""
    with sentences(*registry_errors()):
        images = client(registry, stack).images
        found = images.list(name)
        times = {each: images.times(each) for each in {image.name for image in found}}
        rows = [_row(image, times[image.name]) for image in found]
    show(rows, _COLUMNS, as_json=as_json)


@app.command("show")
def show_image(
    identifier: Annotated[
        str, typer.Argument(metavar="NAME[:VERSION]", help="No version: newest.")
    ],
    registry: RegistryOption = None,
    stack: StackOption = None,
    as_json: JsonOption = False,
) -> None:
    """Everything that is known of one version."""
    with sentences(*registry_errors()):
        images = client(registry, stack).images
        image = images.get(*split_id(identifier))
        row = {**_row(image, images.times(image.name)), "copied_from": images.origin(image)}
    show_one(row, as_json=as_json)


@app.command("copy")
def copy(
    identifier: Annotated[str, typer.Argument(metavar="NAME:VERSION")],
    target: Annotated[str, typer.Option("--to", help="Registry to copy to: login server or name.")],
    source: Annotated[
        str | None,
        typer.Option("--from", help="Registry to copy from; else as --registry elsewhere."),
    ] = None,
    stack: StackOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy an image and its models to another registry, with their digests and versions.

    May be interrupted and run again; what is there already is not sent again.
    """
    with sentences(*registry_errors()):
        name, version = numbered_id(identifier, "copy")
        here, there = client(source, stack), client(target)
        with transfer_bar(identifier) as progress:
            copied = here.copy_image(name, version, there, progress)
    if as_json:
        show_json({"to": there.login_server, **asdict(copied)})
    else:
        _tell(copied, there.login_server)


@app.command("delete")
def delete(
    identifier: Annotated[str, typer.Argument(metavar="NAME:VERSION")],
    registry: RegistryOption = None,
    stack: StackOption = None,
    force: ForceOption = False,
) -> None:
    """Delete one version, and only it: the models inside stay registered. Refused while anything uses it."""
    from slipway.project.uses import Version, require_unused

    with sentences(*registry_errors()):
        images = client(registry, stack).images
        image = images.get(*numbered_id(identifier, "delete"))
        version = Version(id=image.id, login_server=image.login_server, digest=image.digest)
        require_unused(version, force=force)
        images.delete(image.name, image.version)
    typer.echo(f"{identifier} was deleted")


def _tell(copied: "Copied", target: str) -> None:
    for one in copied.there:
        typer.echo(f"{one} is in {target} already")
    for one in copied.new:
        typer.echo(f"{one} was copied to {target}")
    typer.echo(
        f"{_megabytes(copied.sent_bytes)} were sent, "
        f"{_megabytes(copied.kept_bytes + copied.mounted_bytes)} were there already"
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _row(image: "ImageVersion", times: "Mapping[int, Times]") -> dict[str, Any]:
    known = times.get(image.version)
    return {
        "id": image.id,
        **asdict(image),
        "created": known.created if known else "",
        "copied": known.copied if known else "",
        "ref": image.ref,
    }
