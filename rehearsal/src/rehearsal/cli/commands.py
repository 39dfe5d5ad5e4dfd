"""Start, stop, look at and disturb the rehearsal. What a command needs is imported when it runs."""

import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rehearsal.cli import cluster
from rehearsal.cli.errors import sentences
from rehearsal.machine.own_command import advice, remember, typed

if TYPE_CHECKING:
    from rehearsal.core.faults import Fault
    from rehearsal.core.store import Store
    from rehearsal.daemon.places import Places
    from rehearsal.daemon.status import Status

app = typer.Typer(
    name="rehearsal",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Azure on this machine, for the ordinary commands.",
)

app.add_typer(cluster.app, name="cluster")

RuntimeOption = Annotated[
    str,
    typer.Option(envvar="SLIPWAY_RUNTIME", help="What containers run as: process or docker."),
]
AzureTimesOption = Annotated[
    bool,
    typer.Option(
        "--azure-times",
        help="Let roles, identities and resource providers take their time, and deleted log workspaces come back.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def called(context: typer.Context) -> None:
    """Azure on this machine, for the ordinary commands."""
    remember(context.command_path)


@app.command("start")
def start(
    runtime: RuntimeOption = "process",
    fresh: Annotated[
        bool, typer.Option(help="Put the old state aside and start with an empty one.")
    ] = False,
    azure_times: AzureTimesOption = False,
) -> None:
    """Start the rehearsal in the background; one that is already running stays as it is."""
    from rehearsal.daemon import control

    with sentences():
        places = _places()
        already = _running(places)
        status = control.start(places, runtime, fresh=fresh, azure_times=azure_times)
    word = "is already running" if already else "started"
    typer.echo(f"The rehearsal {word} (process {status.pid}, runtime {status.runtime}).")
    typer.echo(f'To use it in a shell: eval "$({typed("env")})"')


@app.command("serve")
def serve(
    state: Annotated[Path | None, typer.Option(help="The folder of its state.")] = None,
    cache: Annotated[
        Path | None, typer.Option(help="The folder of what can be made again.")
    ] = None,
    runtime: RuntimeOption = "process",
    fresh: Annotated[
        bool, typer.Option(help="Put the old state aside and start with an empty one.")
    ] = False,
    azure_times: AzureTimesOption = False,
) -> None:
    """Run the rehearsal in the foreground until it is interrupted; its log goes to stderr."""
    from rehearsal.daemon.places import Places
    from rehearsal.daemon.serve import serve as run

    usual = _places()
    with sentences():
        places = Places(state or usual.state, cache or usual.cache)
        run(places, runtime, fresh=fresh, azure_times=azure_times)


@app.command("stop")
def stop(
    purge: Annotated[
        bool, typer.Option("--purge", help="Remove its state as well: resources, images, stacks.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a purge.")] = False,
) -> None:
    """Stop the rehearsal and the containers it runs."""
    from rehearsal.daemon import control

    with sentences():
        if purge and not yes:
            _ask_before_purge()
        ran = control.stop(_places(), purge=purge)
    typer.echo("The rehearsal stopped." if ran else "The rehearsal was not running.")
    if purge:
        typer.echo("Its state was removed.")


def _ask_before_purge() -> None:
    """Raises RehearsalError where nobody can be asked; ends the command when the answer is no."""
    from rehearsal.core.errors import RehearsalError

    state = _places().state
    if not state.is_dir():
        return
    if not sys.stdin.isatty():
        raise RehearsalError(
            f"A purge removes {state} with all resources, images and stacks of the rehearsal, and nobody can be asked "
            f"here: run {advice('stop --purge --yes')}."
        )
    typer.confirm(
        f"Remove {state} with all resources, images and stacks of the rehearsal?", abort=True
    )


@app.command("status")
def status(as_json: JsonOption = False) -> None:
    """Show whether the rehearsal runs and where its doors are. Exit code 1 when it does not run."""
    found = _running(_places())
    if not found:
        _say_if_unreadable()
    if as_json:
        typer.echo(json.dumps({"running": bool(found), **(asdict(found) if found else {})}))
    elif found:
        _show(found)
    else:
        typer.echo(f"not running: start it with {advice('start')}")
    if not found:
        raise typer.Exit(1)


@app.command("env")
def env(as_json: JsonOption = False) -> None:
    """Print the variables for a shell, to be evaluated there."""
    from rehearsal.daemon.environment import variables

    with sentences():
        places = _places()
        found = variables(places, _must_run(places))
    if as_json:
        typer.echo(json.dumps(found))
        return
    for name, value in found.items():
        typer.echo(f"export {name}={shlex.quote(value)}")


@app.command("list")
def list_resources(as_json: JsonOption = False) -> None:
    """List the ARM resources that exist."""
    with sentences(), _store() as store:
        resources = [
            {"id": resource.id.text, "type": resource.id.type, "state": resource.state}
            for resource in store.list()
        ]
    if as_json:
        typer.echo(json.dumps(resources, indent=2))
        return
    for resource in resources:
        typer.echo(f"{resource['state']:<10} {resource['id']}")


@app.command("hosts")
def hosts() -> None:
    """Print the public names of container groups as lines for /etc/hosts: addresses alone resolve by themselves."""
    with sentences(), _store() as store:
        found = [
            (address["ip"], f"{address['dnsNameLabel']}.{resource.location}.azurecontainer.io")
            for resource in store.list("Microsoft.ContainerInstance/containerGroups")
            if (address := resource.properties.get("ipAddress") or {}).get("dnsNameLabel")
        ]
    for ip, name in found:
        typer.echo(f"{ip} {name}")


@app.command("logs")
def logs(tail: Annotated[int, typer.Option(min=1, help="How many lines.")] = 100) -> None:
    """Print the rehearsal's own log. A container's log comes from Azure's API, as ever."""
    log = _places().log
    if log.exists():
        for line in log.read_text(errors="replace").splitlines()[-tail:]:
            typer.echo(line)


@app.command("fail")
def fail(
    resource_type: Annotated[str, typer.Argument(help="E.g. ContainerGroup.")],
    operation: Annotated[str, typer.Argument(help="create, update, read, delete or an action.")],
    times: Annotated[
        int,
        typer.Option(min=1, help="How often: azure-native asks four times after 429 and most 5xx."),
    ] = 1,
    code: Annotated[
        str, typer.Option(help="HTTP status of an error, or one of Azure's codes.")
    ] = "500",
    after: Annotated[bool, typer.Option(help="Do the work first, and fail all the same.")] = False,
) -> None:
    """Order a fault: the next such operations fail."""
    from rehearsal.cli import fault_orders
    from rehearsal.core.faults import Faults

    with sentences(), _store() as store:
        fault_orders.check(resource_type, operation, code, after=after)
        fault = Faults(store).order(
            resource_type, operation, times=times, code=code, moment="after" if after else "before"
        )
    typer.echo(_described(fault))


@app.command("faults")
def faults(clear: Annotated[bool, typer.Option(help="Forget them all.")] = False) -> None:
    """List the faults that are still to come."""
    from rehearsal.core.faults import Faults

    with sentences(), _store() as store:
        ordered = Faults(store)
        if clear:
            typer.echo(f"{ordered.clear()} faults forgotten")
            return
        for fault in ordered.list():
            typer.echo(_described(fault))


def _show(found: "Status") -> None:
    from rehearsal.doors.table import DOORS

    typer.echo(f"running: process {found.pid}, runtime {found.runtime}")
    for kind in DOORS:
        typer.echo(f"{kind.title:<13} {kind.address.format(port=found.doors.get(kind.name, 0))}")
    if found.runtime == "process":
        typer.echo(f"{'Containers':<13} {_boundary()}")


def _boundary() -> str:
    from rehearsal.machine import landlock

    if version := landlock.abi():
        return f"confined to their own files and processes (Landlock, ABI {version})"
    return (
        "not confined: this kernel has no Landlock, so they see your files and processes; run only code that you "
        "trust, or use --runtime docker"
    )


def _described(fault: "Fault") -> str:
    return (
        f"fault {fault.number}: {fault.operation} of {fault.type} fails {fault.moment} it is done, "
        f"{fault.times} times, with {fault.status} {fault.code}"
    )


def _places() -> "Places":
    from rehearsal.daemon.places import Places

    return Places.of_this_user()


def _running(places: "Places") -> "Status | None":
    from rehearsal.daemon.status import running

    return running(places.status)


def _say_if_unreadable() -> None:
    """A rehearsal that runs and cannot be talked to is no rehearsal that does not run."""
    from rehearsal.core.errors import RehearsalError
    from rehearsal.daemon.status import unreadable

    if words := unreadable(_places()):
        with sentences():
            raise RehearsalError(words)


def _must_run(places: "Places") -> "Status":
    from rehearsal.core.errors import RehearsalError

    found = _running(places)
    if found is None:
        _say_if_unreadable()
        raise RehearsalError(f"The rehearsal is not running: start it with {advice('start')}.")
    return found


@contextmanager
def _store() -> "Iterator[Store]":
    """The rehearsal's state, which several processes may open."""
    from rehearsal.core.store import Store

    store = Store(_places().state, attach=True)
    try:
        yield store
    finally:
        store.close()
