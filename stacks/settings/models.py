"""Models: the files that a stack registers."""

from collections.abc import Iterator

from pydantic import Field

from components.registered_model import RegisteredModelArgs
from stacks.settings.derived import made_of
from stacks.settings.files import ModelFile
from stacks.settings.section import Section


@made_of(RegisteredModelArgs, without=("login_server", "model_name", "version"))
class ModelSettings(Section):
    """A model file to register under the name that it has here."""

    path: ModelFile = Field(description="Model file, relative to the project.")

    def problems(self) -> Iterator[tuple[str, str]]:
        """Where, below this section, and what is wrong with its settings together."""
        arguments = self.arguments()
        if arguments["framework_version"] is not None and arguments["framework"] is None:
            version = arguments["framework_version"]
            yield "frameworkVersion", f"has no effect without framework, got {version!r}"
