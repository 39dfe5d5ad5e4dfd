"""`python -m imagebuild lock CONDA_FILE`: writes the lock that is committed beside a conda file."""

import argparse
import sys
from pathlib import Path

from imagebuild import conda, lock
from imagebuild.errors import BuildInputError


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m imagebuild")
    command = parser.add_subparsers(required=True).add_parser("lock")
    command.add_argument("conda_file", type=Path)
    try:
        print(lock.commit(conda.read(parser.parse_args().conda_file), lock.SCRIPT_EXTRAS))
    except BuildInputError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
