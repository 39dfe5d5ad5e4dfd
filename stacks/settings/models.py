"""Models: the files and folders that a stack registers."""

from collections.abc import Iterator

from pydantic import Field

from components.registered_model import RegisteredModelArgs
from stacks.settings.derived import made_of
from stacks.settings.files import ModelPath
from stacks.settings.section import Section


@made_of(RegisteredModelArgs, without=("login_server", "model_name", "version"))
class ModelSettings(Section):
    """A model's file or folder to register under the name that it has here."""

    path: ModelPath = Field(
        description="Model file, or folder such as a SavedModel, relative to the project."
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Where, below this section, and what is wrong with its settings together."""
        arguments = self.arguments()
        if arguments["framework_version"] is not None and arguments["framework"] is None:
            version = arguments["framework_version"]
            yield "frameworkVersion", f"has no effect without framework, got {version!r}"
