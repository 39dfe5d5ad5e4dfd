"""What is in an image, read and locked, and the key that names it."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from slipway.imagebuild import (
    bare_models,
    base_image,
    conda,
    dockerfile,
    lock,
    runtime_package,
    source_folder,
)
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.spec import ContextSpec, ModelFile, check

CONTENT_KEY_LABEL = "io.slipway.content-key"
MODELS_LABEL = "io.slipway.models"
"""A JSON list of model ids."""
INSIGHTS_LABEL = "io.slipway.application-insights"
"""`true` where the image can send telemetry there. The registry reads all three (registry/media_types.py)."""


@dataclass(frozen=True)
class Content:
    """Everything of an image but the models: what its files and its Dockerfile are made of."""

    python: str
    base_image: str
    lock: str
    runtime: tuple[tuple[str, bytes], ...]
    app: tuple[tuple[str, bytes], ...]
    script: str | None
    wheels: tuple[tuple[str, bytes], ...]
    variables: tuple[tuple[str, str], ...]


def read_content(spec: ContextSpec, cache_dir: Path | None = None) -> Content:
    """Check the inputs, lock the environment, and read what the image holds besides its models."""
    check(spec)
    environment = _environment(spec)
    return Content(
        python=environment.python,
        base_image=_base_image(spec, environment),
        lock=lock.lock(environment, cache_dir, _extras(spec)),
        runtime=tuple(runtime_package.files()),
        app=_app_files(spec),
        script=_script_below_app(spec),
        wheels=_wheels(environment),
        variables=environment.variables,
    )


def _wheels(environment: conda.Environment) -> tuple[tuple[str, bytes], ...]:
    try:
        return tuple((wheel.name, wheel.read()) for wheel in environment.wheels)
    except ValueError as problem:
        raise BuildInputError({"conda_file": str(problem)}) from None


def _environment(spec: ContextSpec) -> conda.Environment:
    if spec.conda_file is not None:
        return conda.read(spec.conda_file, spec.python_version)
    if spec.entry_script is not None:
        return conda.without_file(spec.python_version)
    return bare_models.environment(spec.models, spec.python_version)


def base_image_of(spec: ContextSpec) -> str:
    """What the image is built on. Raises BuildInputError."""
    return _base_image(spec, _environment(spec))


def _base_image(spec: ContextSpec, environment: conda.Environment) -> str:
    if spec.base_image is None:
        return base_image.default_for(environment.python, environment.requirements)
    if why := base_image.refusal(spec.base_image, environment.python):
        raise BuildInputError({"base_image": why})
    return spec.base_image


def content_key(spec: ContextSpec, cache_dir: Path | None = None) -> str:
    """A hex SHA-256 that names the image's content.

    Depends on what is in the image, not on where the files lie, nor on model numbers, which may not be
    claimed yet: a model of the same content has the same number.
    """
    return key_of(spec, read_content(spec, cache_dir))


def lock_path(spec: ContextSpec) -> Path | None:
    """Where the lock of the image's packages is committed, if it can be."""
    return lock.committed_path(_environment(spec))


def commit_lock(spec: ContextSpec) -> Path:
    """Resolve the image's packages and write their lock to be committed. Raises BuildInputError."""
    return lock.commit(_environment(spec), _extras(spec))


def _extras(spec: ContextSpec) -> tuple[str, ...]:
    """gRPC in every image; what loads a model where no script does; what telemetry needs."""
    insights = lock.INSIGHTS_EXTRAS if spec.application_insights else ()
    if spec.entry_script is not None:
        return (*lock.SCRIPT_EXTRAS, *insights)
    return (*bare_models.runtime_extras(spec.models), *insights)


def key_of(spec: ContextSpec, content: Content) -> str:
    """`content_key` for content that is already read."""
    described = {
        "dockerfile": render(spec, content, key=None),
        "lock": _sha256(content.lock.encode()),
        "runtime": [[path, _sha256(data)] for path, data in content.runtime],
        "app": [[path, _sha256(data)] for path, data in content.app],
        "models": sorted([model.name, model.filename, model.sha256] for model in spec.models),
        **_manifest_words(spec),
    }
    return _sha256(json.dumps(described, sort_keys=True).encode())


def _manifest_words(spec: ContextSpec) -> dict[str, object]:
    """What is in a bare model's manifest beside name, number and hash."""
    if spec.entry_script is not None:
        return {}
    return {
        "frameworks": sorted(
            [model.sha256, model.framework, model.framework_version] for model in spec.models
        )
    }


def render(spec: ContextSpec, content: Content, key: str | None) -> str:
    """The Dockerfile; without a `key` it names no model numbers either."""
    labels = dict(spec.labels)
    if spec.application_insights:
        labels[INSIGHTS_LABEL] = "true"
    if key is not None:
        labels |= {
            CONTENT_KEY_LABEL: key,
            MODELS_LABEL: json.dumps([f"{model.name}:{model.version}" for model in in_order(spec)]),
        }
    return dockerfile.render(
        base_image=content.base_image,
        python=content.python,
        entry_script=content.script,
        model_dir=_model_dir(spec, numbered=key is not None),
        labels=labels or {MODELS_LABEL: "[]"},
        variables=dict(content.variables),
        has_wheels=bool(content.wheels),
    )


def in_order(spec: ContextSpec) -> list[ModelFile]:
    """The models by name and number, so that the same ones are the same image whatever the order they come in."""
    return sorted(spec.models, key=lambda model: (model.name, model.version))


def _model_dir(spec: ContextSpec, *, numbered: bool) -> str:
    """One model: its own folder; several: the folder above them (Azure ML's rule)."""
    if len(spec.models) != 1:
        return dockerfile.MODELS_ROOT
    model = spec.models[0]
    return f"{dockerfile.MODELS_ROOT}/{model.name}" + (f"/{model.version}" if numbered else "")


def _app_files(spec: ContextSpec) -> tuple[tuple[str, bytes], ...]:
    if spec.entry_script is None:
        return ()
    if spec.source_directory is None:
        return ((spec.entry_script.name, source_folder.read(spec.entry_script)),)
    return tuple(source_folder.files(spec.source_directory))


def _script_below_app(spec: ContextSpec) -> str | None:
    if spec.entry_script is None:
        return None
    if spec.source_directory is None:
        return spec.entry_script.name
    return spec.entry_script.resolve().relative_to(spec.source_directory.resolve()).as_posix()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
