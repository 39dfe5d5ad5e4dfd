"""From a scoring source and a model to the build context of an image, and its key."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pulumi

from components.errors import InvalidArgs
from components.registered_model import RegisteredModel
from imagebuild import conda, context, entry_script
from imagebuild.errors import BuildInputError
from imagebuild.places import cache_root


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


def content_key(source: ScoringSource, model: RegisteredModel) -> pulumi.Output[str]:
    """Key of the image's content, known before the model has a number."""
    return pulumi.Output.all(model.path, model.sha256).apply(
        lambda known: _key(source, model.name, *known)
    )


def staged(source: ScoringSource, model: RegisteredModel) -> pulumi.Output[str]:
    """Path of a folder with exactly the image's files.

    In a preview that cannot know the model's number (there is no registry yet) it is staged as the
    first: docker-build hashes the context in a preview too, and without a place to look at it
    would hash the whole project.
    """
    return pulumi.Output.all(model.path, model.sha256, _or_first(model.version)).apply(
        lambda known: _stage(source, model.name, *known)
    )


def _or_first(version: pulumi.Output[int]) -> pulumi.Output[int]:
    async def number() -> int:
        if pulumi.runtime.is_dry_run() and not await version.is_known():
            return 1
        return await version.future() or 1

    return pulumi.Output.from_input(number()) if pulumi.runtime.is_dry_run() else version


def _key(source: ScoringSource, name: str, path: str, sha256: str) -> str:
    # The key does not depend on the number; any serves.
    return _refusing(lambda: context.content_key(_spec(source, name, path, sha256, 1)))


def _stage(source: ScoringSource, name: str, path: str, sha256: str, version: int) -> str:
    spec = _spec(source, name, path, sha256, version)
    return _refusing(lambda: str(context.stage(spec, cache_root() / "contexts")))


def _spec(
    source: ScoringSource, name: str, path: str, sha256: str, version: float
) -> context.ContextSpec:
    model = context.ModelFile(name=name, version=int(version), path=Path(path), sha256=sha256)
    return context.ContextSpec(
        models=(model,),
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
