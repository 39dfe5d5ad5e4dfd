"""`slipway services`: what runs on Azure Container Instances, through Microsoft's own client."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.cli.errors import sentences
from slipway.cli.pulumi import Stack

if TYPE_CHECKING:
    from azure.mgmt.containerinstance import ContainerInstanceManagementClient
    from azure.mgmt.containerinstance.models import ContainerGroup

app = typer.Typer(
    no_args_is_help=True, help="Services that run: state, logs, restart, score, keys."
)

StackOption = Annotated[
    str | None, typer.Option("--stack", "-s", help="Stack; the selected one if omitted.")
]
CwdOption = Annotated[Path, typer.Option(help="The project's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_services(
    stack: StackOption = None, cwd: CwdOption = Path(), as_json: JsonOption = False
) -> None:
    """The container groups of the stack's resource group."""
    with sentences(*_azure_errors()):
        outputs = Stack(stack, cwd)
        groups = list(
            _client().container_groups.list_by_resource_group(outputs.output("resource_group"))
        )
        rows = [_row(group) for group in groups]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    _table(rows)


@app.command("logs")
def logs(
    stack: StackOption = None,
    cwd: CwdOption = Path(),
    tail: Annotated[int, typer.Option(min=1, help="How many lines.")] = 5000,
) -> None:
    """What the service's scoring container printed."""
    with sentences(*_azure_errors()):
        target = Stack(stack, cwd)
        content = _client().containers.list_logs(
            target.output("resource_group"),
            target.output("service_name"),
            "scoring",
            tail=tail,
        )
    typer.echo(content.content or "", nl=False)


@app.command("restart")
def restart(stack: StackOption = None, cwd: CwdOption = Path()) -> None:
    """Restart the service's containers in place and wait until it is done."""
    with sentences(*_azure_errors()):
        target = Stack(stack, cwd)
        group = target.output("service_name")
        _client().container_groups.begin_restart(target.output("resource_group"), group).result()
    typer.echo(f"{group} was restarted")


@app.command("score")
def score(
    data: Annotated[str, typer.Argument(help="The request's body, or @FILE.")],
    stack: StackOption = None,
    cwd: CwdOption = Path(),
) -> None:
    """Post a request to the service, with its key when it has one, and print the answer."""
    from slipway.cli.scoring_client import ScoringError, post

    with sentences(ScoringError, OSError):
        outputs = Stack(stack, cwd).outputs(show_secrets=True)
        body = Path(data[1:]).read_text() if data.startswith("@") else data
        typer.echo(post(str(outputs.get("scoring_uri") or ""), body, outputs.get("primary_key")))


@app.command("keys")
def keys(stack: StackOption = None, cwd: CwdOption = Path(), as_json: JsonOption = False) -> None:
    """The service's primary and secondary key, as the stack keeps them."""
    with sentences():
        outputs = Stack(stack, cwd).outputs(show_secrets=True)
        found = {name: outputs.get(f"{name}_key") for name in ("primary", "secondary")}
    if as_json:
        typer.echo(json.dumps(found))
    elif not any(found.values()):
        typer.echo("authentication is off: the service has no keys")
    else:
        for name, key in found.items():
            typer.echo(f"{name}: {key}")


def _client() -> "ContainerInstanceManagementClient":
    from slipway.cloud.container_instances import container_instances

    return container_instances()


def _azure_errors() -> tuple[type[Exception], ...]:
    from azure.core.exceptions import AzureError

    from slipway.cloud.errors import CloudError

    return (AzureError, CloudError)


def _row(group: "ContainerGroup") -> dict[str, Any]:
    address = group.ip_address
    container = group.containers[0]
    return {
        "name": group.name,
        "state": group.instance_view.state if group.instance_view else group.provisioning_state,
        "location": group.location,
        "address": (address.fqdn or address.ip) if address else None,
        "image": container.image,
        "cpu": container.resources.requests.cpu,
        "memory_gb": container.resources.requests.memory_in_gb,
    }


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    columns = ("name", "state", "location", "address", "cpu", "memory_gb", "image")
    table = Table(*columns)
    for row in rows:
        table.add_row(*(str(row[column] or "") for column in columns))
    Console().print(table)
