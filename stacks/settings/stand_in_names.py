"""Names for models, images and services whose own cannot be: what stands under such a name is checked all the same."""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any, cast

from pydantic_core import ErrorDetails

from stacks.settings.sentences import Path
from stacks.settings.stack import Settings


class StandInNames:
    """The stand-ins that were given, and whose they are."""

    def __init__(self) -> None:
        self._owners: dict[tuple[str, str], str] = {}

    def give(self, values: Mapping[str, Any], path: Path) -> None:
        """Put what is at the path, a section and a wrong name in it, under another name."""
        section, name = map(str, path)
        named = values[section]
        if name in named:
            candidates = (f"stand-in-{number}" for number in count(1))
            stand_in = next(each for each in candidates if each not in named)
            named[stand_in] = named.pop(name)
            self._owners[section, stand_in] = name

    def path(self, path: Path) -> Path:
        """The path in the values that have the stand-ins."""
        given = {(section, name): each for (section, each), name in self._owners.items()}
        stand_in = given.get(cast("tuple[str, str]", path[:2]))
        return path if stand_in is None else (path[0], stand_in, *path[2:])

    def restored(self, errors: Iterable[ErrorDetails]) -> list[ErrorDetails]:
        """The errors, as if there were no stand-ins."""
        return [cast("ErrorDetails", {**each, "loc": self._own(each["loc"])}) for each in errors]

    def returned(self, settings: Settings) -> Settings:
        """The settings, with the user's own names."""
        update = {
            section: {
                self._owners.get((section, name), name): value
                for name, value in getattr(settings, section).items()
            }
            for section in {section for section, _ in self._owners}
        }
        return settings.model_copy(update=update)

    def _own(self, location: Path) -> Path:
        owner = self._owners.get(cast("tuple[str, str]", location[:2]))
        return location if owner is None else (location[0], owner, *location[2:])
