"""One cache folder, wherever it is computed: `$XDG_CACHE_HOME/slipway`."""

import subprocess
from pathlib import Path

import pytest

from rehearsal.daemon.places import Places
from scoring_fuzz import places as fuzzer
from slipway import places
from tools import places as toolchain

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("base", ["/somewhere/else", ""])
def test_everybody_keeps_things_in_one_folder(base, monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("XDG_CACHE_HOME", base)
    # A make that runs these tests passes options on, such as one that prints the folder it is in.
    monkeypatch.delenv("MAKEFLAGS", raising=False)
    expected = Path(base or "/home/somebody/.cache") / "slipway"
    assert places.cache_root() == expected
    assert Places.of_this_user().cache == expected
    assert toolchain.cache().is_relative_to(expected)
    assert fuzzer.grown("http") == expected / "fuzz" / "http"
    printed = subprocess.run(
        ["make", "--silent", "--eval", "print-cache: ; @echo $(CACHE)", "print-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == str(expected)


# Distributions and tools that may import nothing of ours, each with one home; `slipway.places` for all others.
HOMES = {
    "src/slipway/places.py",
    "rehearsal/src/rehearsal/daemon/places.py",
    "scoring/fuzz/scoring_fuzz/places.py",
    "tools/places.py",
}
# The scoring runtime's tests, which may not import ours either: the same expression, word for word.
EXPRESSION = 'Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "slipway"'


def test_nobody_else_computes_it():
    listed = subprocess.run(
        ["git", "grep", "-l", 'environ.get("XDG_CACHE_HOME")', "--", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    others = set(listed.stdout.split()) - HOMES
    tests = {path for path in others if path.startswith("scoring/tests/")}
    assert all(EXPRESSION in (ROOT / path).read_text() for path in tests)
    harness = {"tests/harness/own_rehearsal.py", "tests/contracts/test_cache_folder.py"}
    assert others - tests - harness == set()
