"""Which registry a command talks to, and how its answers are shown."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.cli.errors import CommandError

if TYPE_CHECKING:
    from slipway.registry.client import RegistryClient

RegistryOption = Annotated[
    str | None,
    typer.Option(
        "--registry",
        envvar="SLIPWAY_REGISTRY",
        help="Login server; else the selected stack's, else the only one of the subscription.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def client(login_server: str | None) -> "RegistryClient":
    """The registry client. Raises CommandError when no registry is named and none can be found."""
    from slipway.registry.client import RegistryClient

    return RegistryClient(login_server or _of_stack() or _of_subscription())


def registry_errors() -> tuple[type[Exception], ...]:
    """What commands turn into a sentence."""
    from slipway.cloud.errors import CloudError
    from slipway.registry.errors import RegistryError

    return (RegistryError, CloudError, OSError)


def number(version: str | None) -> int | None:
    """A version as the user writes it: a number, or `latest`, which is None."""
    if version in (None, "", "latest"):
        return None
    if not version.isdecimal() or int(version) == 0:
        raise CommandError(f"a version must be a number from 1, or 'latest', got {version!r}")
    return int(version)


def split_id(identifier: str) -> tuple[str, int | None]:
    """`diabetes:3` or `diabetes` as name and number."""
    name, _, version = identifier.partition(":")
    return name, number(version)


def numbered_id(identifier: str) -> tuple[str, int]:
    """`diabetes:3` as name and number, both there: what is deleted is named exactly."""
    name, version = split_id(identifier)
    if version is None:
        raise CommandError(f"name the version to delete, as {name}:3")
    return name, version


def show_one(row: Mapping[str, Any], *, as_json: bool) -> None:
    """Everything known of one version: an object for machines, what is set as a table for people."""
    if as_json:
        typer.echo(json.dumps(row, indent=2))
        return
    show([{"": key, " ": value} for key, value in row.items() if value], ("", " "), as_json=False)


def show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Rows as JSON for machines, or the given columns as a table for people."""
    if as_json:
        typer.echo(json.dumps(list(rows), indent=2))
        return
    from rich.console import Console
    from rich.table import Column, Table

    first, *others = columns
    table = Table(Column(first, no_wrap=True), *(Column(each, overflow="fold") for each in others))
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    Console().print(table)


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={item}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def _of_stack() -> str | None:
    """Output `login_server` of the selected stack, when the current folder has one."""
    if not Path("Pulumi.yaml").is_file() or shutil.which("pulumi") is None:
        return None
    from slipway.cli.pulumi import Stack

    try:
        found = Stack(None, Path()).outputs().get("login_server")
    except CommandError:  # no stack is selected, or it cannot be read: look elsewhere
        return None
    return str(found) if found else None


def _of_subscription() -> str:
    from slipway.cloud.registries import login_servers

    given = os.environ.get("ARM_SUBSCRIPTION_ID", "the subscription")
    found = login_servers()
    if len(found) == 1:
        return found[0]
    seen = f"{given} has {', '.join(found)}" if found else f"{given} has none"
    raise CommandError(
        f"name the registry with --registry LOGIN_SERVER or SLIPWAY_REGISTRY: {seen}"
    )
