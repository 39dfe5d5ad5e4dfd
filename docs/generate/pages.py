"""The pages, and what each should hold."""

from collections.abc import Callable, Mapping
from pathlib import Path

from docs.generate import cli, decisions, layout

PAGES: Mapping[Path, Callable[[], str]] = {
    cli.PATH: cli.text,
    decisions.PATH: decisions.text,
    layout.PATH: layout.text,
}
