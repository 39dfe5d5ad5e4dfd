"""Models, their entry script if they have one, its environment and the scoring server as one numbered image.

The same inputs are the same image and the same number; services use it by digest only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import pulumi
import pulumi_docker_build as docker

from components.arguments import FilePath, path_of, require_known
from components.build_context import ScoringSource, advice, content_key, staged
from components.errors import InvalidArgs
from components.machine_secrets import NAMES, machine_secrets
from components.model_artifact import ModelArtifact
from components.registry_login import docker_login
from components.unknowns import unknown
from slipway.resources.image_version import ImageVersion, ImageVersionArgs
from slipway.rules.fields import refusals
from slipway.rules.names import BASE_IMAGE, IMAGE_NAME, PYTHON_VERSION

TYPE = "slipway:index:ModelImage"

# Long enough that two contents never meet; the tag is only how the build reaches the registry.
_TAG_LENGTH = 32


@dataclass(frozen=True, kw_only=True)
class ModelImageArgs:
    """What a `ModelImage` is built from."""

    login_server: pulumi.Input[str]
    """Host of the registry."""
    image_name: Annotated[str, IMAGE_NAME]
    """Name of the image."""
    models: Sequence[pulumi.Input[ModelArtifact]]
    """Models that the image holds, as `RegisteredModel.artifact` gives them; several versions of one may be among
    them."""
    entry_script: FilePath | None = None
    """The script with init() and run(). A bare model that needs none has None."""
    source_directory: FilePath | None = None
    """Folder copied beside the entry script, which then lies in it."""
    conda_file: FilePath | None = None
    """Conda file of the script's environment; None where the models alone say what they need."""
    base_image: Annotated[str, BASE_IMAGE] | None = None
    """Image to build on, best with its digest (python:3.11-slim-bookworm@sha256:…); by default Python's own of the
    image's Python, by its tag."""
    python_version: Annotated[str, PYTHON_VERSION] | None = None
    """Python of the image, such as 3.11; by default what the conda file names, else the fixed default."""
    application_insights: bool = False
    """Give the image the packages that send a service's telemetry to Application Insights."""

    def __post_init__(self) -> None:
        require_known(self)
        if problems := refusals(self) | self.source.problems():
            raise InvalidArgs("ModelImageArgs", problems)

    @property
    def source(self) -> ScoringSource:
        """The plain files of the image."""
        return ScoringSource(
            entry_script=path_of(self.entry_script),
            source_directory=path_of(self.source_directory),
            conda_file=path_of(self.conda_file),
            base_image=self.base_image,
            python_version=self.python_version,
            application_insights=self.application_insights,
        )


class ModelImage(pulumi.ComponentResource):
    """An image in the registry, by number and digest."""

    image_id: pulumi.Output[str]
    """`name:version`."""
    version: pulumi.Output[int]
    """Its version alone."""
    ref: pulumi.Output[str]
    """The image by digest: the only form that a service takes."""

    def __init__(
        self, name: str, args: ModelImageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, None, opts)
        self._tell_source(args)
        key = content_key(args.source, args.models)
        built = self._built(f"{name}-build", args, key)
        numbered = ImageVersion(
            name,
            ImageVersionArgs(
                login_server=args.login_server,
                image_name=args.image_name,
                digest=_digest(built),
                content_key=key,
                models=[_id(model) for model in args.models],
            ),
            pulumi.ResourceOptions(
                parent=self,
                # A number is history that this or another stack may still run: a stack that turns
                # to a finished image must not delete it. Numbers go with the registry, or by
                # `slipway images delete`.
                retain_on_delete=True,
            ),
        )
        self.image_id = numbered.image_id
        self.version = numbered.version
        self.ref = numbered.ref
        self.register_outputs({"image_id": self.image_id, "version": self.version, "ref": self.ref})

    def _tell_source(self, args: ModelImageArgs) -> None:
        """In a preview: how much of the user's folder goes along, what of the conda file does not, and on what."""
        if not pulumi.runtime.is_dry_run():
            return
        for line in args.source.told():
            pulumi.log.info(line, self)

        def tell(line: str | None) -> None:
            if line is not None:
                pulumi.log.info(line, self)

        advice(args.source, args.models).apply(tell)

    def _built(self, name: str, args: ModelImageArgs, key: pulumi.Output[str]) -> docker.Image:
        tag = key.apply(lambda text: text[:_TAG_LENGTH])
        return docker.Image(
            name,
            context={"location": staged(args.source, args.models)},
            # The services' machines; an image for another processor would only fail to start.
            platforms=[docker.Platform.LINUX_AMD64],
            push=True,
            tags=[
                pulumi.Output.concat(args.login_server, "/images/", args.image_name, ":key-", tag)
            ],
            registries=[docker_login(args.login_server)],
            secrets=machine_secrets(),
            ignore_secrets_in_diff_calculation=list(NAMES),
            # A preview needs no Docker.
            build_on_preview=False,
            opts=pulumi.ResourceOptions(
                parent=self,
                # docker-build would delete the manifest, with the registry password it kept in the
                # state, which has expired by then (pulumi-docker-build#424).
                retain_on_delete=True,
                # Compiling wheels for a new environment takes its time.
                custom_timeouts=pulumi.CustomTimeouts(create="60m", update="60m"),
            ),
        )


def _digest(built: docker.Image) -> pulumi.Output[str]:
    """The digest of what was pushed: unknown, not empty, in a preview that does not build.

    It is public, though docker-build marks whatever comes of a password as secret.
    """
    return pulumi.Output.unsecret(built.digest).apply(lambda digest: digest or unknown())


def _id(model: pulumi.Input[ModelArtifact]) -> pulumi.Output[str]:
    """Unknown, not empty, in a preview that cannot know the model's version."""
    return pulumi.Output.from_input(model).apply(lambda found: found.model_id or unknown())
