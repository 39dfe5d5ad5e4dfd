"""`python -m rehearsal serve`: the rehearsal in the foreground."""

import argparse
import sys
from pathlib import Path

from rehearsal.core.errors import RehearsalError
from rehearsal.daemon.places import Places
from rehearsal.daemon.serve import serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m rehearsal")
    command = parser.add_subparsers(required=True).add_parser("serve")
    standard = Places.of_this_user()
    command.add_argument("--state", type=Path, default=standard.state)
    command.add_argument("--cache", type=Path, default=standard.cache)
    command.add_argument("--runtime", default="process")
    command.add_argument("--fresh", action="store_true")
    given = parser.parse_args()
    try:
        serve(Places(given.state, given.cache), given.runtime, fresh=given.fresh)
    except RehearsalError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
