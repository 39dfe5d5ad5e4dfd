"""One liveness or readiness probe, as ACI asks it."""

import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ProbePlan:
    """A probe with its container's address; times in seconds."""

    url: str | None = None
    command: Sequence[str] = ()
    initial_delay: float = 0
    period: float = 10
    timeout: float = 1
    failures: int = 3


def passes(plan: ProbePlan, env: Mapping[str, str], cwd: str) -> bool:
    """Whether the container answers now: 200 to 399 by HTTP, exit code 0 by command."""
    if plan.url is not None:
        return _answers(plan.url, plan.timeout)
    try:
        done = subprocess.run(
            list(plan.command), env=dict(env), cwd=cwd, timeout=plan.timeout,
            capture_output=True, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _answers(url: str, timeout: float) -> bool:
    # Probes do not verify certificates, in Kubernetes and ACI alike.
    context = ssl._create_unverified_context()  # noqa: S323
    try:
        with urllib.request.urlopen(url, timeout=timeout, context=context) as answer:  # noqa: S310
            return 200 <= int(answer.status) < 400
    except (OSError, urllib.error.URLError, ValueError):
        return False
