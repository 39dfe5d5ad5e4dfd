"""What is written beside a model belongs together."""

from collections.abc import Iterator

from stacks.settings.given import Given
from stacks.settings.problems import Problems
from stacks.settings.stack import KEYS, Settings


def problems(settings: Settings, given: Given, known: Problems) -> Iterator[tuple[str, str]]:
    """Keys and what is wrong with them."""
    for name, model in settings.models.items():
        for where, why in model.problems():
            yield f"{KEYS['models']}.{name}.{where}", why
