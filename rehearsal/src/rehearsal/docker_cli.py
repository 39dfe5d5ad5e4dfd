"""Calls a docker client; tokens go through a private configuration folder, never through arguments."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rehearsal.distribution.auth import RegistryAuth

_OUTPUT_LINES = 40


class DockerError(Exception):
    """Docker refused, or is not there; a sentence with Docker's own words."""


def call(
    arguments: Sequence[str],
    *,
    program: str = "docker",
    environment: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> str:
    """Run docker and return what it printed. Raises DockerError with its last lines."""
    try:
        completed = subprocess.run(
            [program, *arguments],
            env={**os.environ, **(environment or {})},
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError:
        raise DockerError(
            "SLIPWAY_RUNTIME=docker needs Docker, and there is no `docker` on the PATH: install it, "
            "or leave SLIPWAY_RUNTIME out"
        ) from None
    except subprocess.TimeoutExpired:
        raise DockerError(f"docker {arguments[0]} gave no answer in {timeout:.0f} s") from None
    if completed.returncode != 0:
        lines = completed.stdout.strip().splitlines()[-_OUTPUT_LINES:]
        raise DockerError(f"docker {arguments[0]} failed: " + "\n".join(lines))
    return completed.stdout


def succeeds(arguments: Sequence[str], *, program: str = "docker", timeout: float = 60) -> bool:
    """Whether docker did it."""
    try:
        call(arguments, program=program, timeout=timeout)
    except DockerError:
        return False
    return True


def clients() -> list[str]:
    """Every docker on the PATH, in its order; a machine may have one with buildx and one without."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = (shutil.which("docker", path=folder) for folder in folders)
    return list(dict.fromkeys(path for path in found if path))


@contextmanager
def logged_in(host: str, auth: RegistryAuth) -> Iterator[dict[str, str]]:
    """The environment of a client that is logged in to `host`, as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-docker-") as folder:
        config = Path(folder) / "config.json"
        config.touch(mode=0o600)
        config.write_text(json.dumps({"auths": {host: _entry(auth)}}), encoding="utf-8")
        yield {"DOCKER_CONFIG": folder}


def _entry(auth: RegistryAuth) -> dict[str, str]:
    if auth.bearer:
        return {"registrytoken": auth.bearer}
    text = f"{auth.username}:{auth.password}"
    return {"auth": base64.b64encode(text.encode()).decode()} if auth.password else {}
