"""The Dockerfile of an image: what rarely changes first, the models last."""

import json
import shlex
from collections.abc import Mapping

from slipway.imagebuild import wheels as wheel_files
from slipway.rules.scoring_container import APP_ROOT, GRPC_PORT, PORT, SERVE_WITH_GRPC

MODELS_ROOT = f"{APP_ROOT}/azureml-models"
LIBRARIES = "/opt/slipway/lib"
RUNTIME = "/opt/slipway/runtime"
PYTHON_LABEL = "io.slipway.python"
PYTHON_VARIABLE = "PYTHON_VERSION"
"""In the environment of Python's own image."""
_WHEELS = "/wheels"  # where the build sees them; they are in no layer

# Packages whose `tests` folders nothing imports: a third of their files, and of the time to compile them.
_TESTS_REMOVABLE = ("joblib", "matplotlib", "numpy", "pandas", "scipy", "sklearn")
_ENVIRONMENT = {
    "PYTHONPATH": f"{RUNTIME}:{LIBRARIES}",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    # User 1000 has no home of its own; the container's /tmp is writable.
    "HOME": "/tmp",  # noqa: S108 - the container's own
    "AML_APP_ROOT": APP_ROOT,
}
OWN_VARIABLES = frozenset(
    {*_ENVIRONMENT, "AZUREML_MODEL_DIR", "AZUREML_ENTRY_SCRIPT", "PATH", PYTHON_VARIABLE}
)
"""What the image's environment sets, so that nobody else must."""
_COMPILE = "PYTHONHASHSEED=0 python -m compileall -q --invalidation-mode unchecked-hash"


def render(
    *,
    base_image: str,
    python: str,
    entry_script: str | None,
    model_dir: str,
    labels: Mapping[str, str],
    variables: Mapping[str, str] | None = None,
    has_wheels: bool = False,
) -> str:
    """The Dockerfile's text. No `# syntax=` line: it would pull a frontend from a public registry.

    `entry_script` is the path below the app folder, None for a bare model; `model_dir` is `AZUREML_MODEL_DIR`;
    `variables` are the conda file's. With `has_wheels` the context's folder `wheels` has those that the lock names.
    The build takes two secrets, both optional: `pip_conf` (pip's configuration: index, credentials) and
    `ca_bundle` (authorities; pip's configuration names it as `cert = /run/secrets/ca_bundle`).
    """
    script = {"AZUREML_ENTRY_SCRIPT": entry_script} if entry_script else {}
    lines = [
        f"ARG BASE_IMAGE={base_image}",
        "FROM ${BASE_IMAGE}",
        f"ENV {_pairs(_ENVIRONMENT)}",
        f"LABEL {_pairs({PYTHON_LABEL: python})}",
        f"WORKDIR {APP_ROOT}",
        _install(has_wheels=has_wheels),
        f"COPY runtime/ {RUNTIME}/",
        f"RUN {_COMPILE} {RUNTIME}",
        *([f"COPY app/ {APP_ROOT}/"] if entry_script else []),
        "USER 1000",
        f"EXPOSE {PORT} {GRPC_PORT}",
        "STOPSIGNAL SIGTERM",
        f"ENTRYPOINT {json.dumps(SERVE_WITH_GRPC)}",
        # What a script's or a model's name is in stands below every step that a new one must not repeat.
        f"ENV {_pairs({**(variables or {}), 'AZUREML_MODEL_DIR': model_dir, **script})}",
        f"LABEL {_pairs(labels)}",
        f"COPY models/ {MODELS_ROOT}/",
    ]
    return "\n".join(lines) + "\n"


def _install(*, has_wheels: bool) -> str:
    """One layer: install, remove what only adds weight, compile so that start-up need not.

    Console scripts go because they name the interpreter that installed them, and nobody calls them.
    """
    mounts = (
        "--mount=type=secret,id=pip_conf --mount=type=secret,id=ca_bundle "
        "--mount=type=bind,source=requirements.lock,target=/requirements.lock"
    )
    wheels = ""
    if has_wheels:
        mounts += f" --mount=type=bind,source=wheels,target={_WHEELS}"
        wheels = f"{wheel_files.VARIABLE}={_WHEELS} "
    pip = (
        f"{wheels}PIP_CONFIG_FILE=/run/secrets/pip_conf python -m pip install --disable-pip-version-check "
        "--no-cache-dir --no-compile --no-deps --require-hashes "
        f"--target {LIBRARIES} -r /requirements.lock"
    )
    places = " -o ".join(f"-path '{LIBRARIES}/{name}/*'" for name in _TESTS_REMOVABLE)
    trim = (
        f"rm -rf {LIBRARIES}/bin && "
        f"find {LIBRARIES} -type d -name tests \\( {places} \\) -prune -exec rm -rf {{}} +"
    )
    return f"RUN {mounts} {pip} && {trim} && {_COMPILE} {LIBRARIES}"


def _pairs(values: Mapping[str, str]) -> str:
    return " ".join(f"{name}={shlex.quote(value)}" for name, value in values.items())
