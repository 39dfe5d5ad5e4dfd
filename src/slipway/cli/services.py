"""`slipway services`: what runs, by the names that services have in the stack's configuration."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.cli import targets
from slipway.cli.errors import CommandError, sentences
from slipway.cli.printing import JsonOption, show, show_json
from slipway.cli.stacks import CwdOption, Stack, StackOption

if TYPE_CHECKING:
    from slipway.cli.targets import Target
    from slipway.outputs import ServiceOutput

app = typer.Typer(
    no_args_is_help=True, help="Services that run: state, logs, restart, score, keys."
)

NameArgument = Annotated[
    str | None, typer.Argument(help="The service; may be left out where the stack has one.")
]
_COLUMNS = ("name", "target", "state", "image", "scoring_uri", "cpu", "memory_gb")


@app.command("list")
def list_services(
    stack: StackOption = None, cwd: CwdOption = Path(), as_json: JsonOption = False
) -> None:
    """The stack's services and their state."""
    with sentences():
        services = Stack(stack, cwd).outputs().services
        rows = [row for group in _by_target(services) for row in _rows(group)]
    show(rows, _COLUMNS, as_json=as_json)


@app.command("logs")
def logs(
    name: NameArgument = None,
    stack: StackOption = None,
    cwd: CwdOption = Path(),
    tail: Annotated[int, typer.Option(min=1, help="How many lines.")] = 5000,
) -> None:
    """What the service's scoring container printed."""
    with sentences():
        _, service = Stack(stack, cwd).service(name)
        with _asking(service) as target:
            text = target.logs(service, tail)
    typer.echo(text, nl=False)


@app.command("restart")
def restart(name: NameArgument = None, stack: StackOption = None, cwd: CwdOption = Path()) -> None:
    """Restart the service in place and wait until it is done."""
    with sentences():
        name, service = Stack(stack, cwd).service(name)
        with _asking(service) as target:
            target.restart(service)
    typer.echo(f"{name} was restarted")


@app.command("score")
def score(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[NAME] DATA",
            help="The service, where the stack has several, and the request's body, or @FILE.",
        ),
    ],
    stack: StackOption = None,
    cwd: CwdOption = Path(),
) -> None:
    """Post a request to the service, with its key when it has one, and print the response."""
    from slipway.cli.scoring_client import ScoringError, post

    with sentences(ScoringError, OSError):
        if len(words) > 2:
            raise CommandError(f"one service and one body are expected, got {len(words)} arguments")
        *named, data = words
        target = Stack(stack, cwd)
        name, service = target.service(named[0] if named else None)
        body = Path(data[1:]).read_text(encoding="utf-8") if data.startswith("@") else data
        key = _keys(target, name, service)["primary"]
        typer.echo(post(service.scoring_uri, body, key))


@app.command("keys")
def keys(
    name: NameArgument = None,
    stack: StackOption = None,
    cwd: CwdOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """The service's primary and secondary key, as the stack keeps them."""
    with sentences():
        target = Stack(stack, cwd)
        name, service = target.service(name)
        found = _keys(target, name, service)
    if as_json:
        show_json(found)
    elif not service.auth:
        typer.echo(f"authentication is off: {name} has no keys")
    else:
        for which, key in found.items():
            typer.echo(f"{which}: {key}")


def _keys(stack: Stack, name: str, service: "ServiceOutput") -> dict[str, str | None]:
    """They are exported nowhere: they are the service's component's own."""
    which = ("primary", "secondary")
    if not service.auth:
        return dict.fromkeys(which)
    found = stack.component_outputs(targets.of(service).COMPONENT, name)
    return {one: found.get(f"{one}_key") for one in which}


def _by_target(
    services: "Mapping[str, ServiceOutput]",
) -> "Iterator[list[tuple[str, ServiceOutput]]]":
    ordered = sorted(services.items(), key=lambda item: (item[1].target, item[0]))
    return (list(group) for _, group in groupby(ordered, key=lambda item: item[1].target))


def _rows(group: "list[tuple[str, ServiceOutput]]") -> list[dict[str, Any]]:
    services = [service for _, service in group]
    with _asking(services[0]) as target:
        states = target.states(services)
    return [
        {
            "name": name,
            "target": service.target,
            "image": service.image,
            "scoring_uri": service.scoring_uri,
            **state,
        }
        for (name, service), state in zip(group, states, strict=True)
    ]


@contextmanager
def _asking(service: "ServiceOutput") -> "Iterator[Target]":
    """The service's target; what it raises becomes a sentence."""
    target = targets.of(service)
    with sentences(*target.errors()):
        yield target
