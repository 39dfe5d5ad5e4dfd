"""An image that moves to a registry of its own, through a kill, and runs there by its number."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.harness import consistency

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

SLIPWAY = Path(sys.executable).with_name("slipway")
BUILD = "docker-build:index:Image"
_ENOUGH_BYTES = 1 << 20


def test_an_image_copied_through_a_kill_runs_elsewhere_by_its_number(stacks, rehearsal):
    first, other = stacks("rehearsal"), stacks("prod")
    numbers = first.use_model(alpha=0.1)
    # One stack builds, and runs nothing; the other has a workspace of its own, and nothing in it yet.
    first.configure("slipway:services", None)
    first.engine.up().check()
    registries = set(folders(rehearsal))
    service = {"target": "aci", "image": "diabetes-image:1"}
    other.configure("slipway:workspace", {"name": "elsewhere"})
    other.configure("slipway:services", None)
    other.engine.up().check()
    (target,) = set(folders(rehearsal)) - registries

    source, place = (each.output("workspace.loginServer") for each in (first, other))
    copy = ("images", "copy", "diabetes-image:1", "--from", source, "--to", place)
    killed_while_it_sends(copy, first.engine.env, target)
    arrived = blobs(target)
    assert arrived
    # What is half there has no number that anybody could see.
    assert other.listed("images") == []

    before = len(rehearsal.requests())
    done = first.slipway(*copy)
    assert done.returncode == 0, done.stderr
    (there,) = other.listed("images")
    (here,) = first.listed("images")
    assert (there["id"], there["digest"]) == (here["id"], here["digest"])
    assert digests(other.listed("models")) == digests(first.listed("models"))
    # What had arrived was not sent again, but for what a note consists of.
    assert blobs(target) > arrived
    missing = sum((blobs(target) - arrived).values())
    assert sent(rehearsal.requests()[before:]) < missing + 1024
    shown = first.slipway("images", "show", "diabetes-image:1", "--registry", place, "--json")
    assert json.loads(shown.stdout)["copied_from"] == here["ref"]

    # Services alone, in the other stack's own workspace.
    other.configure("slipway:services", {"diabetes": service})
    deployed = other.engine.up().check()
    assert deployed.ops(BUILD) == []
    assert other.score() == pytest.approx(numbers)
    assert other.output("services.diabetes.imageRef") == there["ref"]
    assert there["ref"].startswith(place)
    for stack in (other, first):
        stack.engine.destroy().check()
    assert consistency.nothing(first) == []


def killed_while_it_sends(command, env, target):
    """SIGKILL, when it has brought something whole and is sending more."""
    running = subprocess.Popen(
        [SLIPWAY, *command], env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 60
        while not (blobs(target) and received(target) > _ENOUGH_BYTES):
            assert running.poll() is None, "it was over before it could be killed"
            assert time.monotonic() < deadline, "it sent nothing"
            time.sleep(0.005)
    finally:
        running.kill()
    assert running.wait() == -signal.SIGKILL


def folders(rehearsal):
    return list((rehearsal.state / "registries").iterdir())


def blobs(folder):
    """Names and bytes of what is whole."""
    return Counter({one.name: one.stat().st_size for one in folder.glob("blobs/sha256/*/*")})


def received(folder):
    """Bytes of what is not."""
    total = 0
    for one in folder.glob("uploads/*"):
        try:
            total += one.stat().st_size
        except FileNotFoundError:
            continue
    return total


def sent(requests):
    """Bytes of blobs that were received."""
    return sum(one["received"] for one in requests if "/blobs/" in one["path"])


def digests(listed):
    return [(one["id"], one["digest"]) for one in listed]
