"""Locks an environment: every package by version and hash, the scoring runtime's own needs included."""

import hashlib
import json
import logging
import os
import subprocess
import tempfile
from collections.abc import Collection
from pathlib import Path

import uv

from slipway import places
from slipway.imagebuild import indexes, runtime_package, solver_words, wheels
from slipway.imagebuild.conda import Environment
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.lock_header import Inputs, difference, header
from slipway.imagebuild.python_version import DEFAULT

_log = logging.getLogger("imagebuild")
_TIMEOUT_SECONDS = 600
SCRIPT_EXTRAS = ("grpc",)
"""Extras of the scoring runtime in an image whose entry script loads the model."""
INSIGHTS_EXTRAS = ("azure-monitor",)
"""Those of an image whose services send their telemetry to Application Insights."""
_COMPILE = (
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--generate-hashes",
    "--no-python-downloads",
)
# A lock names no hosts, and nothing of the machine that made it.
_BARE_OUTPUT = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links")


def lock(
    environment: Environment, cache_dir: Path | None = None, extras: Collection[str] = ()
) -> str:
    """The hash-locked requirements of `environment` and the scoring runtime with those of its extras.

    A header names their inputs.

    The lock that is committed beside the conda file is used when its header matches; otherwise the packages are
    resolved once, and kept in `cache_dir`/locks (by default Slipway's cache) by the hash of the inputs.
    Raises BuildInputError when no set of versions fits.
    """
    inputs = _inputs(environment, extras)
    committed = _committed(environment, inputs, extras)
    if committed is not None:
        return committed
    cached = (cache_dir or places.cache_root()) / "locks" / f"{_key(inputs)}.lock"
    if not cached.is_file():
        places.write_atomically(cached, _text(environment, inputs))
        _log.warning("%s", _resolved_here(environment, extras))
    return cached.read_text(encoding="utf-8")


def commit(environment: Environment, extras: Collection[str]) -> Path:
    """Resolve again and write the lock beside the conda file. Raises BuildInputError when nothing fits."""
    path = committed_path(environment)
    if path is None:
        raise BuildInputError({"conda_file": "there is no conda file to put a lock beside"})
    places.write_atomically(path, _text(environment, _inputs(environment, extras)))
    return path


def committed_path(environment: Environment) -> Path | None:
    """Where the environment's lock is committed: `myenv.lock` beside `myenv.yml`."""
    return environment.path.with_suffix(".lock") if environment.path else None


def command(environment: Environment, extras: Collection[str]) -> str:
    """What writes the lock of this environment."""
    python = [] if environment.python == DEFAULT else ["--python-version", environment.python]
    insights = ["--application-insights"] if set(INSIGHTS_EXTRAS) <= set(extras) else []
    words = ["python -m slipway.imagebuild lock", str(environment.path), *python, *insights]
    return " ".join(words)


def _committed(environment: Environment, inputs: Inputs, extras: Collection[str]) -> str | None:
    path = committed_path(environment)
    if path is None or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    why = difference(text, inputs)
    if why is None:
        return text
    _log.warning(
        "%s is not used, because %s: regenerate it by `%s`, or delete it",
        path,
        why,
        command(environment, extras),
    )
    return None


def _resolved_here(environment: Environment, extras: Collection[str]) -> str:
    """Without a committed lock the next machine, or this one next month, may resolve to other versions."""
    if environment.path is None:
        return (
            "the image's packages were resolved on this machine, and are kept here only: "
            "name a conda file, whose lock can be committed, so that every machine builds the same image"
        )
    return (
        f"the packages of {environment.path} were resolved on this machine, and are kept here only: "
        f"run `{command(environment, extras)}` and commit the lock, so that every machine builds the same image"
    )


def _inputs(environment: Environment, extras: Collection[str]) -> Inputs:
    needs = (*environment.requirements, *runtime_package.requirements(extras))
    return Inputs(environment.python, needs)


def _key(inputs: Inputs) -> str:
    """Names a lock in the cache. The header is part of it, so that one of an older form is not found."""
    described = json.dumps([header(inputs), inputs.python, inputs.requirements])
    return hashlib.sha256(described.encode()).hexdigest()


def _text(environment: Environment, inputs: Inputs) -> bytes:
    return (header(inputs) + _resolve(environment, inputs)).encode()


def _resolve(environment: Environment, inputs: Inputs) -> str:
    """The packages, one by one with their hashes."""
    sources = indexes.of_this_machine()
    # In a folder of its own: uv would read the pyproject.toml of whatever project it is run in.
    with tempfile.TemporaryDirectory(prefix="slipway-lock-") as folder:
        wheels.link_all(environment.wheels, Path(folder))
        completed = subprocess.run(
            [uv.find_uv_bin(), *_COMPILE, *_BARE_OUTPUT, "--python-version", inputs.python, "-"],
            input="\n".join(map(wheels.locked, inputs.requirements)),
            capture_output=True,
            encoding="utf-8",
            cwd=folder,
            env={**sources.environment(os.environ), wheels.VARIABLE: folder},
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    if completed.returncode != 0:
        said = sources.without_credentials(completed.stderr).replace(folder, "")
        raise BuildInputError({_where(environment): _sentence(said, environment, inputs)})
    return completed.stdout


def _where(environment: Environment) -> str:
    return str(environment.path) if environment.path else "scoring"


def _sentence(said: str, environment: Environment, inputs: Inputs) -> str:
    """uv's explanation, in words of who asks for what."""
    theirs = environment.path.name if environment.path else "the model"
    runtimes = set(inputs.requirements) - set(environment.requirements)
    return solver_words.sentence(said, theirs, environment.requirements, runtimes)
