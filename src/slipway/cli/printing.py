"""How commands print: tables for people, `--json` for machines."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.table import Table

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Row = Mapping[str, Any]

# Wide enough for any row: what is read by another program is neither wrapped nor cut.
_PIPED_WIDTH = 10**5
_GAP = 2
# What may go over several lines, at spaces, and how narrow it may become for that.
_WRAPPED = frozenset({"description", "models", "tags", "properties", " "})
_NARROWEST = 16
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?(?:Z|\+00:00)")
_DIGEST = re.compile(r"sha256:([0-9a-f]{12})[0-9a-f]{52}")


def in_a_terminal() -> bool:
    """Whether somebody reads along: otherwise nothing is shortened for a screen."""
    return sys.stdout.isatty()


def show(rows: Sequence[Row], columns: Sequence[str], *, as_json: bool) -> None:
    """Rows as JSON, or the given columns as a table.

    In a terminal, times are shown to the minute and digests by their first digits, and the last columns are left
    out where they do not fit; elsewhere each row is one line with everything in it.
    """
    if as_json:
        show_json(list(rows))
        return
    from rich.console import Console

    terminal = in_a_terminal()
    console = Console() if terminal else Console(width=_PIPED_WIDTH)
    cells = [{each: _cell(row.get(each), short=terminal) for each in columns} for row in rows]
    shown = _fitting(columns, cells, console.width)
    console.print(_table(shown, cells), soft_wrap=not terminal)
    if left_out := [each for each in columns if each not in shown]:
        typer.echo(f"Not shown for lack of width: {', '.join(left_out)} (--json has all)", err=True)


def show_one(row: Row, *, as_json: bool) -> None:
    """One thing as an object, or what is known of it as a table."""
    if as_json:
        show_json(row)
        return
    from rich.console import Console

    console = Console() if in_a_terminal() else Console(width=_PIPED_WIDTH)
    cells = [{"": key, " ": _cell(value, short=False)} for key, value in row.items() if value]
    console.print(_table(("", " "), cells, header=False))


def file_size(size: int) -> str:
    """`812 B`, `1.2 MB`: as tables show it; JSON has the bytes."""
    from rich.filesize import decimal

    return decimal(size)


def show_json(value: Any) -> None:
    """Any value as JSON."""
    typer.echo(json.dumps(value, indent=2))


def _table(columns: Sequence[str], cells: Sequence[Row], *, header: bool = True) -> "Table":
    from rich.table import Column, Table
    from rich.text import Text

    table = Table(
        *(Column(each, no_wrap=each not in _WRAPPED, overflow="fold") for each in columns),
        box=None,
        pad_edge=False,
        padding=(0, _GAP, 0, 0),
        show_header=header,
    )
    for row in cells:
        # As text: brackets in a description are no markup.
        table.add_row(*(Text(row[each]) for each in columns))
    return table


def _fitting(columns: Sequence[str], cells: Sequence[Row], width: int) -> Sequence[str]:
    """As many of the first columns as fit, and the first in any case."""
    needed = 0
    for number, column in enumerate(columns):
        widest = max((len(row[column]) for row in cells), default=0)
        least = min(widest, _NARROWEST) if column in _WRAPPED else widest
        needed += max(least, len(column)) + (_GAP if number else 0)
        if number and needed > width:
            return columns[:number]
    return columns


def _cell(value: Any, *, short: bool) -> str:
    text = _text(value)
    if not short:
        return text
    return _DIGEST.sub(r"\1", _TIME.sub(r"\1 \2", text))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={item}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
