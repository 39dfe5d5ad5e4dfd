"""Images: what a stack builds of models."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from components.model_image import ModelImageArgs
from slipway.imagebuild import source_folder
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.imports_beside import imports_beside
from slipway.rules.references import ModelReference
from stacks.settings.derived import made_of
from stacks.settings.files import CondaFile, Directory, EntryScript
from stacks.settings.references import ModelChoice
from stacks.settings.section import Section


def _each_once(models: tuple[ModelReference, ...]) -> tuple[ModelReference, ...]:
    if not models:
        raise ValueError("must name at least one model")
    if twice := sorted({str(model) for model in models if models.count(model) > 1}):
        raise ValueError(f"must name each model once, got {', '.join(twice)} more than once")
    return models


@made_of(ModelImageArgs, without=("login_server", "image_name"))
class ImageSettings(Section):
    """An image to build under the name that it has here: models, and what serves them."""

    models: Annotated[tuple[ModelChoice, ...], AfterValidator(_each_once)] = Field(
        description="Models of the image: names in `slipway:models`, and registered ones as "
        "name:version.",
        json_schema_extra={"minItems": 1},
    )
    entry_script: EntryScript | None = Field(
        default=None, description="Script with init() and run(); none for a bare .onnx or .pkl."
    )
    conda_file: CondaFile | None = Field(
        default=None,
        description="Conda environment file; none where the model alone says what it needs.",
    )
    source_directory: Directory | None = Field(
        default=None, description="Folder copied into the image; the entry script is in it."
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Where, below this section, and what is wrong with its files together."""
        if self.source_directory is None:
            if self.entry_script and (beside := imports_beside(self.entry_script)):
                yield (
                    "sourceDirectory",
                    f"is missing: {self.entry_script} imports {', '.join(beside)} beside it, and without a "
                    "source directory the script alone goes into the image; set it to "
                    f"{str(self.entry_script.parent)!r}",
                )
            return
        if self.entry_script is None:
            yield (
                "sourceDirectory",
                f"has no effect without entryScript, got {str(self.source_directory)!r}",
            )
            return
        try:
            source_folder.check(self.source_directory, self.entry_script)
        except BuildInputError as error:
            # Of the script alone, or of the folder alone.
            ((about, why),) = error.problems.items()
            words = "must hold the script" if about == "entry_script" else "cannot be used"
            yield "sourceDirectory", f"{words}: {why}"
