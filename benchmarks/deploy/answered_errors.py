"""The second half of `make kills`: creations that Azure answers by an error and does all the same.

    python -m benchmarks.deploy.answered_errors --faults 4 --seed 7

Each time the stack is created anew with a fault ordered for one random resource, by a random error; then
`slipway recover`, `pulumi up` and a look around.
"""

import argparse
import json
import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.harness import consistency, engines
from tests.harness.deployment import Deployment

RAW = Path(__file__).parent / "raw" / "answered_errors.json"
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
class Answered:
    """One fault and what came after it. Times in seconds."""

    number: int
    kind: str
    code: str
    failed: bool = False
    """Whether the update noticed: a client that retries may not."""
    recover_seconds: float = 0.0
    up_seconds: float = 0.0
    recovered: str = ""
    problems: list[str] = field(default_factory=list)


def run(deployment: Deployment, count: int, dice: random.Random) -> Iterator[Answered]:
    """So many faults, each told."""
    expected = deployment.use_model(0.1)
    for number in range(1, count + 1):
        fault = Answered(number, dice.choice(KINDS), dice.choice(CODES))
        deployment.rehearsal.fail(fault.kind, "create", "--code", fault.code, "--after")
        fault.failed = not deployment.engine.up().ok
        deployment.rehearsal.command("faults", "--clear")
        _recover(deployment, fault, expected)
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


def _recover(deployment: Deployment, fault: Answered, expected: list[float]) -> None:
    begun = time.monotonic()
    recovered = deployment.recover()
    fault.recover_seconds = round(time.monotonic() - begun, 1)
    fault.recovered = (recovered.stdout + recovered.stderr).strip()
    if recovered.returncode:
        fault.problems.append(f"recover left with {recovered.returncode}: {fault.recovered}")
    update = deployment.engine.up()
    fault.up_seconds = round(update.seconds, 1)
    if not update.ok:
        fault.problems.append(f"the update failed: {update.text[-2000:]}")
        return
    answered = deployment.score()
    if any(abs(one - other) > 1e-6 for one, other in zip(answered, expected, strict=True)):
        fault.problems.append(f"the service answers {answered}, and should {expected}")
    fault.problems += consistency.problems(deployment)


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
    found = {"seed": wanted.seed, "faults": [asdict(fault) for fault in faults]}
    RAW.write_text(json.dumps(found, indent=2) + "\n")
    print(f"{len(faults)} faults, {failed} with problems; raw: {RAW.relative_to(Path.cwd())}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
