"""From a scoring source and models to the build context of an image, and its key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi

from components.errors import InvalidArgs
from components.registered_model import RegisteredModel
from slipway.imagebuild import conda, context, entry_script
from slipway.imagebuild.errors import BuildInputError
from slipway.places import cache_root


@dataclass(frozen=True, kw_only=True)
class ScoringSource:
    """The plain files of an image: everything but the model."""

    entry_script: Path | None
    source_directory: Path | None
    conda_file: Path | None
    base_image: str | None

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
        return found


def content_key(source: ScoringSource, models: Sequence[RegisteredModel]) -> pulumi.Output[str]:
    """Key of the image's content, known before a model has a number."""
    return pulumi.Output.all(*(_unnumbered(model) for model in models)).apply(
        lambda files: _refusing(lambda: context.content_key(_spec(source, files)))
    )


def staged(source: ScoringSource, models: Sequence[RegisteredModel]) -> pulumi.Output[str]:
    """Path of a folder with exactly the image's files.

    In a preview that cannot know the model's number (there is no registry yet) it is staged as the
    first: docker-build hashes the context in a preview too, and without a place to look at it
    would hash the whole project.
    """
    return pulumi.Output.all(*(_numbered(model) for model in models)).apply(
        lambda files: _refusing(
            lambda: str(context.stage(_spec(source, files), cache_root() / "contexts"))
        )
    )


def _unnumbered(model: RegisteredModel) -> pulumi.Output[context.ModelFile]:
    """The key does not depend on numbers, which tell two versions of one model apart all the same."""
    number = 0 if model.is_registered_here else model.version
    return _file(model, number)


def _numbered(model: RegisteredModel) -> pulumi.Output[context.ModelFile]:
    return _file(model, _or_first(model.version))


def _file(model: RegisteredModel, version: pulumi.Input[int]) -> pulumi.Output[context.ModelFile]:
    return pulumi.Output.all(
        path=model.path,
        sha256=model.sha256,
        version=version,
        framework=model.framework,
        framework_version=model.framework_version,
    ).apply(
        lambda known: context.ModelFile(
            name=model.name,
            version=int(known["version"]),
            path=Path(known["path"]),
            sha256=known["sha256"],
            framework=known["framework"],
            framework_version=known["framework_version"],
        )
    )


def _or_first(version: pulumi.Output[int]) -> pulumi.Output[int]:
    async def number() -> int:
        if pulumi.runtime.is_dry_run() and not await version.is_known():
            return 1
        return await version.future() or 1

    return pulumi.Output.from_input(number()) if pulumi.runtime.is_dry_run() else version


def _spec(source: ScoringSource, models: Sequence[context.ModelFile]) -> context.ContextSpec:
    return context.ContextSpec(
        models=tuple(models),
        entry_script=source.entry_script,
        source_dir=source.source_directory,
        conda_file=source.conda_file,
        base_image=source.base_image,
    )


def _refusing(build: Callable[[], str]) -> str:
    try:
        return build()
    except BuildInputError as error:
        raise InvalidArgs("image", error.problems) from None
