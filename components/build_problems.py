"""What the image builder refuses, by the argument of a `ModelImage` that it is about."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from components.model_artifact import ModelArtifact

_ARGUMENTS = frozenset(
    {"entry_script", "source_directory", "conda_file", "base_image", "python_version", "models"}
)


class Files(Protocol):
    """What is asked of a `ScoringSource`."""

    @property
    def entry_script(self) -> Path | None: ...
    @property
    def conda_file(self) -> Path | None: ...


def by_argument(
    found: Mapping[str, str], source: Files, models: Sequence[ModelArtifact] = ()
) -> dict[str, str]:
    """Argument -> what is wrong with it; under no name what is wrong with this machine.

    The builder names arguments, places in files (`myenv.yml: dependencies[3]`) and models (`model diabetes`).
    """
    told: dict[str, list[str]] = {}
    for where, why in found.items():
        argument = _argument(where, source, models)
        # A problem of an argument is keyed by it already; one of a place in a file is not.
        place = "" if where == argument or where == str(source.conda_file) else f"{where}: "
        told.setdefault(argument, []).append(f"{place}{why}")
    return {argument: _sentence(argument, each) for argument, each in told.items()}


def _sentence(argument: str, problems: list[str]) -> str:
    if not argument:
        return "; ".join(problems)
    if len(problems) == 1:
        return f"cannot be used: {problems[0]}"
    lines = "".join(f"\n    {each}" for each in problems)
    return f"cannot be used, with {len(problems)} problems:{lines}"


def _argument(where: str, source: Files, models: Sequence[ModelArtifact]) -> str:
    if where in _ARGUMENTS or where.startswith("models["):
        return where
    for argument, file in (
        ("entry_script", source.entry_script),
        ("conda_file", source.conda_file),
    ):
        if file is not None and (where == str(file) or where.startswith(f"{file.name}: ")):
            return argument
    for index, model in enumerate(models):
        if where in (f"model {model.name}", model.path):
            return f"models[{index}]"
    return ""
