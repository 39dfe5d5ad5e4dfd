"""An image's models exist, and its files belong together."""

import re
from collections.abc import Iterator

from slipway.imagebuild import (
    bare_models,
    conda,
    models_asked_for,
    python_version,
    runtime_package,
)
from slipway.imagebuild.errors import BuildInputError
from stacks.settings.given import Given
from stacks.settings.images import ImageSettings
from stacks.settings.problems import Problems, below, near_to
from stacks.settings.stack import KEYS, Settings

_SHORT = re.compile(r"\d+\.\d")
_IMAGES, _MODELS = KEYS["images"], KEYS["models"]


def problems(settings: Settings, given: Given, known: Problems) -> Iterator[tuple[str, str]]:
    """Keys and what is wrong with them."""
    for name, image in settings.images.items():
        key = below(_IMAGES, name)
        # With a script that is wrong nothing is known of an image without one, and of models that are wrong nothing
        # of what it asks for.
        of_script = (
            ()
            if known.concern(f"{key}.entryScript")
            else (*image.problems(), *_bare(image, settings, known), *_script(image, key, known))
        )
        for where, why in (*of_script, *_models(image, given), *_python(image)):
            yield f"{key}.{where}", why


def _models(image: ImageSettings, given: Given) -> Iterator[tuple[str, str]]:
    known = given.names(_MODELS)
    for index, model in enumerate(image.models):
        if model.version is None and model.name not in known:
            near = near_to(model.name, known, none="no model")
            yield (
                f"models[{index}]",
                f"must be a model in {_MODELS}, or a registered one with its version, "
                f"got {model.name!r}; {near}",
            )


def _bare(image: ImageSettings, settings: Settings, known: Problems) -> Iterator[tuple[str, str]]:
    """Without a script the models are served as they are, which not every file can be."""
    if image.entry_script is not None:
        return
    for index, model in enumerate(image.models):
        if known.concern(f"{below(_MODELS, model.name)}.path"):
            continue
        file = settings.models.get(model.name) if model.version is None else None
        if file is not None and (why := bare_models.refusal(file.path)):
            yield f"models[{index}]", f"needs entryScript: {why}"


def _script(image: ImageSettings, key: str, known: Problems) -> Iterator[tuple[str, str]]:
    """A script that asks for a model by another name than the image has would end the container at its start."""
    if image.entry_script is None or known.concern(f"{key}.models"):
        return
    held = sorted({model.name for model in image.models})
    for name in models_asked_for.names(image.entry_script):
        if name not in held:
            yield (
                "entryScript",
                f"asks for the model {name!r} (get_model_path), which the image does not hold: it has "
                f"{', '.join(held)}; register the model as {_MODELS}.{name}, or ask for one of these",
            )


def _in_quotes(version: str) -> str:
    """What may have been meant: YAML reads 3.10 as the number 3.1, and `pulumi config set` writes that."""
    if not _SHORT.fullmatch(version):
        return ""
    return f'; if {version}0 was meant, write "{version}0" in quotes, as YAML reads it as the number {version}'


def _python(image: ImageSettings) -> Iterator[tuple[str, str]]:
    """The scoring runtime supports it, and the conda file allows it."""
    version = image.arguments()["python_version"]
    if version is None:
        return
    if why := python_version.refusal(version, runtime_package.requires_python()):
        yield "pythonVersion", why + _in_quotes(version)
    elif image.conda_file is not None:
        try:
            conda.read(image.conda_file, version)
        except BuildInputError as error:
            yield (
                "pythonVersion",
                f"does not go with condaFile: {'; '.join(error.problems.values())}",
            )
