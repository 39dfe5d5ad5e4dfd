"""docs/cli.md: every command of `slipway`, as the command line itself describes it."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import typer.main

from slipway.cli.main import app

PATH = Path(__file__).resolve().parents[1] / "cli.md"
_HEADING = re.compile(r"#+ `(slipway.*)`")
_SHORTENED = re.compile(r"\* `([\w-]+)`: .*\.\.\.")


def text() -> str:
    """The page as the file holds it: Typer's own, with the sentences that it cuts short in full."""
    sentences = dict(_sentences(typer.main.get_command(app), "slipway"))
    command, lines = "slipway", []
    for line in _typers_page().splitlines():
        if heading := _HEADING.fullmatch(line):
            command = heading[1]
        if shortened := _SHORTENED.fullmatch(line):
            line = f"* `{shortened[1]}`: {sentences[f'{command} {shortened[1]}']}"
        lines.append(line.rstrip())
    return "\n".join(lines).rstrip() + "\n"


def _typers_page() -> str:
    docs = ["utils", "docs", "--name", "slipway", "--title", "The `slipway` command"]
    done = subprocess.run(
        [sys.executable, "-m", "typer", "slipway.cli.main", *docs],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.replace("&#x27;", "'").replace("&quot;", '"')


def _sentences(command: object, name: str) -> Mapping[str, str]:
    """The first paragraph of each command's help, by its full name."""
    told = (getattr(command, "help", None) or "").split("\n\n")[0]
    found = {name: " ".join(told.split())}
    for word, inner in getattr(command, "commands", {}).items():
        found |= _sentences(inner, f"{name} {word}")
    return found
