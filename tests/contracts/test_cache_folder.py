"""One cache folder, wherever it is computed: `$XDG_CACHE_HOME/slipway`."""

import subprocess
from pathlib import Path

import pytest

from rehearsal.daemon.places import Places
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
    printed = subprocess.run(
        ["make", "--silent", "--eval", "print-cache: ; @echo $(CACHE)", "print-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == str(expected)
