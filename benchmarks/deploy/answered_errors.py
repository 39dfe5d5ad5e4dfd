"""The second half of `make kills`: creations that Azure answers by an error and does all the same.

    python -m benchmarks.deploy.answered_errors --faults 4 --seed 7

Each round creates the stack from scratch with a fault injected at one resource that outlasts azure-native's patience;
then come `slipway recover`, `pulumi up` and a look around. Kinds of resources and errors come in turn, in a random
order, so that each occurs.
"""

import argparse
import random
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from benchmarks.deploy.aftermath import Aftermath, recover
from benchmarks.deploy.measure import keep
from tests.harness import consistency, engines
from tests.harness.deployment import Deployment

# All that the stack creates in Azure.
KINDS = (
    "ResourceGroup",
    "Registry",
    "UserAssignedIdentity",
    "RoleAssignment",
    "Workspace",
    "ContainerGroup",
)
CODES = ("500", "502", "503", "504")


@dataclass
class Answered(Aftermath):
    """One fault and what came after it."""

    number: int
    kind: str
    code: str
    failed: bool = False
    """Whether the update noticed."""


def run(deployment: Deployment, count: int, dice: random.Random) -> Iterator[Answered]:
    """So many faults, each told."""
    expected = deployment.use_model(0.1)
    dealt = zip(_in_turn(KINDS, dice), _in_turn(CODES, dice), strict=False)
    for number, (kind, code) in enumerate(islice(dealt, count), start=1):
        fault = Answered(number, kind, code)
        deployment.rehearsal.fail_after_creation(kind, code)
        fault.failed = not deployment.engine.up().ok
        if not fault.failed:
            fault.problems.append("the update did not notice the fault")
        deployment.rehearsal.command("faults", "--clear")
        recover(deployment, fault, expected)
        deployment.engine.destroy().check()
        fault.problems += consistency.nothing(deployment)
        print(
            f"{number:>3} {fault.kind:<30} {fault.code} {'failed' if fault.failed else 'went on':<8}"
            f"{fault.recover_seconds:>7} {fault.up_seconds:>6}",
            flush=True,
        )
        for problem in fault.problems:
            print(f"    PROBLEM {problem}", flush=True)
        yield fault


def _in_turn(words: Sequence[str], dice: random.Random) -> Iterator[str]:
    """All of them before one comes again, each time in another order."""
    while True:
        yield from dice.sample(words, len(words))


def main() -> int:
    arguments = argparse.ArgumentParser(prog="answered_errors")
    arguments.add_argument("--faults", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    wanted = arguments.parse_args()
    # An end that still stops what was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"seed {wanted.seed}, {wanted.faults} faults", flush=True)
    with engines.deployment() as deployment:
        faults = list(run(deployment, wanted.faults, random.Random(wanted.seed)))  # noqa: S311 - to be repeated
    failed = sum(bool(fault.problems) for fault in faults)
    raw = keep(
        "answered_errors", {"seed": wanted.seed, "faults": [asdict(fault) for fault in faults]}
    )
    print(f"{len(faults)} faults, {failed} with problems; raw: {raw.relative_to(Path.cwd())}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
