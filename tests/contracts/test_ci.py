"""The last line of CI is one that pytest could have printed, over all runs; and Debian's own Python is among them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / ".ci"
SYSTEM_PYTHON = "/usr/bin/python3"


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


def is_new_enough(python):
    asked = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    return Path(python).exists() and not subprocess.run(asked, check=False).returncode


needs_debians_python = pytest.mark.skipif(
    not is_new_enough(SYSTEM_PYTHON), reason=f"no {SYSTEM_PYTHON} of 3.11 or newer here"
)


def test_a_job_of_the_workflow_is_a_newcomer_on_debian():
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    (job,) = (job for job in jobs.values() if job.get("container") == "debian:12")
    steps = [step["run"] for step in job["steps"] if "run" in step]
    made = [step.split()[-1] for step in steps if step.startswith(f"make PYTHON={SYSTEM_PYTHON} ")]
    assert made == ["fast", "demo", "demo-down"]


@pytest.fixture
def ci_with_stand_ins(tmp_path):
    """Runs .ci/run in a checkout of its own where `make` only says what it was asked for."""
    checkout, programs = tmp_path / "checkout", tmp_path / "bin"
    shutil.copytree(CI, checkout / ".ci")
    programs.mkdir()
    for name, does in {
        "make": 'echo "asked: $*"; echo "1 passed in 1.00s"',
        "git": 'mkdir -p "${@: -1}"',
        "id": "echo 1000",
    }.items():
        (programs / name).write_text(f"#!/bin/bash\n{does}\n")
        (programs / name).chmod(0o755)

    def run(python):
        (checkout / ".venv/bin").mkdir(parents=True)
        (checkout / ".venv/bin/python").symlink_to(python)
        done = subprocess.run(
            [checkout / ".ci/run"],
            env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=True,
        )
        asked = [line.split() for line in done.stdout.splitlines() if line.startswith("asked: ")]
        return asked, done.stdout.splitlines()[-1]

    return run


@needs_debians_python
def test_ci_has_a_second_stage_under_the_systems_python(ci_with_stand_ins, tmp_path):
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\necho /somewhere/else\n")
    other.chmod(0o755)
    (first, *second), total = ci_with_stand_ins(other)
    assert first == ["asked:", "test"]
    assert [words[-1] for words in second] == ["fast", "demo", "demo-down"]
    assert all(f"PYTHON={SYSTEM_PYTHON}" in words for words in second)
    assert total.startswith("==== 4 passed in ")


@needs_debians_python
def test_ci_does_not_run_all_twice_with_one_python(ci_with_stand_ins):
    asked, total = ci_with_stand_ins(SYSTEM_PYTHON)
    assert asked == [["asked:", "test"]]
    assert total.startswith("==== 1 passed in ")
