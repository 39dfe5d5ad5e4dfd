"""What an image is made of, as its builder states it, and what can be wrong with that."""

from dataclasses import dataclass, field
from pathlib import Path

from slipway.folders import model_folder
from slipway.folders.model_folder import UnfitFolderError
from slipway.imagebuild import (
    bare_models,
    conda,
    entry_script,
    python_version,
    runtime_package,
    source_folder,
)
from slipway.imagebuild.errors import BuildInputError
from slipway.rules.names import BASE_IMAGE, MODEL_NAME


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """A registered model's file or folder. `version` is 0 while its number is not claimed yet; `sha256` is hex, of a
    folder `folder-<hex>`.

    `framework` and `framework_version` are what it was registered with, such as ScikitLearn and 1.9.1.
    """

    name: str
    version: int
    path: Path
    sha256: str
    framework: str = ""
    framework_version: str = ""

    @property
    def filename(self) -> str:
        """What it is called in the image."""
        return model_folder.name_of(self.path)


@dataclass(frozen=True, kw_only=True)
class ContextSpec:
    """What an image is made of.

    Without an `entry_script` the models are served as they are, and without a `conda_file` too their packages
    are known from them. `source_directory` is the script's folder, when more
    than the script belongs to the image. Without a `python_version` the conda file's is taken, else
    `python_version.DEFAULT`. Without a `base_image` it is Python's slim image of that version.
    With `application_insights` the image has the packages that send a service's telemetry there.
    `labels` become image labels.
    """

    models: tuple[ModelFile, ...] = ()
    entry_script: Path | None = None
    source_directory: Path | None = None
    conda_file: Path | None = None
    base_image: str | None = None
    python_version: str | None = None
    application_insights: bool = False
    labels: tuple[tuple[str, str], ...] = field(default=())


def check(spec: ContextSpec) -> None:
    """Raises BuildInputError with all that is wrong with the inputs, without resolving packages."""
    problems: dict[str, str] = {}
    for step in (_check_models, _check_script, _check_python, _check_conda, _check_base_image):
        try:
            step(spec)
        except BuildInputError as error:
            problems.update(error.problems)
    if problems:
        raise BuildInputError(problems)


def _check_models(spec: ContextSpec) -> None:
    problems = {}
    seen: set[tuple[str, int]] = set()
    for number, model in enumerate(spec.models):
        where = f"models[{number}]"
        if why := MODEL_NAME.refusal(model.name):
            problems[where] = f"the model's name {why}"
        elif (model.name, model.version) in seen:
            problems[where] = f"{model.name}:{model.version} is named twice: name it once"
        elif (why := _unfit(model.path)) or (
            spec.entry_script is None and (why := bare_models.refusal(model.path))
        ):
            problems[where] = why
        seen.add((model.name, model.version))
    if not spec.models and spec.entry_script is None:
        problems["models"] = "there is neither a model nor an entry script: name at least one"
    if problems:
        raise BuildInputError(problems)


def _unfit(path: Path) -> str | None:
    """Why this cannot be a model, if so."""
    if path.is_dir():
        try:
            model_folder.check(path)
        except UnfitFolderError as error:
            return f"{path} {error}"
    elif not path.is_file() or path.stat().st_size == 0:
        return f"{path} is missing or empty: name the model's file or folder"
    return None


def _check_script(spec: ContextSpec) -> None:
    if spec.entry_script is None:
        if spec.source_directory is not None:
            raise BuildInputError(
                {"source_directory": "a source directory needs an entry script: name the one in it"}
            )
        return
    entry_script.check(spec.entry_script)
    if spec.source_directory is not None:
        source_folder.check(spec.source_directory, spec.entry_script)


def _check_python(spec: ContextSpec) -> None:
    if why := _python_refusal(spec):
        raise BuildInputError({"python_version": why})


def _python_refusal(spec: ContextSpec) -> str | None:
    if spec.python_version is None:
        return None
    return python_version.refusal(spec.python_version, runtime_package.requires_python())


def _check_conda(spec: ContextSpec) -> None:
    if spec.conda_file is not None:
        # A version that is wrong by itself is reported once, as the setting's problem.
        conda.read(spec.conda_file, None if _python_refusal(spec) else spec.python_version)


def _check_base_image(spec: ContextSpec) -> None:
    if spec.base_image is not None and (why := BASE_IMAGE.refusal(spec.base_image)):
        raise BuildInputError({"base_image": why})
