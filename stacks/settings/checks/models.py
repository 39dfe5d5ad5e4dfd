"""What is written beside a model belongs together."""

from collections.abc import Iterator

from stacks.settings.given import Given
from stacks.settings.problems import Problems, below
from stacks.settings.stack import KEYS, Settings


def problems(settings: Settings, given: Given, known: Problems) -> Iterator[tuple[str, str]]:
    """Keys and what is wrong with them."""
    for name, model in settings.models.items():
        key = below(KEYS["models"], name)
        if known.concern(f"{key}.framework"):
            continue  # what is missing beside it was given
        for where, why in model.problems():
            yield f"{key}.{where}", why
