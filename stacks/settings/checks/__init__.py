"""What belongs together in a stack's settings: forms, references, names that exclude each other."""

from collections.abc import Iterator

from stacks.settings.checks import images, models, secrets, services, workspace
from stacks.settings.given import Given
from stacks.settings.problems import Problems
from stacks.settings.secrets import SECRETS
from stacks.settings.stack import Settings


def problems(settings: Settings, given: Given, known: Problems) -> Iterator[tuple[str, str]]:
    """Keys and what is wrong with them beside others.

    `settings` lack what is wrong by itself; `known` tells of what, so that nothing is said of what follows.
    """
    # What is wrong in a hidden section would show its values. Names of secrets may be shown.
    hidden = given.hidden - {SECRETS}
    for module in (workspace, models, images, services, secrets):
        for key, why in module.problems(settings, given, known):
            if not known.concern(key) and key.partition(".")[0] not in hidden:
                yield key, why
