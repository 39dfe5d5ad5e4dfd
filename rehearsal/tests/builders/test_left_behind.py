"""A RUN ends with its command: what that leaves in the background is killed, and what it printed is cut."""

import os
import subprocess
import sys

import psutil
import pytest

from rehearsal.builders.embedded import program
from rehearsal.builders.embedded.builder import EmbeddedBuilder
from rehearsal.builders.request import BuildError, BuildRequest

OURS = f"{sys.version_info.major}.{sys.version_info.minor}"
LEAVES = """\
import subprocess, sys
left = subprocess.Popen(["sleep", "600"], start_new_session=True)
print("left", left.pid, flush=True)
sys.exit(3)
"""
IMAGE = f"""\
FROM python:{OURS}-slim-bookworm
LABEL io.slipway.python={OURS}
WORKDIR /var/app
COPY app/ /var/app/
"""


def test_what_a_start_check_leaves_in_the_background_is_killed(registry, tmp_path):
    context = tmp_path / "context"
    (context / "app").mkdir(parents=True)
    (context / "app" / "leave.py").write_text(LEAVES)
    builder = EmbeddedBuilder(tmp_path / "cache", registry.ca)
    repository = f"{registry.host}/images/{tmp_path.name}"
    made = builder.build(
        BuildRequest(
            context=context,
            dockerfile=IMAGE,
            tags=[f"{repository}:1"],
            push=True,
            auth=registry.auth,
        )
    )
    check = f"FROM {repository}@{made.digest}\nRUN python /var/app/leave.py\n"
    with pytest.raises(BuildError, match="exit code 3") as failure:
        builder.build(
            BuildRequest(context=context, dockerfile=check, tags=[], push=False, auth=registry.auth)
        )
    left = int(str(failure.value).split()[-1])
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE


def test_the_end_of_the_program_counts_and_not_that_of_its_output():
    ended = program.run([sys.executable, "-c", LEAVES], os.environ, None, 30)
    left = int(ended.output.split()[-1])
    try:
        assert ended.exit_code == 3
        assert psutil.Process(left).status() != psutil.STATUS_ZOMBIE
    finally:
        os.kill(left, 9)


def test_of_the_output_the_last_lines_are_shown_and_each_is_cut():
    script = "for n in range(300): print(str(n) * 1000 if n % 2 else n)\nprint('x' * 10**6)\nprint('é' * 500)"
    shown = program.run([sys.executable, "-c", script], os.environ, None, 60).output.splitlines()
    assert len(shown) == 40
    assert shown[-1] == "é" * 500
    assert shown[-2] == "x" * 500 + " ..."
    assert shown[-4] == "298"


def test_a_program_that_closes_its_output_is_waited_for():
    script = "import os, time; print('last', flush=True); os.close(1); os.close(2); time.sleep(0.3); os._exit(4)"
    assert program.run([sys.executable, "-c", script], os.environ, None, 30) == program.Ended(
        4, "last"
    )


def test_a_program_that_does_not_end_is_killed():
    with pytest.raises(subprocess.TimeoutExpired):
        program.run([sys.executable, "-c", "import time; time.sleep(600)"], os.environ, None, 0.5)
