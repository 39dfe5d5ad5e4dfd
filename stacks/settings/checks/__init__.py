"""What belongs together in a stack's settings: forms, references, names that exclude each other."""

from collections.abc import Iterator

from stacks.settings.checks import as_given, images, models, secrets, services, tls, workspace
from stacks.settings.given import Given
from stacks.settings.problems import Problems
from stacks.settings.stack import KEYS, Settings


def problems(settings: Settings, given: Given, known: Problems) -> Iterator[tuple[str, str]]:
    """Keys and what is wrong with them beside others.

    `settings` lack what is wrong by itself; `known` tells of what, so that nothing is said of what follows.
    """
    visible = _without_hidden(settings, given)
    yield from as_given.problems(visible, given, known)
    for module in (workspace, models, images, services, tls, secrets):
        for key, why in module.problems(visible, given, known):
            if not known.concern(key):
                yield key, why


def _without_hidden(settings: Settings, given: Given) -> Settings:
    """What is wrong in a secret section, or in another beside it, would show its values."""
    fields = Settings.model_fields
    return settings.model_copy(
        update={
            name: fields[name].get_default()
            for name, key in KEYS.items()
            if key in given.hidden and name != "location"
        }
    )
