"""What comes after an interruption: `slipway recover`, `pulumi up`, and a look around."""

import time
from dataclasses import dataclass, field

from tests.harness import consistency
from tests.harness.deployment import Deployment

_TOLERANCE = 1e-6


@dataclass(kw_only=True)
class Aftermath:
    """How it went. Times in seconds."""

    recover_seconds: float = 0.0
    up_seconds: float = 0.0
    recovered: str = ""
    problems: list[str] = field(default_factory=list)


def recover(deployment: Deployment, after: Aftermath, expected: list[float]) -> None:
    """Recover, update, and compare everything; the service must answer what is `expected`."""
    begun = time.monotonic()
    recovered = deployment.recover()
    after.recover_seconds = round(time.monotonic() - begun, 1)
    after.recovered = (recovered.stdout + recovered.stderr).strip()
    if recovered.returncode:
        after.problems.append(f"recover left with {recovered.returncode}: {after.recovered}")
    update = deployment.engine.up()
    after.up_seconds = round(update.seconds, 1)
    if not update.ok:
        after.problems.append(f"the update failed: {update.text[-2000:]}")
        return
    answered = deployment.score()
    if not _same(answered, expected):
        after.problems.append(f"the service answers {answered}, and should {expected}")
    after.problems += consistency.problems(deployment)


def _same(answered: list[float], expected: list[float]) -> bool:
    return len(answered) == len(expected) and all(
        abs(one - other) < _TOLERANCE for one, other in zip(answered, expected, strict=True)
    )
