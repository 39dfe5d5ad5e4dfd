"""Errors of dynamic resources as the sentence they are.

`pulumi.dynamic` hands the engine `traceback.format_exc()` of whatever a provider raises, so a
missing role would be shown as thirty lines of Python. Its module is the provider process's main
module: there, and only there, an exception that is meant for the user is formatted as its message.
"""

import sys
import traceback
from types import ModuleType

_MAIN = "pulumi.dynamic.__main__"
_spoken: set[type[BaseException]] = set()


class _Formatter:
    """Takes the place of the module `traceback` in the provider process's main module."""

    def format_exc(self) -> str:
        """The message of an exception meant for the user; of all others the traceback."""
        error = sys.exc_info()[1]
        return str(error) if isinstance(error, tuple(_spoken)) else traceback.format_exc()


def speak(*kinds: type[BaseException]) -> None:
    """From now on these exceptions, raised by a provider, are shown as their message alone."""
    _spoken.update(kinds)
    main: ModuleType | None = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    if spec is not None and spec.name == _MAIN and getattr(main, "traceback", None) is traceback:
        main.traceback = _Formatter()  # type: ignore[union-attr]  # it has a spec, so it is a module
