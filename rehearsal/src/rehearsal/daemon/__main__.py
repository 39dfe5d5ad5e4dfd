"""`python -m rehearsal.daemon`: what `start` puts into the background.

`slipway-rehearsal serve` is the same for people; Typer, which that needs, takes a second to import.
"""

import argparse
import sys
from pathlib import Path

from rehearsal.core.errors import RehearsalError
from rehearsal.daemon.places import Places
from rehearsal.daemon.serve import serve


def main() -> int:
    """Serve until SIGTERM; a refusal is the last line on stderr."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.daemon")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--runtime", required=True)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--azure-times", action="store_true")
    given = parser.parse_args()
    try:
        serve(
            Places(given.state, given.cache),
            given.runtime,
            fresh=given.fresh,
            azure_times=given.azure_times,
        )
    except RehearsalError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
