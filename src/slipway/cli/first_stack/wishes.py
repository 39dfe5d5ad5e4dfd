"""What a first stack is to be, and what is wrong with that, all at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.cli.errors import CommandError
from slipway.cli.targets import TARGETS
from slipway.folders.model_folder import name_of
from slipway.rules.arm_ids import RESOURCE_GROUP_ID
from slipway.rules.names import IMAGE_NAME, MODEL_NAME, SERVICE_NAME, STACK_NAME, WORKSPACE_NAME
from slipway.rules.pattern import Pattern
from slipway.rules.regions import REGION
from slipway.rules.rule import Rule

if TYPE_CHECKING:
    from slipway.imagebuild.context import ContextSpec

# Pulumi's own rule, less what a file's name should not hold.
STACK = Pattern(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", "the name of a stack such as dev")
_SUFFIX = "-image"
_MODEL = "model"
# What the image builder calls its inputs; a file's line is called the same in both.
_OPTIONS = {
    "models[0]": "--model",
    f"model {_MODEL}": "--model",
    "entry_script": "--entry-script",
    "conda_file": "--conda-file",
}
_MAX_IMAGE_NAME = 32
WORKSPACES: Mapping[str, Rule] = {
    "workspace_name": WORKSPACE_NAME,
    "existing_stack": STACK_NAME,
    "existing_id": RESOURCE_GROUP_ID,
}
"""The ways to say which workspace, by their options' names."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """The answers, as they were given; paths as seen from where the command runs."""

    project: Path
    """The folder that holds, or will hold, Pulumi.yaml."""
    model: Path
    name: str
    entry_script: Path | None
    conda_file: Path | None
    framework: str | None
    framework_version: str | None
    target: str
    location: str
    workspace_name: str | None
    existing_stack: str | None
    existing_id: str | None
    stack: str

    @property
    def image_name(self) -> str:
        """Made of the model's name, which may have what an image's may not."""
        return f"{_plain(self.name)[: _MAX_IMAGE_NAME - len(_SUFFIX)].strip('-')}{_SUFFIX}"

    @property
    def service_name(self) -> str:
        """Made of the model's name too."""
        return _plain(self.name)[:63].strip("-")

    @property
    def workspace(self) -> dict[str, Any]:
        """The value of `slipway:workspace`."""
        if self.workspace_name is not None:
            return {"name": self.workspace_name}
        if self.existing_stack is not None:
            return {"existing": {"stack": self.existing_stack}}
        return {"existing": {"id": self.existing_id}}

    def config(self) -> dict[str, Any]:
        """The stack's configuration. Call `check` first."""
        image: dict[str, Any] = {"models": [self.name]}
        for key, path in (("entryScript", self.entry_script), ("condaFile", self.conda_file)):
            if path is not None:
                image[key] = self._inside(path)
        model = {"path": self._inside(self.model)}
        for key, text in (
            ("framework", self.framework),
            ("frameworkVersion", self.framework_version),
        ):
            if text is not None:
                model[key] = text
        service = {"target": self.target, "image": f"{self.image_name}:latest", "auth": True}
        return {
            "azure-native:location": REGION.checked(self.location),
            "slipway:workspace": self.workspace,
            "slipway:models": {self.name: model},
            "slipway:images": {self.image_name: image},
            "slipway:services": {self.service_name: service},
        }

    def check(self) -> None:
        """Raises CommandError with every problem, one line each."""
        problems = [f"{where}: {why}" for where, why in self._problems()]
        if problems:
            raise CommandError("\n".join(problems))

    def _problems(self) -> Iterator[tuple[str, str]]:
        yield from self._wrong_names()
        yield from self._wrong_workspace()
        for flag, path in self._files():
            if self._inside(path) is None:
                yield (
                    flag,
                    f"must be below the project's folder {self.project}, got {str(path)!r}",
                )
        yield from self._wrong_files()

    def _wrong_names(self) -> Iterator[tuple[str, str]]:
        rules = {
            "--name": (MODEL_NAME, self.name),
            "--location": (REGION, self.location),
            "--stack": (STACK, self.stack),
        }
        for flag, (rule, value) in rules.items():
            if why := rule.refusal(value):
                yield flag, why
        derived = IMAGE_NAME.allows(self.image_name) and SERVICE_NAME.allows(self.service_name)
        if MODEL_NAME.allows(self.name) and not derived:
            yield (
                "--name",
                f"must begin with letters or digits that names of an image and a service can be made of, "
                f"got {self.name!r}",
            )
        if self.target not in TARGETS:
            yield "--target", f"must be one of {', '.join(TARGETS)}, got {self.target!r}"

    def _wrong_workspace(self) -> Iterator[tuple[str, str]]:
        values = {
            "workspace_name": self.workspace_name,
            "existing_stack": self.existing_stack,
            "existing_id": self.existing_id,
        }
        given = {key: value for key, value in values.items() if value is not None}
        if len(given) != 1:
            received = " and ".join(map(option, given)) or "none of them"
            yield ", ".join(map(option, values)), f"give exactly one of them, got {received}"
        for key, value in given.items():
            if why := WORKSPACES[key].refusal(value):
                yield option(key), why

    def _files(self) -> Iterator[tuple[str, Path]]:
        given = {
            "--model": self.model,
            "--entry-script": self.entry_script,
            "--conda-file": self.conda_file,
        }
        return ((flag, path) for flag, path in given.items() if path is not None)

    def _wrong_files(self) -> Iterator[tuple[str, str]]:
        """By the checks that an image's build begins with."""
        from slipway.imagebuild import bare_models, context
        from slipway.imagebuild.errors import BuildInputError

        spec = self.spec()
        try:
            context.check(spec)
            if self.entry_script is None and self.conda_file is None:
                bare_models.environment(spec.models)
        except BuildInputError as error:
            for where, why in error.problems.items():
                yield self._as_option(where), why

    def _as_option(self, where: str) -> str:
        """Where the image's builder saw a problem, by the option that named the file."""
        argument = where.rpartition(": ")[2]
        if argument in _OPTIONS:
            return _OPTIONS[argument]
        for flag, path in self._files():
            if where.startswith(path.name):
                return f"{flag}: {where}"
        return where

    def spec(self) -> "ContextSpec":
        """The image, as its builder takes it."""
        from slipway.imagebuild.context import ContextSpec, ModelFile

        model = ModelFile(
            name=_MODEL,
            version=0,
            path=self.model,
            sha256="",
            framework=self.framework or "",
            framework_version=self.framework_version or "",
        )
        return ContextSpec(
            models=(model,), entry_script=self.entry_script, conda_file=self.conda_file
        )

    def _inside(self, path: Path) -> str | None:
        """The path as seen from the project, or None outside of it."""
        try:
            return path.resolve().relative_to(self.project.resolve()).as_posix()
        except (
            ValueError,
            OSError,
            RuntimeError,
        ):  # RuntimeError: a loop of links, before Python 3.13
            return None


def option(key: str) -> str:
    """`workspace_name` as it is typed."""
    return f"--{key.replace('_', '-')}"


def default_name(model: Path) -> str:
    """A model's name made of its file's, or its folder's."""
    given = name_of(model) if model.is_dir() else model.stem
    return re.sub(r"[^A-Za-z0-9._-]+", "-", given).strip("-._") or "model"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
