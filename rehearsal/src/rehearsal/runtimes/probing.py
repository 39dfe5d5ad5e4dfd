"""Liveness and readiness probes, with ACI's thresholds and periods."""

import http.client
import ssl
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from rehearsal.core.containers import Probe


@dataclass
class ProbeState:
    """One probe of one run of a container. Times in seconds of the monotonic clock."""

    probe: Probe
    check: Callable[[Probe], bool]
    started: float
    passing: bool = False
    failures: int = 0
    _successes: int = 0
    _last: float = field(default=float("-inf"))

    @property
    def failed(self) -> bool:
        """Whether it failed as often in a row as the probe allows."""
        return self.failures >= self.probe.failure_threshold

    def tick(self, now: float) -> None:
        """Probe when it is time to."""
        if now < self.started + self.probe.initial_delay_seconds:
            return
        if now < self._last + self.probe.period_seconds:
            return
        self._last = now
        self._take(self.check(self.probe))

    def _take(self, success: bool) -> None:
        if success:
            self._successes, self.failures = self._successes + 1, 0
            self.passing = self.passing or self._successes >= self.probe.success_threshold
        else:
            self._successes, self.failures = 0, self.failures + 1
            self.passing = self.passing and not self.failed


def get(probe: Probe, ip: str) -> bool:
    """GET; 200 to 399 is success."""
    path = f"/{(probe.http_path or '/').lstrip('/')}"
    try:
        with closing(_connection(probe, ip)) as connection:
            connection.request("GET", path, headers={"Connection": "close"})
            return 200 <= connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False


def _connection(probe: Probe, ip: str) -> http.client.HTTPConnection:
    """A probe asks for an answer, not for an identity: the certificate is the container's own affair."""
    timeout = probe.timeout_seconds
    if probe.http_scheme.lower() != "https":
        return http.client.HTTPConnection(ip, probe.http_port, timeout=timeout)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(ip, probe.http_port, timeout=timeout, context=context)


def execute(command: list[str], environment: Mapping[str, str], cwd: str, timeout: float) -> bool:
    """Run a command; exit code 0 is success."""
    try:
        completed = subprocess.run(
            command,
            env=dict(environment),
            cwd=cwd,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return completed.returncode == 0
