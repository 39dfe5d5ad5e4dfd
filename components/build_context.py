"""From a scoring source and models to the build context of an image, and its key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi

from components.errors import InvalidArgs
from components.model_artifact import ModelArtifact
from slipway.imagebuild import conda, context, entry_script
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.imports_beside import imports_beside
from slipway.places import write_atomically
from slipway.rules.left_out import STAGING


@dataclass(frozen=True, kw_only=True)
class ScoringSource:
    """The plain files of an image: everything but the model."""

    entry_script: Path | None
    source_directory: Path | None
    conda_file: Path | None
    base_image: str | None
    python_version: str | None
    application_insights: bool = False

    def problems(self) -> dict[str, str]:
        """Argument -> what is wrong with it."""
        found: dict[str, str] = {}
        if self.source_directory is not None and not self.source_directory.is_dir():
            found["source_directory"] = f"must be an existing folder, got {self.source_directory}"
        for path, look in ((self.entry_script, entry_script.check), (self.conda_file, conda.read)):
            try:
                if path is not None:
                    look(path)
            except BuildInputError as error:
                found |= error.problems
        alone = self.entry_script if self.source_directory is None and not found else None
        if alone is not None and (beside := imports_beside(alone)):
            found["source_directory"] = (
                f"is missing: {alone} imports {', '.join(beside)} beside it, and without a source directory the "
                "script alone goes into the image"
            )
        return found


def content_key(
    source: ScoringSource, models: Sequence[pulumi.Input[ModelArtifact]]
) -> pulumi.Output[str]:
    """Key of the image's content. It does not depend on versions, so that it is known before they are."""
    return pulumi.Output.all(*models).apply(
        lambda found: _refusing(lambda: context.content_key(_spec(source, found, unnumbered=0)))
    )


def staged(
    source: ScoringSource, models: Sequence[pulumi.Input[ModelArtifact]]
) -> pulumi.Output[str]:
    """Path of a folder with exactly the image's files.

    In a preview that cannot know a model's version (there is no registry yet) it is staged as the
    first: docker-build hashes the context in a preview too, and without a place to look at it
    would hash the whole project.
    """
    return pulumi.Output.all(*models).apply(
        lambda found: _refusing(
            lambda: str(context.stage(_spec(source, found, unnumbered=1), _contexts()))
        )
    )


def _contexts() -> Path:
    """Where contexts are staged: inside the project, by a path that is the same on every machine.

    docker-build compares the paths of two updates, and whose home it is must be no change of the image.
    """
    ignored = Path(STAGING, ".gitignore")
    if not ignored.exists():
        write_atomically(ignored, b"*\n")
    return Path(STAGING, "contexts")


def _spec(
    source: ScoringSource, models: Sequence[ModelArtifact], *, unnumbered: int
) -> context.ContextSpec:
    chosen: dict[str, Any] = {}
    if source.python_version is not None:
        chosen["python_version"] = source.python_version
    return context.ContextSpec(
        models=tuple(_file(model, unnumbered) for model in models),
        entry_script=source.entry_script,
        source_directory=source.source_directory,
        conda_file=source.conda_file,
        base_image=source.base_image,
        application_insights=source.application_insights,
        **chosen,
    )


def _file(model: ModelArtifact, unnumbered: int) -> context.ModelFile:
    return context.ModelFile(
        name=model.name,
        version=model.version or unnumbered,
        path=Path(model.path),
        sha256=model.sha256,
        framework=model.framework,
        framework_version=model.framework_version,
    )


def _refusing(build: Callable[[], str]) -> str:
    try:
        return build()
    except BuildInputError as error:
        raise InvalidArgs("image", error.problems) from None
