"""How commands are told which stack is meant."""

from pathlib import Path
from typing import Annotated

import typer

from slipway.project.stack import Stack as Stack

StackOption = Annotated[
    str | None, typer.Option("--stack", "-s", help="Stack; the selected one if omitted.")
]
CwdOption = Annotated[Path, typer.Option(help="The project's folder.")]
