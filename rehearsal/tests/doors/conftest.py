"""Arguments in which one value after another is not known yet, as in the preview of a replacement."""

from collections.abc import Iterator
from typing import Any

import pytest

from rehearsal.doors.pulumi_provider.values import UNKNOWN


def each_unknown(value: Any) -> Iterator[Any]:
    """The value with each part of it unknown in turn, the whole included."""
    yield UNKNOWN
    if isinstance(value, dict):
        for key, inner in value.items():
            for changed in each_unknown(inner):
                yield {**value, key: changed}
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            for changed in each_unknown(inner):
                yield [*value[:index], changed, *value[index + 1 :]]


@pytest.fixture
def with_unknowns():
    """Makes such arguments from good ones, and those of which nothing is known."""

    def made(given: dict) -> list[dict]:
        found = [one for one in each_unknown(given) if isinstance(one, dict)]
        return [*found, dict.fromkeys(given, UNKNOWN)]

    return made
