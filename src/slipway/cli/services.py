"""`slipway services`: what runs, by the names that services have in the stack's configuration."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.cli import targets
from slipway.cli.deployed import Deployed
from slipway.cli.errors import CommandError, sentences
from slipway.cli.printing import JsonOption, in_a_terminal, show, show_json
from slipway.cli.service_sizing import replicas
from slipway.cli.stacks import CwdOption, Stack, StackOption

if TYPE_CHECKING:
    from slipway.cli.scoring_client import ScoringError, Way
    from slipway.cli.targets import Target
    from slipway.outputs import ServiceOutput

app = typer.Typer(
    no_args_is_help=True, help="Services that run: state, logs, restart, score, keys."
)

app.command("replicas")(replicas)

NameArgument = Annotated[
    str | None, typer.Argument(help="The service; may be left out where the stack has one.")
]
TAIL = 5000
_SERVER_ERRORS = 500
_COLUMNS = (
    "name",
    "target",
    "state",
    "image",
    "models",
    "since",
    "scoring_uri",
    "cpu",
    "memory_gb",
)


@app.command("list")
def list_services(
    stack: StackOption = None,
    cwd: CwdOption = Path(),
    as_json: JsonOption = False,
    all_stacks: Annotated[
        bool, typer.Option("--all", help="Those of all stacks of the project.")
    ] = False,
) -> None:
    """Services and their state; also those whose first update failed."""
    from slipway.cli.service_list import deployed, rows

    with sentences():
        if all_stacks and stack is not None:
            raise CommandError(
                f"--all is for all stacks, and --stack names {stack}: give one of them"
            )
        found, unread = deployed(Stack(stack, cwd), all_stacks=all_stacks)
        listed = rows(found)
    if listed or as_json:
        rows_shown = listed if as_json else [{**row, "state": _state(row)} for row in listed]
        show(rows_shown, ("stack", *_COLUMNS) if all_stacks else _COLUMNS, as_json=as_json)
    elif not unread:
        typer.echo(_none(Stack(stack).shown, all_stacks=all_stacks), err=True)
    for row in listed:
        if row.get("problem"):
            typer.echo(f"{row['name']}: {row['problem']}", err=True)
    for sentence in unread:
        typer.echo(sentence, err=True)


def _state(row: Mapping[str, Any]) -> str:
    """`Waiting (CrashLoopBackOff), restarted 4 times`."""
    detail = f" ({row['detail']})" if row.get("detail") else ""
    restarts = row.get("restarts") or 0
    times = f", restarted {restarts} time{'s' if restarts != 1 else ''}" if restarts else ""
    return f"{row['state']}{detail}{times}"


@app.command("logs")
def logs(
    name: NameArgument = None,
    stack: StackOption = None,
    cwd: CwdOption = Path(),
    tail: Annotated[int, typer.Option(min=1, help="How many lines at most.")] = TAIL,
    since: Annotated[
        str | None, typer.Option(help="Only lines since then: 30s, 10m, 2h, 1d, or a time (UTC).")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what it prints, until Ctrl-C.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Lines as they were printed, as in a pipe.")
    ] = False,
) -> None:
    """What the service's scoring container printed; readable in a terminal, in a pipe as it is."""
    from slipway.cli.log_stream import LogStream

    with sentences():
        name, service = Deployed(Stack(stack, cwd)).service(name)
        with _asking(service) as target:
            _require_created(name, target, service, Stack(stack))
            stream = LogStream(target, service, tail, since, raw=as_json or not in_a_terminal())
            for line in stream.follow() if follow else stream.once():
                typer.echo(line)
            (state,) = target.states([service])
    if problem := state.get("problem"):
        typer.echo(f"{name}: {problem}", err=True)


@app.command("restart")
def restart(name: NameArgument = None, stack: StackOption = None, cwd: CwdOption = Path()) -> None:
    """Restart the service in place and wait until it is done."""
    with sentences():
        name, service = Deployed(Stack(stack, cwd)).service(name)
        with _asking(service) as target:
            _require_created(name, target, service, Stack(stack))
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
        found = Deployed(Stack(stack, cwd))
        name, service = found.service(named[0] if named else None)
        _require_uri(found, name, service, Stack(stack))
        body = Path(data[1:]).read_text(encoding="utf-8") if data.startswith("@") else data
        key = _keys(Stack(stack, cwd), name, service)["primary"]
        try:
            typer.echo(post(service.scoring_uri, body, key, _way(found, name, service)))
        except ScoringError as error:
            raise _with_the_way_to_the_log(error, name, stack) from None


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
        name, service = Deployed(target).service(name)
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
    if not service.auth:
        return {"primary": None, "secondary": None}
    component = Deployed(stack, secrets=True).component(name, service)
    found = targets.of(service).keys(component) if component else {}
    if not found.get("primary"):
        raise CommandError(f"{name} has no keys yet: run `pulumi up{stack.option}` first")
    return found


def _none(stack: str, *, all_stacks: bool) -> str:
    whose = "no stack of the project" if all_stacks else f"the stack {stack}"
    has = "has a service" if all_stacks else "has no service"
    return f"{whose} {has}: `slipway:services` names them, and `pulumi up` makes them"


def _way(deployed: Deployed, name: str, service: "ServiceOutput") -> "Way | None":
    """Behind TLS a service's own name need not lead to it yet, nor its authority be the machine's."""
    component = deployed.component(name, service)
    if component is None or not service.scoring_uri.startswith("https://"):
        return None
    return targets.of(service).way(component)


def _require_created(name: str, target: "Target", service: "ServiceOutput", stack: Stack) -> None:
    if not target.created(service):
        raise CommandError(
            f"{name} was not created yet: the stack's update ended before it; run `pulumi up{stack.option}`"
        )


def _require_uri(found: Deployed, name: str, service: "ServiceOutput", stack: Stack) -> None:
    if service.scoring_uri:
        return
    if name in found.outputs.services:
        raise CommandError(
            f"{name} has no scoring URI: a service with target {service.target} is asked where it runs"
        )
    raise CommandError(f"{name} has no address yet: see `slipway services list{stack.option}`")


def _with_the_way_to_the_log(error: "ScoringError", name: str, stack: str | None) -> "ScoringError":
    """A score.py service answers 500 without a reason, also to a request that its run() cannot read."""
    if error.status is None or error.status < _SERVER_ERRORS:
        return error
    return type(error)(
        f"{error}\nIts log has the reason: `slipway services logs {name}{Stack(stack).option}`",
        error.status,
    )


@contextmanager
def _asking(service: "ServiceOutput") -> "Iterator[Target]":
    """The service's target; what it raises becomes a sentence."""
    target = targets.of(service)
    with sentences(*target.errors()):
        yield target
