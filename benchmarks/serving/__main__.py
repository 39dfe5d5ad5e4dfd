"""`make bench-serving`: measures, keeps the raw data, writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import signal
import sys

from benchmarks.serving import report, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="per server, round and number of connections"
    )
    parser.add_argument("--connections", default="1,8,32,128")
    parser.add_argument("--only", help="servers whose name contains this, comma-separated")
    parser.add_argument(
        "--no-document", action="store_true", help="only raw data and the table on the screen"
    )
    parser.add_argument("--report", metavar="RAW", help="write the document again from raw data")
    args = parser.parse_args()
    # As Ctrl-C does: the servers are ended before we are.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if args.report:
        raw = report.read(args.report)
    else:
        connections = [int(number) for number in args.connections.split(",")]
        only = [part.strip().lower() for part in args.only.split(",")] if args.only else []
        raw = run.run(args.rounds, args.seconds, connections, only)
    print(report.table(raw))
    if not args.no_document:
        report.write(raw)
    return 0


if __name__ == "__main__":
    sys.exit(main())
