"""What an image needs that serves models as they are: packages, loaders, a base image.

A pickle belongs to the versions that wrote it. They are taken from the model's registration and from the
pickle itself, which is read and not run.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from packaging.version import InvalidVersion, Version

from slipway.imagebuild import conda, lock, pickle_reading
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.pickle_reading import UnreadablePickle, Written

ONNX = ".onnx"
PICKLES = frozenset({".pkl", ".pickle", ".joblib"})

# Module -> PyPI project of what estimators and their parts come from.
_PROJECTS = {
    "joblib": "joblib",
    "lightgbm": "lightgbm",
    "numpy": "numpy",
    "onnxruntime": "onnxruntime",
    "pandas": "pandas",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "xgboost": "xgboost",
}
_BOOSTING = frozenset({"lightgbm", "xgboost"})
_ESTIMATORS = _BOOSTING | {"sklearn"}
# Modules of Python itself that the running one may not list: Python 2's, as protocol 2 writes them, and those
# that 3.12 removed. So the same pickle is accepted wherever `pulumi` runs.
_PYTHON = sys.stdlib_module_names | {
    "__builtin__",
    "copy_reg",
    "_codecs",
    "asyncore",
    "distutils",
    "imp",
}

# xgboost-cpu is xgboost without 300 MB for GPUs; it has every version from here on.
_XGBOOST_CPU_SINCE = Version("3.0.0")
# The first scikit-learn that works with NumPy 2 (its what's new, 1.4.2).
_NUMPY_2_SINCE = Version("1.4.2")


class ModelLike(Protocol):
    """What is asked of `imagebuild.spec.ModelFile`."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def framework(self) -> str: ...
    @property
    def framework_version(self) -> str: ...


def environment(models: Sequence[ModelLike], python: str | None = None) -> conda.Environment:
    """The environment of `models`, without a conda file; `python` is the image's version, where it is set.

    Raises BuildInputError.
    """
    problems: dict[str, str] = {}
    wanted: set[str] = set()
    for model in models:
        try:
            wanted.update(_requirements(model))
        except ValueError as problem:
            problems[f"model {model.name}"] = str(problem)
    if problems:
        raise BuildInputError(problems)
    # A lock may be committed beside the file, where there is one.
    path = models[0].path if len(models) == 1 else None
    return replace(conda.without_file(python), requirements=tuple(sorted(wanted)), path=path)


def served(path: Path) -> Path:
    """The file that the runtime loads: the model's own, or the only ONNX model that lies in its folder."""
    found = _onnx_in(path)
    return found[0] if len(found) == 1 else path


def refusal(path: Path) -> str | None:
    """Why this file or folder cannot be served without an entry script, if so."""
    if path.is_dir():
        return _folder_refusal(path)
    if _kind(path) in PICKLES | {ONNX}:
        return None
    ends = ", ".join([ONNX, *sorted(PICKLES)])
    return f"{path.name} cannot be served without an entry script: name one, or a file that ends in {ends}"


def _folder_refusal(folder: Path) -> str | None:
    found = [path.name for path in _onnx_in(folder)]
    if len(found) == 1:
        return None
    holds = f"{len(found)} files that end in {ONNX}" if found else f"no file that ends in {ONNX}"
    return (
        f"{folder} cannot be served without an entry script, as it holds {holds}: name an entry script, or a folder "
        f"with one ONNX model and its data"
    )


def _onnx_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if _kind(path) == ONNX and path.is_file())


def runtime_extras(models: Iterable[ModelLike]) -> tuple[str, ...]:
    """Extras of the scoring runtime: every image's, and those that load these models."""
    kinds = {_kind(served(model.path)) for model in models}
    loaders = {"onnx": {ONNX}, "pickle": PICKLES}
    return (*lock.SCRIPT_EXTRAS, *(extra for extra, its in loaders.items() if kinds & its))


def needs_openmp(requirements: Iterable[str]) -> bool:
    """Whether a package uses the system's libgomp, which a slim base image lacks. LightGBM alone brings none."""
    return any(re.match(r"lightgbm\b", line) for line in requirements)


def _kind(path: Path) -> str:
    return path.suffix.lower()


def _requirements(model: ModelLike) -> Iterator[str]:
    """Raises ValueError with a sentence."""
    library, recorded = _recorded(model)
    if _kind(served(model.path)) == ONNX:
        if library == "onnxruntime" and recorded:
            yield _pinned(library, recorded)
        return
    written = _written(model)
    libraries = _libraries(model, written)
    yield from _numpy(written)
    for name in sorted(libraries):
        version = _version(model, name, written, recorded if name == library else "")
        yield _pinned(name, version) if version else _PROJECTS[name]
        if name == "sklearn" and version and Version(version) < _NUMPY_2_SINCE:
            yield "numpy<2"


def _recorded(model: ModelLike) -> tuple[str, str]:
    """Module and version of what the registry says the model was made with; empty where it says nothing of use."""
    name = re.sub(r"[^a-z]", "", model.framework.lower())
    library = {"scikitlearn": "sklearn"}.get(name, name)
    if library not in _PROJECTS or not model.framework_version:
        return "", ""
    try:
        Version(model.framework_version)
    except InvalidVersion:
        raise ValueError(
            f"is registered with version {model.framework_version!r} of {model.framework}, which is no version: "
            "register it with one such as 1.9.1, or name a conda file"
        ) from None
    return library, model.framework_version


def _written(model: ModelLike) -> Written:
    try:
        return pickle_reading.read(model.path)
    except UnreadablePickle as problem:
        raise ValueError(
            f"{model.path} cannot be read as a pickle ({problem}): it must be a file that pickle.dump or "
            "joblib.dump wrote, else name a conda file"
        ) from None


def _libraries(model: ModelLike, written: Written) -> set[str]:
    modules = written.modules
    libraries = _tops(written) - _PYTHON
    foreign = sorted(libraries - _PROJECTS.keys())
    if foreign:
        raise ValueError(
            f"{model.path} needs {', '.join(foreign)}, which no bare model's image has: "
            "name a conda file that has it, or an entry script beside its source"
        )
    if not libraries & _ESTIMATORS:
        raise ValueError(
            f"{model.path} holds no estimator of scikit-learn, XGBoost or LightGBM: name an entry script"
        )
    if modules & {"xgboost.sklearn", "lightgbm.sklearn"}:
        libraries.add("sklearn")
    if any(module.startswith("sklearn.compose") for module in modules):
        libraries.add("pandas")  # the runtime gives such an estimator a table with named columns
    return libraries


def _numpy(written: Written) -> Iterator[str]:
    """NumPy 2 moved numpy.core to numpy._core, so a pickle tells which side of that it is from."""
    if any(module.startswith("numpy._core") for module in written.modules):
        yield "numpy>=2"
    elif any(module.startswith("numpy.core") for module in written.modules):
        yield "numpy<2"


def _version(model: ModelLike, name: str, written: Written, recorded: str) -> str:
    """The version to install, or empty for what only has to be there. Raises ValueError."""
    in_pickle = written.versions.get(name, "")
    if recorded and in_pickle and Version(recorded) != Version(in_pickle):
        raise ValueError(
            f"is registered with {_PROJECTS[name]} {recorded}, but {model.path} was written by {in_pickle}: "
            "register it with the latter, or train it again"
        )
    # XGBoost's and LightGBM's estimators use scikit-learn, which is then only a helper of any version.
    made_by = _tops(written) & _BOOSTING or {"sklearn"}
    if name in made_by and not (recorded or in_pickle):
        raise ValueError(
            f"{model.path} does not say which version of {_PROJECTS[name]} wrote it: "
            "register it with framework and frameworkVersion, or name a conda file"
        )
    return recorded or in_pickle


def _tops(written: Written) -> set[str]:
    return {module.partition(".")[0] for module in written.modules}


def _pinned(name: str, version: str) -> str:
    if name == "xgboost" and Version(version) >= _XGBOOST_CPU_SINCE:
        return f"xgboost-cpu=={version}"
    return f"{_PROJECTS[name]}=={version}"
