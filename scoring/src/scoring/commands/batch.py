"""`python -m scoring batch IN OUT`."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scoring.errors import ScoringError

if TYPE_CHECKING:
    from scoring.batch.job import Report
    from scoring.service import Service

HELP = "score the rows of a file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "given", metavar="IN", type=Path, help=".csv (with a header), .jsonl or .parquet"
    )
    parser.add_argument("out", metavar="OUT", type=Path, help=".csv, .jsonl or .parquet")
    parser.add_argument(
        "--source", type=Path, help="directory with score.py and models, or just models"
    )
    parser.add_argument(
        "--model", help="NAME or NAME:VERSION, where the directory holds several models"
    )
    parser.add_argument(
        "--records",
        action="store_true",
        default=None,
        help="give rows as objects by column name, not as lists",
    )
    parser.add_argument(
        "--chunk-rows", type=int, default=5000, help="rows for one call (default 5000)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace OUT if it exists")
    parser.add_argument(
        "--trust-pickle",
        action="store_true",
        default=None,
        help="load pickles whatever their sha256",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")


def run(args: argparse.Namespace) -> int:
    """1 when not one row could be scored. Killed at any time, the same command goes on where it was."""
    from scoring.server import collector

    collector.pause()
    from scoring.batch import job, output, parts, rows

    started = time.monotonic()
    if not 1 <= args.chunk_rows <= 10**6:
        raise ScoringError(f"--chunk-rows is {args.chunk_rows}; it must be from 1 to 1000000")
    output.check(args.out)
    rows.kind_of(args.given, "IN")
    if job.finished_before(args.out, overwrite=args.overwrite):
        parts.remove(args.out)
        print(f"{args.out} was complete already", file=sys.stderr)
        return 0
    service = _service(args)
    collector.settle()
    collector.look_seldom()
    report = _score(args, service)
    _tell(args, report, time.monotonic() - started)
    return 1 if report.rows and report.errors == report.rows else 0


def _service(args: argparse.Namespace) -> Service:
    from scoring import assembly, settings
    from scoring.azureml import script_environment

    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    given = {"source": args.source, "trust_pickle": args.trust_pickle}
    chosen = settings.read(os.environ, given)
    script_environment.prepare(chosen)
    return assembly.load(chosen)


def _score(args: argparse.Namespace, service: Service) -> Report:
    from scoring.batch import job, model_call, rows
    from scoring.batch.parts import Parts

    call = model_call.call_of(service, args.model)
    records = (
        model_call.wants_records(service, args.model) if args.records is None else args.records
    )
    given = rows.open_rows(args.given, records=records)
    variant = f"model={args.model} records={records}"
    print_of = job.fingerprint(args.given, service.settings.source, args.chunk_rows, variant)
    try:
        return job.run(given, call, args.out, Parts(args.out, print_of), args.chunk_rows)
    finally:
        given.close()


def _tell(args: argparse.Namespace, report: Report, seconds: float) -> None:
    rate = (report.rows - report.resumed) / seconds if seconds else 0.0
    if args.json:
        found = {
            "rows": report.rows,
            "errors": report.errors,
            "resumed": report.resumed,
            "seconds": round(seconds, 3),
            "rows_per_second": round(rate, 1),
        }
        print(json.dumps(found))
        return
    resumed = f", {report.resumed:,} of them by an earlier run" if report.resumed else ""
    print(
        f"{args.out}: {report.rows:,} rows{resumed}; {report.errors:,} with errors; "
        f"{seconds:.1f} s, {rate:,.0f} rows/s",
        file=sys.stderr,
    )
