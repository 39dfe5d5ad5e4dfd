"""Where fuzzing keeps its files."""

import os
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[2] / "tests" / "fuzz"
#: Where each target begins, one folder for each; written by people and kept small.
CORPUS = _TESTS / "corpus"
#: Inputs that broke a promise once, one folder for each target; tests replay them.
CRASHES = _TESTS / "crashes"


def grown(target: str) -> Path:
    """What earlier runs found interesting on this machine: `$XDG_CACHE_HOME/slipway/fuzz/<target>`."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "slipway" / "fuzz" / target


def kept(target: str) -> list[Path]:
    """Seeds and former crashes of a target."""
    return sorted(
        file for root in (CORPUS, CRASHES) for file in (root / target).glob("*") if file.is_file()
    )
