"""`python -m scoring bench URL`."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from scoring.errors import ScoringError

try:
    from uvloop import new_event_loop
except ImportError:  # not made for this platform
    from asyncio import new_event_loop  # type: ignore[assignment]  # the same function of another loop

HELP = "put load on a server and print its percentiles"
_LONGEST_SECONDS = 600.0
_MOST_CONNECTIONS = 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", help="for example http://127.0.0.1:5001/score")
    parser.add_argument("--connections", "-c", type=int, default=8, help="default 8")
    parser.add_argument(
        "--duration", "-d", type=float, default=10.0, help="seconds (default 10, at most 600)"
    )
    parser.add_argument(
        "--rate", type=float, help="requests per second (open loop); default: closed loop"
    )
    parser.add_argument("--data", help="JSON body, or @FILE; default: the server's own example")
    parser.add_argument("--header", "-H", action="append", default=[], help="'Name: value'")
    parser.add_argument(
        "--timeout", type=float, default=30.0, help="seconds for one answer (default 30)"
    )
    parser.add_argument("--allow-remote", action="store_true", help="allow another machine")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """1 when no request was answered with 2xx. The key is taken from SLIPWAY_KEY."""
    from scoring.load import loops, target

    _check(args)
    url = args.url if urlsplit(args.url).path.strip("/") else args.url.rstrip("/") + "/score"
    # Checked before anything is sent.
    aim = target.build(url, None, {}, allow_remote=args.allow_remote)
    body = target.body_of(args.data) or target.sample(url)
    aim = target.build(url, body, target.headers_of(args.header), allow_remote=args.allow_remote)
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            if args.rate:
                loop = loops.open_(aim, args.connections, args.duration, args.timeout, args.rate)
            else:
                loop = loops.closed(aim, args.connections, args.duration, args.timeout)
            measured = runner.run(loop)
    except OSError as error:
        raise ScoringError(f"{url} does not answer: {error.strerror or error}") from None
    document = {
        "url": url,
        "connections": args.connections,
        "rate": args.rate,
    } | measured.document()
    print(json.dumps(document) if args.json else _text(document))
    return 0 if document["ok"] else 1


def _check(args: argparse.Namespace) -> None:
    problems = []
    if not 0 < args.duration <= _LONGEST_SECONDS:
        problems.append(
            f"--duration is {args.duration:g}; it must be more than 0 and at most {_LONGEST_SECONDS:g}"
        )
    if not 1 <= args.connections <= _MOST_CONNECTIONS:
        problems.append(
            f"--connections is {args.connections}; it must be from 1 to {_MOST_CONNECTIONS}"
        )
    if args.rate is not None and not 0 < args.rate <= 1e6:
        problems.append(f"--rate is {args.rate:g}; it must be more than 0 and at most 1000000")
    if not 0 < args.timeout <= _LONGEST_SECONDS:
        problems.append(
            f"--timeout is {args.timeout:g}; it must be more than 0 and at most {_LONGEST_SECONDS:g}"
        )
    if problems:
        raise ScoringError("; ".join(problems))


def _text(found: dict[str, Any]) -> str:
    loop = f"open loop at {found['rate']:g} requests/s" if found["rate"] else "closed loop"
    lines = [
        f"{found['url']}  {found['connections']} connections, {loop}, {found['seconds']:g} s",
        f"  requests      {found['requests']}  ({found['requests_per_second']:,.1f} per second)",
        f"  statuses      {', '.join(f'{status}: {count}' for status, count in found['statuses'].items()) or 'none'}",
    ]
    if found["failures"] or found["unsent"]:
        kinds = found["failures"] | ({"unsent": found["unsent"]} if found["unsent"] else {})
        shown = ", ".join(f"{kind}: {count}" for kind, count in kinds.items())
        lines.append(f"  failures      {shown}")
    lines.append(f"  mean, max     {found['mean_ms']:.3f} ms, {found['max_ms']:.3f} ms")
    lines += [f"  {name:<6}        {value:.3f} ms" for name, value in found["latency_ms"].items()]
    return "\n".join(lines)
