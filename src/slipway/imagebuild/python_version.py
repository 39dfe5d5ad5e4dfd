"""Which Python an image gets: as the setting and the conda file say, whichever Python runs this.

The same files are the same image on every machine, so the running interpreter has no say in it.
"""

import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from slipway.rules.names import PYTHON_VERSION

DEFAULT = "3.11"
"""Where neither the setting nor the conda file names another: the oldest that the runtime supports."""

_EXACT = re.compile(r"==(\d+\.\d+(?:\.\d+)?)(\.\*)?")
# The newest Python that has an official image; a range beyond it is answered by none.
_NEWEST_MINOR = 14


def refusal(value: str, supported: SpecifierSet) -> str | None:
    """Why `value` cannot be an image's Python, if so. `supported` is what the scoring runtime runs on."""
    if why := PYTHON_VERSION.refusal(value):
        return why
    if not supported.contains(_comparable(value)):
        return f"must be a Python that the scoring runtime supports ({supported}), got {value!r}"
    return None


def choose(specifier: str, supported: SpecifierSet, setting: str | None = None) -> str:
    """The version for a conda file's `python` line (PEP 440 form, may be empty) and the setting.

    The setting wins where the line allows it. An exact line is taken as it is; of a range, or
    nothing, it is `DEFAULT` if allowed, else the oldest minor version that is.
    Raises ValueError with a sentence.
    """
    allowed = _parse(specifier)
    if setting is not None:
        if (why := refusal(setting, supported)) is not None:
            raise ValueError(f"the Python version {why}")
        return _settle(setting, specifier, allowed)
    exact = _EXACT.fullmatch(specifier)
    if exact is None:
        return _from_range(specifier, allowed, supported)
    if (why := refusal(exact[1], supported)) is not None:
        raise ValueError(f"{why}: write python={DEFAULT} and train the model with it")
    return exact[1]


def _parse(specifier: str) -> SpecifierSet:
    try:
        return SpecifierSet(specifier)
    except InvalidSpecifier:
        raise ValueError(
            f"the python version {specifier!r} cannot be read: write python={DEFAULT}"
        ) from None


def _settle(setting: str, specifier: str, allowed: SpecifierSet) -> str:
    """The setting, to the patch where the conda file names one of the same minor version."""
    exact = _EXACT.fullmatch(specifier)
    if exact is not None and exact[1].startswith(f"{setting}."):
        return exact[1]
    minor = SpecifierSet(f"=={exact[1]}.*") if exact and exact[1].count(".") == 1 else allowed
    if not minor.contains(_comparable(setting)):
        raise ValueError(
            f"python{specifier} contradicts the image's Python version {setting}, which is set "
            "outside the file: change one of them"
        )
    return setting


def _from_range(specifier: str, allowed: SpecifierSet, supported: SpecifierSet) -> str:
    minors = [f"3.{minor}" for minor in range(_NEWEST_MINOR + 1)]
    both = allowed & supported
    fitting = [minor for minor in minors if both.contains(_comparable(minor))]
    if not fitting:
        raise ValueError(
            f"python{specifier} allows no version that the scoring runtime supports ({supported}), "
            f"up to 3.{_NEWEST_MINOR}: write an exact one, as python={DEFAULT}"
        )
    return DEFAULT if DEFAULT in fitting else fitting[0]


def _comparable(version: str) -> Version:
    """`3.11` stands for every 3.11.x, so it is compared as its newest."""
    return Version(version if version.count(".") == 2 else f"{version}.99")
