"""How commands print: tables for people, `--json` for machines."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Row = Mapping[str, Any]


def show(rows: Sequence[Row], columns: Sequence[str], *, as_json: bool) -> None:
    """Rows as JSON, or the given columns as a table."""
    if as_json:
        show_json(list(rows))
        return
    from rich.console import Console
    from rich.table import Column, Table

    first, *others = columns
    table = Table(Column(first, no_wrap=True), *(Column(each, overflow="fold") for each in others))
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    Console().print(table)


def show_one(row: Row, *, as_json: bool) -> None:
    """One thing as an object, or what is known of it as a table."""
    if as_json:
        show_json(row)
        return
    show([{"": key, " ": value} for key, value in row.items() if value], ("", " "), as_json=False)


def show_json(value: Any) -> None:
    """Any value as JSON."""
    typer.echo(json.dumps(value, indent=2))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={item}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
