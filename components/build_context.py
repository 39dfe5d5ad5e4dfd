"""From a scoring source and models to the build context of an image, and its key."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi

from components.build_problems import by_argument
from components.errors import InvalidArgs
from components.model_artifact import ModelArtifact
from slipway.imagebuild import (
    base_image,
    conda,
    context,
    entry_script,
    python_version,
    runtime_package,
    source_folder,
)
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
        for path, look in ((self.entry_script, entry_script.check), (self.conda_file, self._conda)):
            try:
                if path is not None:
                    look(path)
            except BuildInputError as error:
                found |= by_argument(error.problems, self)
        alone = self.entry_script if self.source_directory is None and not found else None
        if alone is not None and (beside := imports_beside(alone)):
            found["source_directory"] = (
                f"is missing: {alone} imports {', '.join(beside)} beside it, and without a source directory the "
                "script alone goes into the image"
            )
        return found

    def told(self) -> Iterator[str]:
        """What of the files goes into the image, and what does not, where that is not plain from them."""
        folder, file = self.source_directory, self.conda_file
        if folder is not None:
            yield f"{folder} goes into the image: {source_folder.summary(folder)}"
        if file is not None:
            yield from (f"{file}: {note}" for note in self._conda(file).notes)

    def _conda(self, path: Path) -> conda.Environment:
        """A Python that no image can have is refused for that, not because the file names another."""
        wanted = self.python_version
        fit = wanted and not python_version.refusal(wanted, runtime_package.requires_python())
        return conda.read(path, wanted if fit else None)


def advice(
    source: ScoringSource, models: Sequence[pulumi.Input[ModelArtifact]]
) -> pulumi.Output[str | None]:
    """What to know of the base image, if anything; whatever is wrong with the inputs is refused elsewhere."""

    def of(found: Sequence[ModelArtifact]) -> str | None:
        try:
            reference = context.base_image_of(_spec(source, found, unnumbered=0))
        except BuildInputError:
            return None
        return base_image.advice(reference)

    return pulumi.Output.all(*models).apply(of)


def content_key(
    source: ScoringSource, models: Sequence[pulumi.Input[ModelArtifact]]
) -> pulumi.Output[str]:
    """Key of the image's content. It does not depend on versions, so that it is known before they are."""
    return pulumi.Output.all(*models).apply(
        lambda found: _refusing(source, found, 0, context.content_key)
    )


def staged(
    source: ScoringSource, models: Sequence[pulumi.Input[ModelArtifact]]
) -> pulumi.Output[str]:
    """Path of a folder with exactly the image's files.

    In a preview that cannot know a model's version (there is no registry yet) it is staged as the
    first: docker-build hashes the context in a preview too, and without a place to look at it
    would hash the whole project.
    """
    return pulumi.Output.all(*models).apply(lambda found: _refusing(source, found, 1, _staged))


def _staged(spec: context.ContextSpec) -> str:
    return str(context.stage(spec, _contexts()))


def empty_context() -> str:
    """Path of a folder without files, for a build that needs none: the project would be hashed instead."""
    place = _contexts() / "empty"
    place.mkdir(parents=True, exist_ok=True)
    return str(place)


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


def _refusing(
    source: ScoringSource,
    models: Sequence[ModelArtifact],
    unnumbered: int,
    build: Callable[[context.ContextSpec], str],
) -> str:
    try:
        return build(_spec(source, models, unnumbered=unnumbered))
    except BuildInputError as error:
        raise InvalidArgs("ModelImageArgs", by_argument(error.problems, source, models)) from None
