"""Locks an environment: every package by version and hash, the scoring runtime's own needs included."""

import hashlib
import json
import logging
import subprocess
from collections.abc import Collection
from pathlib import Path

import uv

from slipway.imagebuild import places, runtime_package
from slipway.imagebuild.conda import Environment
from slipway.imagebuild.errors import BuildInputError

_log = logging.getLogger("imagebuild")
_HEADER = "# slipway lock 1"
_TIMEOUT_SECONDS = 600
SCRIPT_EXTRAS = ("grpc",)
"""Extras of the scoring runtime in an image whose entry script loads the model."""
_ORNAMENTS = " \u2570\u2500\u25b6\u2502\u00d7"  # uv draws its explanation as a tree


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
    header = _header(environment, inputs)
    committed = _committed(environment, header)
    if committed is not None:
        return committed
    cached = (cache_dir or places.cache_root()) / "locks" / f"{_key(environment, inputs)}.lock"
    if not cached.is_file():
        places.write_atomically(cached, (header + _resolve(environment, inputs)).encode())
    return cached.read_text(encoding="utf-8")


def is_committed(environment: Environment, extras: Collection[str] = SCRIPT_EXTRAS) -> bool:
    """Whether the lock beside the conda file is there and belongs to it."""
    return _committed(environment, _header(environment, _inputs(environment, extras))) is not None


def commit(environment: Environment, extras: Collection[str]) -> Path:
    """Resolve anew and write the lock beside the conda file. Raises BuildInputError when nothing fits."""
    path = committed_path(environment)
    if path is None:
        raise BuildInputError({"conda_file": "there is no conda file to put a lock beside"})
    inputs = _inputs(environment, extras)
    text = _header(environment, inputs) + _resolve(environment, inputs)
    places.write_atomically(path, text.encode())
    return path


def committed_path(environment: Environment) -> Path | None:
    """Where the environment's lock is committed: `myenv.lock` beside `myenv.yml`."""
    return environment.path.with_suffix(".lock") if environment.path else None


def _committed(environment: Environment, header: str) -> str | None:
    path = committed_path(environment)
    if path is None or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    if text.startswith(header):
        return text
    _log.warning(
        "%s is of other inputs than %s and is not used: run `python -m slipway.imagebuild lock %s`, or delete it",
        path,
        environment.path,
        environment.path,
    )
    return None


def _inputs(environment: Environment, extras: Collection[str]) -> list[str]:
    return [*environment.requirements, *runtime_package.requirements(extras)]


def _python(environment: Environment) -> str:
    return environment.locked_from or environment.python


def _key(environment: Environment, inputs: list[str]) -> str:
    described = {"python": _python(environment), "requirements": inputs}
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def _header(environment: Environment, inputs: list[str]) -> str:
    return f"{_HEADER} sha256:{_key(environment, inputs)} python {_python(environment)}\n"


def _resolve(environment: Environment, inputs: list[str]) -> str:
    completed = subprocess.run(
        [
            uv.find_uv_bin(), "pip", "compile", "--quiet", "--universal", "--generate-hashes",
            "--python-version", _python(environment), "--no-header", "--no-annotate",
            "--no-emit-index-url", "--no-emit-find-links", "--no-python-downloads", "-",
        ],
        input="\n".join(inputs), capture_output=True, text=True,
        timeout=_TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    if completed.returncode != 0:
        raise BuildInputError({_where(environment): _sentence(completed.stderr)})
    return completed.stdout


def _where(environment: Environment) -> str:
    return str(environment.path) if environment.path else "scoring"


def _sentence(stderr: str) -> str:
    """uv's explanation on one line."""
    words = " ".join(line.strip(_ORNAMENTS) for line in stderr.strip().splitlines())
    return f"no set of packages fits the environment and the scoring runtime: {words}"
