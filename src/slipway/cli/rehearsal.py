"""`slipway rehearsal`: Azure on this machine, started, stopped, looked at and told to fail."""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from slipway.cli.errors import CommandError, sentences

if TYPE_CHECKING:
    from rehearsal.core.store import Store
    from rehearsal.daemon.places import Places
    from rehearsal.daemon.status import Status

app = typer.Typer(no_args_is_help=True, help="Azure on this machine, for the ordinary commands.")

RuntimeOption = Annotated[
    str,
    typer.Option(envvar="SLIPWAY_RUNTIME", help="What containers run as: process or docker."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("start")
def start(
    runtime: RuntimeOption = "process",
    fresh: Annotated[bool, typer.Option(help="Put the old state aside and begin anew.")] = False,
) -> None:
    """Start the rehearsal in the background; one that runs already stays as it is."""
    from rehearsal.daemon import control

    with _refusals():
        places = _places()
        already = _running(places)
        status = control.start(places, runtime, fresh=fresh)
    word = "runs already" if already else "started"
    typer.echo(f"The rehearsal {word} (process {status.pid}, runtime {status.runtime}).")
    typer.echo('Talk to it by: eval "$(slipway rehearsal env)"')


@app.command("stop")
def stop(
    purge: Annotated[bool, typer.Option(help="Remove its state as well.")] = False,
) -> None:
    """Stop the rehearsal and the containers it runs."""
    from rehearsal.daemon import control

    with _refusals():
        ran = control.stop(_places(), purge=purge)
    typer.echo("The rehearsal stopped." if ran else "The rehearsal was not running.")
    if purge:
        typer.echo("Its state was removed.")


@app.command("status")
def status(as_json: JsonOption = False) -> None:
    """Whether the rehearsal runs, and where its doors are. Exit code 1 when it does not."""
    found = _running(_places())
    if as_json:
        typer.echo(json.dumps({"running": bool(found), **(asdict(found) if found else {})}))
    elif found:
        typer.echo(f"running: process {found.pid}, runtime {found.runtime}")
        typer.echo(f"ARM           https://localhost:{found.arm}")
        typer.echo(f"azure-native  127.0.0.1:{found.azure_native}")
        typer.echo(f"docker-build  127.0.0.1:{found.docker_build}")
    else:
        typer.echo("not running: start it by `slipway rehearsal start`")
    if not found:
        raise typer.Exit(1)


@app.command("env")
def env(as_json: JsonOption = False) -> None:
    """Print the variables for a shell: eval "$(slipway rehearsal env)"."""
    from rehearsal.daemon.environment import variables

    with _refusals():
        places = _places()
        found = variables(places, _must_run(places))
    if as_json:
        typer.echo(json.dumps(found))
        return
    for name, value in found.items():
        typer.echo(f"export {name}={shlex.quote(value)}")


@app.command("list")
def list_resources(as_json: JsonOption = False) -> None:
    """The ARM resources that exist."""
    with _refusals(), _store() as store:
        resources = [
            {"id": resource.id.text, "type": resource.id.type, "state": resource.state}
            for resource in store.list()
        ]
    if as_json:
        typer.echo(json.dumps(resources, indent=2))
        return
    for resource in resources:
        typer.echo(f"{resource['state']:<10} {resource['id']}")


@app.command("logs")
def logs(tail: Annotated[int, typer.Option(min=1, help="How many lines.")] = 100) -> None:
    """The rehearsal's own log (a container's log: `slipway services logs`)."""
    log = _places().log
    if log.exists():
        for line in log.read_text(errors="replace").splitlines()[-tail:]:
            typer.echo(line)


@app.command("fail")
def fail(
    resource_type: Annotated[str, typer.Argument(help="E.g. ContainerGroup.")],
    operation: Annotated[str, typer.Argument(help="create, update, read, delete or an action.")],
    times: Annotated[int, typer.Option(min=1, help="How often.")] = 1,
    code: Annotated[str, typer.Option(help="HTTP status, or one of Azure's codes.")] = "500",
    after: Annotated[bool, typer.Option(help="Do the work first, and fail all the same.")] = False,
) -> None:
    """Order a fault: the next such operations fail."""
    from rehearsal.core.faults import Faults

    with _refusals(), _store() as store:
        fault = Faults(store).order(
            resource_type, operation, times=times, code=code, moment="after" if after else "before"
        )
    typer.echo(
        f"fault {fault.number}: {fault.operation} of {fault.type} answers {fault.status} {fault.code}, "
        f"{fault.times} times"
    )


@app.command("faults")
def faults(clear: Annotated[bool, typer.Option(help="Forget them all.")] = False) -> None:
    """The faults that are still to come."""
    from rehearsal.core.faults import Faults

    with _refusals(), _store() as store:
        ordered = Faults(store)
        if clear:
            typer.echo(f"{ordered.clear()} faults forgotten")
            return
        for fault in ordered.list():
            typer.echo(
                f"{fault.number}: {fault.operation} of {fault.type} {fault.moment}: {fault.status} "
                f"{fault.code}, {fault.times} times"
            )


def _places() -> "Places":
    from rehearsal.daemon.places import Places

    return Places.of_this_user()


def _running(places: "Places") -> "Status | None":
    from rehearsal.daemon.status import running

    return running(places.status)


def _must_run(places: "Places") -> "Status":
    found = _running(places)
    if found is None:
        raise CommandError("the rehearsal is not running; start it by `slipway rehearsal start`")
    return found


@contextmanager
def _store() -> "Iterator[Store]":
    """The rehearsal's state, which several processes may open."""
    from rehearsal.core.store import Store

    places = _places()
    if not places.state.is_dir():
        raise CommandError("there is no rehearsal here; start one by `slipway rehearsal start`")
    store = Store(places.state, attach=True)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _refusals() -> Iterator[None]:
    from rehearsal.core.errors import RehearsalError

    with sentences(RehearsalError):
        yield
