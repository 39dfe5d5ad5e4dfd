"""`slipway services replicas`: how many replicas a load needs."""

from typing import Annotated

import typer

from slipway.cli.errors import CommandError, sentences
from slipway.cli.printing import JsonOption, show_json
from slipway.rules.sizing import Load


def replicas(
    requests_per_second: Annotated[
        float, typer.Option("--rps", help="Requests a second at the busiest time.")
    ],
    latency_ms: Annotated[
        float,
        typer.Option(
            "--latency-ms", help="Milliseconds that one request is computed, without any wait."
        ),
    ],
    utilization: Annotated[
        float, typer.Option(help="Per cent of the time that a replica is to be busy.")
    ] = 70,
    concurrency: Annotated[
        int, typer.Option(help="Requests that a replica computes at the same time.")
    ] = 1,
    as_json: JsonOption = False,
) -> None:
    """How many replicas a load needs, with the arithmetic; asks nobody."""
    load = Load(
        requests_per_second=requests_per_second,
        latency_ms=latency_ms,
        utilization=utilization,
        concurrent_requests=concurrency,
    )
    with sentences():
        if problems := "; ".join(load.problems()):
            raise CommandError(problems)
    if as_json:
        show_json({"replicas": load.replicas, "busy": load.busy})
    else:
        typer.echo(load.told())
