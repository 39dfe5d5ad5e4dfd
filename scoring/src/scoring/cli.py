"""The command line. A sub-command's module is imported only when it is asked for."""

from __future__ import annotations

import argparse
import importlib
import sys

from scoring import __version__
from scoring.errors import ScoringError

#: Name to module; each has HELP, add_arguments(parser), run(args) -> exit code.
COMMANDS = {
    "serve": "scoring.commands.serve",
    "check": "scoring.commands.check",
    "bench": "scoring.commands.bench",
    "batch": "scoring.commands.batch",
}


def main(arguments: list[str] | None = None) -> int:
    args = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(
        prog="python -m scoring", description="Serve trained models over HTTP and gRPC."
    )
    parser.add_argument("--version", action="version", version=f"scoring {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, module_name in COMMANDS.items():
        if args[:1] == [name] or not args or args[0].startswith("-"):
            module = importlib.import_module(module_name)
            module.add_arguments(commands.add_parser(name, help=module.HELP))
        else:
            commands.add_parser(name)
    parsed = parser.parse_args(args)
    try:
        return int(importlib.import_module(COMMANDS[parsed.command]).run(parsed))
    except ScoringError as error:
        print(f"scoring: {error}", file=sys.stderr)
        return error.exit_code
