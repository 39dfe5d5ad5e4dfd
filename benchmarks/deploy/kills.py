"""SIGKILLs of `pulumi` at random points, each followed by `slipway recover`, `pulumi up` and a look around.

    make kills                                   32 kills
    python -m benchmarks.deploy.kills --kills 4 --seed 7

A cycle is the life of a service: first up, update to another model, replacement, destroy. Each is
killed once, at a point drawn evenly over the time from its first step to its end, as last measured.
"""

import argparse
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.deploy.aftermath import Aftermath, recover
from benchmarks.deploy.measure import keep
from tests.harness import consistency, engines
from tests.harness.deployment import Deployment

FIRST_ALPHA, SECOND_ALPHA = 0.1, 5.0


@dataclass(frozen=True)
class Phase:
    """One part of a service's life: what to change, what to run."""

    name: str
    prepare: Callable[[Deployment], None]
    command: tuple[str, ...] = ("up", "--skip-preview")
    alpha: float = SECOND_ALPHA


@dataclass
class Kill(Aftermath):
    """One kill and what came after it."""

    number: int
    phase: str
    after: float
    """From the first step to the kill."""
    under_way: list[str]
    """Resources that were being worked on, as far as the engine had said."""
    alone: bool
    """Whether only the CLI was killed, or its whole process group."""
    pending: list[str] = field(default_factory=list)


def _first(deployment: Deployment) -> None:
    deployment.configure("slipway:services.diabetes.cpuCores", 1)
    deployment.use_model(FIRST_ALPHA)


def _second_model(deployment: Deployment) -> None:
    deployment.use_model(SECOND_ALPHA)


def _more_cpu(deployment: Deployment) -> None:
    deployment.configure("slipway:services.diabetes.cpuCores", 2)


PHASES = (
    Phase("first up", _first, alpha=FIRST_ALPHA),
    Phase("update", _second_model),
    Phase("replace", _more_cpu),
    Phase("destroy", lambda _: None, ("destroy", "--skip-preview")),
)


def main() -> int:
    arguments = argparse.ArgumentParser(prog="kills")
    arguments.add_argument("--kills", type=int, default=32)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    wanted = arguments.parse_args()
    # An end that still stops what was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"seed {wanted.seed}, {wanted.kills} kills", flush=True)
    with engines.deployment() as deployment:
        kills = list(run(deployment, wanted.kills, random.Random(wanted.seed)))  # noqa: S311 - to be repeated
    failed = sum(bool(kill.problems) for kill in kills)
    raw = keep("kills", {"seed": wanted.seed, "kills": [asdict(kill) for kill in kills]})
    print(f"{len(kills)} kills, {failed} with problems; raw: {raw.relative_to(Path.cwd())}")
    return 1 if failed else 0


def run(deployment: Deployment, count: int, dice: random.Random) -> Iterator[Kill]:
    """Kill so many times, and tell of each."""
    lasts = _undisturbed(deployment)
    print(
        f"{'':>3} {'phase':<9} {'after':>6} {'recover':>8} {'up':>6} {'killed':<6} under way",
        flush=True,
    )
    phases = cycle(PHASES)
    number = 0
    while number < count:
        phase = next(phases)
        phase.prepare(deployment)
        kill = _killed(deployment, phase, dice, lasts, number + 1)
        _look_around(deployment, phase, kill)
        number += 1
        _tell(kill)
        yield kill
        if phase.name == "destroy" or number == count:
            deployment.engine.destroy().check()
            kill.problems += consistency.nothing(deployment)


def _undisturbed(deployment: Deployment) -> dict[str, float]:
    """Phase -> seconds from its first step to its end."""
    lasts = {}
    for phase in PHASES:
        phase.prepare(deployment)
        started = deployment.engine.start(*phase.command)
        started.until()
        begun = time.monotonic()
        started.wait().check()
        lasts[phase.name] = time.monotonic() - begun
    return lasts


def _killed(
    deployment: Deployment,
    phase: Phase,
    dice: random.Random,
    lasts: dict[str, float],
    number: int,
) -> Kill:
    """Run the phase until it is killed; one that was faster than the dice is prepared again."""
    while True:
        after = dice.uniform(0, lasts[phase.name])
        alone = dice.random() < 0.5
        started = deployment.engine.start(*phase.command)
        started.until()
        begun = time.monotonic()
        while time.monotonic() < begun + after and started.running:
            time.sleep(0.005)
        if started.running:
            started.kill(alone=alone)
        result = started.wait()
        if result.killed:
            return Kill(number, phase.name, round(after, 2), _under_way(result.events), alone)
        lasts[phase.name] = time.monotonic() - begun
        _back(deployment, phase)


def _back(deployment: Deployment, phase: Phase) -> None:
    """Undo a phase that came to its end before the kill."""
    before = PHASES[PHASES.index(phase) - 1]
    if phase.name == "first up":
        deployment.engine.destroy().check()
    else:
        PHASES[0].prepare(deployment)
        for earlier in PHASES[1 : PHASES.index(before) + 1]:
            earlier.prepare(deployment)
        deployment.engine.up().check()
    phase.prepare(deployment)


def _look_around(deployment: Deployment, phase: Phase, kill: Kill) -> None:
    """Recover, update, and compare everything."""
    kill.problems += [f"left running: {one}" for one in deployment.engine.left_running()]
    kill.pending = [
        f"{one['type']} {one['resource']['type']}" for one in deployment.engine.pending()
    ]
    recover(deployment, kill, deployment.use_model(phase.alpha))


def _under_way(events: list[dict[str, Any]]) -> list[str]:
    begun = [e["resourcePreEvent"]["metadata"] for e in events if "resourcePreEvent" in e]
    ended = {e["resOutputsEvent"]["metadata"]["urn"] for e in events if "resOutputsEvent" in e}
    steps = [one for one in begun if one["urn"] not in ended and one["op"] != "same"]
    return [
        f"{one['op']} {one['type'].rsplit(':', 1)[-1]}"
        for one in steps
        if "slipway:index" not in one["type"]
    ]


def _tell(kill: Kill) -> None:
    under_way = ", ".join(each for each in kill.under_way if not each.endswith(" Stack")) or "-"
    print(
        f"{kill.number:>3} {kill.phase:<9} {kill.after:>6.2f} {kill.recover_seconds:>8} "
        f"{kill.up_seconds:>6} {'CLI' if kill.alone else 'group':<6} {under_way}",
        flush=True,
    )
    for problem in kill.problems:
        print(f"    PROBLEM {problem}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
