"""`rehearsal cluster`: the Kubernetes that managed clusters are."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rehearsal.cli.errors import sentences
from rehearsal.machine.own_command import advice

if TYPE_CHECKING:
    from rehearsal.cluster.node import Node
    from rehearsal.cluster.places import ClusterPlaces

app = typer.Typer(no_args_is_help=True, help="The Kubernetes that managed clusters are.")


@app.command("start")
def start(
    kubeconfig: Annotated[
        Path | None,
        typer.Option(help="Use a cluster of yours instead; needs --context."),
    ] = None,
    context: Annotated[str | None, typer.Option(help="Name of its context in the file.")] = None,
) -> None:
    """Start a Kubernetes of one node on this machine, as root; the first time its programs are built."""
    from rehearsal.cluster import own
    from rehearsal.cluster import start as starting

    began = time.monotonic()
    with sentences():
        places = _places()
        if kubeconfig is not None or context is not None:
            node = own.use(places, kubeconfig, context)
        else:
            node = starting.start(places)
    typer.echo(f"{_described(node)} is ready after {time.monotonic() - began:.1f} s.")
    typer.echo(
        f"To look into it: kubectl --kubeconfig {node.kubeconfig} --context {node.context} get nodes"
    )


@app.command("build")
def build() -> None:
    """Build its programs into the cache, where they are missing, and start nothing."""
    from rehearsal.cluster import binaries
    from rehearsal.machine import private_folder

    with sentences():
        places = _places()
        private_folder.make(places.cache)
        folder = binaries.ensure(places.cache)
    typer.echo(f"Kubernetes {binaries.version()}: {folder}")


@app.command("stop")
def stop() -> None:
    """Stop it and whatever runs in it; a cluster of yours is only forgotten."""
    from rehearsal.cluster import node
    from rehearsal.cluster import stop as stopping

    with sentences():
        places = _places()
        found = node.known(places)
        stopped = stopping.stop(places)
    if found and not found.own:
        typer.echo(f"{_described(found)} is no longer used; it was left as it is.")
    else:
        typer.echo("The node stopped." if stopped else "No Kubernetes was running.")


@app.command("status")
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show which Kubernetes is used. Exit code 1 when there is none."""
    from rehearsal.cluster import node

    found = node.known(_places())
    runs = found is not None and not found.missing
    if as_json:
        typer.echo(json.dumps({"running": runs, **(_shown(found) if found else {})}))
    elif found is None:
        typer.echo(f"none: start one with {advice('cluster start')}")
    elif found.missing:
        typer.echo(
            f"{_described(found)} lacks {', '.join(found.missing)}: run {advice('cluster start')} again"
        )
    else:
        typer.echo(f"{_described(found)}\nkubeconfig: {found.kubeconfig} (context {found.context})")
    if not runs:
        raise typer.Exit(1)


def _places() -> "ClusterPlaces":
    from rehearsal.cluster.places import ClusterPlaces
    from rehearsal.daemon.places import Places

    user = Places.of_this_user()
    return ClusterPlaces(user.cluster, user.cache)


def _described(node: "Node") -> str:
    which = "of one node on this machine" if node.own else f"of yours ({node.context})"
    return f"Kubernetes {node.version} {which}"


def _shown(node: "Node") -> dict[str, object]:
    return {
        "version": node.version,
        "kubeconfig": str(node.kubeconfig),
        "context": node.context,
        "own": node.own,
        "missing": list(node.missing),
    }
