"""Which Python an image gets: pickles belong to the Python that made them."""

import platform
import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

_EXACT = re.compile(r"^==(\d+\.\d+(?:\.\d+)?)(\.\*)?$")


def choose(specifier: str, oldest: SpecifierSet, running: str | None = None) -> str:
    """The version for a conda file's `python` line (PEP 440 form, may be empty).

    An exact version is taken as it stands; for a range, or nothing, the running interpreter's
    minor version if it satisfies it. `oldest` is what the scoring runtime supports.
    Raises ValueError with a sentence.
    """
    running = running or platform.python_version()
    exact = _EXACT.match(specifier)
    chosen = exact[1] if exact else _from_range(specifier, running)
    if not oldest.contains(_comparable(chosen)):
        raise ValueError(
            f"Python {chosen} is asked for, but the scoring runtime needs {oldest}: "
            f"write python={'.'.join(running.split('.')[:2])} and train the model with it"
        )
    return chosen


def locked_from(specifier: str, chosen: str, oldest: SpecifierSet) -> str:
    """The oldest Python that a lock must serve: the exact one, or for a range the oldest that the runtime supports.

    So one committed lock serves whichever Python of the range builds the image.
    """
    if _EXACT.match(specifier):
        return chosen
    return min((one.version for one in oldest if one.operator == ">="), default=chosen)


def _from_range(specifier: str, running: str) -> str:
    try:
        allowed = SpecifierSet(specifier)
    except InvalidSpecifier as error:
        raise ValueError(
            f"the python version {specifier!r} cannot be read: write python=3.11"
        ) from error
    if not allowed.contains(running):
        raise ValueError(
            f"python{specifier} leaves the version open and excludes the running Python {running}: "
            "write an exact one, as python=3.11, or run with one that it allows"
        )
    return ".".join(running.split(".")[:2])


def _comparable(version: str) -> Version:
    """`3.11` stands for every 3.11.x, so it is compared as its newest."""
    return Version(version if version.count(".") == 2 else f"{version}.99")
