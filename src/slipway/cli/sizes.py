"""`slipway sizes`: how many vCPU Azure's virtual machines have."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from slipway.cli.errors import fail, sentences
from slipway.cli.printing import JsonOption, show
from slipway.rules.vm_size_data import NotSkus, refreshed
from slipway.rules.vm_sizes import DATA, batches, is_accelerated, unknown, vcpus

app = typer.Typer(no_args_is_help=True, help="Sizes of virtual machines: show, refresh.")


@app.command("show")
def show_sizes(
    sizes: Annotated[list[str], typer.Argument(metavar="SIZE...", help="As Standard_D3_v2.")],
    as_json: JsonOption = False,
) -> None:
    """The vCPU of each size, as a cluster's capacity is counted."""
    counts = {size: vcpus(size) for size in sizes}
    for size, count in counts.items():
        if count is None:
            fail(f"{size}: {unknown(size)}")
    rows = [
        {"size": size, "vcpus": count, "accelerated": is_accelerated(size)}
        for size, count in counts.items()
    ]
    show(rows, ("size", "vcpus", "accelerated"), as_json=as_json)


@app.command("refresh")
def refresh(
    file: Annotated[
        Path | None, typer.Argument(help="Output of `az vm list-skus`; by default standard input.")
    ] = None,
    source: Annotated[
        str, typer.Option("--source", help="Where it is from, such as the region.")
    ] = "az vm list-skus",
    output: Annotated[
        Path, typer.Option("--output", help="File of the data.", show_default="Slipway's own")
    ] = DATA,
) -> None:
    """Bring the table of sizes up to date with what `az vm list-skus --resource-type virtualMachines` prints."""
    with sentences(NotSkus):
        printed = _read(file)
        known = batches(output) if output.exists() else batches()
        today = datetime.now(UTC).date().isoformat()
        found = refreshed(known, printed, source=source, date=today)
        _write(output, found.batches)
    regular = found.read - len(found.irregular)
    typer.echo(
        f"{output}: {found.read} sizes read on {today} from {source}; {regular} follow the naming rule, "
        f"{len(found.irregular)} are listed"
    )


def _read(file: Path | None) -> str:
    try:
        return sys.stdin.read() if file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotSkus(f"{file or 'standard input'} cannot be read ({error})") from None


def _write(path: Path, data: object) -> None:
    import json

    try:
        path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise NotSkus(
            f"{path} cannot be written ({error}); name another file by --output"
        ) from None
