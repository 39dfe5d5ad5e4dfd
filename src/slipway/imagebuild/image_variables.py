"""`variables:` of a conda file: environment variables of the image, which a service's own come before."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from slipway.imagebuild.dockerfile import OWN_VARIABLES
from slipway.rules.secret_names import looks_secret
from slipway.rules.variables import VARIABLES

_CREDENTIALS = re.compile(r"[A-Za-z][\w+.-]*://[^/\s@]+:[^/\s@]+@")


def read(given: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The variables, and what is wrong with which of them. `given` has each scalar as it was written."""
    if not isinstance(given, Mapping):
        return {}, {"": f"must be a mapping of names to texts, received {type(given).__name__}"}
    problems = {
        str(name): why for name, value in given.items() if (why := _refusal(str(name), value))
    }
    return {str(name): str(value) for name, value in given.items()}, problems


def _refusal(name: str, value: Any) -> str | None:
    return next(_refusals(name, value), None)


def _refusals(name: str, value: Any) -> Iterator[str]:
    if why := VARIABLES.refusal({name: value}):
        yield why
    if name in OWN_VARIABLES:
        yield "must not be set: the image sets it itself"
    if not isinstance(value, str) or value == "":
        yield "must be a text that is not empty"
    elif not value.isprintable():
        yield "must be one line of printable text: set others by the service's environment"
    elif looks_secret(name) or _CREDENTIALS.search(value):
        yield (
            "looks like a secret, which whoever pulls the image could read: set it by secretEnvironment of the "
            "service, or by environment there if it is none"
        )
