"""The last line of CI is one that pytest could have printed, over all runs."""

import subprocess
from pathlib import Path

import pytest

CI = Path(__file__).resolve().parents[2] / ".ci"


@pytest.mark.parametrize(
    ("printed", "total", "code"),
    [
        (
            "==== 900 passed, 12 skipped, 1 warning in 200.31s (0:03:20) ====\n"
            "700 passed, 3 skipped, 40 deselected in 61.02s (0:01:01)\n",
            "1600 passed, 15 skipped, 40 deselected, 1 warning",
            0,
        ),
        (
            "\x1b[31m== \x1b[1m1 failed\x1b[0m, \x1b[32m3 passed\x1b[0m in 5.10s ==\x1b[0m\n"
            "==== 5 passed, 2 errors in 1.00s ====\n"
            "1 failed in 0s: make demo\n",
            "2 failed, 8 passed, 2 errors",
            1,
        ),
        ("make: *** [Makefile:90: test] Error 2\n", "no tests ran", 1),
        ("the log says: 3 passed the check\n==== 2 passed in 0.10s ====\n", "2 passed", 0),
    ],
    ids=["all well", "failures", "nothing ran", "other lines"],
)
def test_the_runs_are_added_up(printed, total, code):
    command = ["awk", "-v", "seconds=700", "-f", CI / "total.awk"]
    done = subprocess.run(command, input=printed, capture_output=True, text=True, check=False)
    assert done.stdout == f"==== {total} in 700.00s (0:11:40) ====\n"
    assert done.returncode == code
