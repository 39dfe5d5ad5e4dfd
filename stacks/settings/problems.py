"""What is wrong with a stack's configuration: every problem, with its full key, in one list."""

import difflib
import re
from collections.abc import Iterable, Mapping

import pulumi

_PLAIN = re.compile(r'[^."\[\]]+')


class SettingsError(pulumi.RunError):
    """The stack's configuration cannot be deployed; `problems` maps each key to what is wrong.

    A `RunError`, so `pulumi up` prints the list and no traceback.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        lines = "".join(f"\n  {key} {why}" for key, why in sorted(problems.items()))
        super().__init__(f"the stack's configuration has {count}:{lines}")


class Problems:
    """Collects problems; several of one key become one sentence."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def add(self, found: Iterable[tuple[str, str]]) -> None:
        """Add keys and what is wrong with them."""
        for key, why in found:
            before = self._found.get(key)
            self._found[key] = why if before in (None, why) else f"{before}; and {why}"

    def concern(self, key: str) -> bool:
        """Whether anything is wrong with `key`, or with a key below it."""
        return any(each == key or each.startswith((f"{key}.", f"{key}[")) for each in self._found)

    def refuse(self) -> None:
        """Raises `SettingsError` where there are problems."""
        if self._found:
            raise SettingsError(self._found)


def below(key: str, name: str | int) -> str:
    """The key of what is under `name` in `key`, as `pulumi config set --path` takes it."""
    if isinstance(name, int):
        return f"{key}[{name}]"
    return f"{key}.{name}" if _PLAIN.fullmatch(name) else f'{key}["{name}"]'


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of `known` that was probably meant, if any."""
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1)), None)


def near_to(name: str, known: Iterable[str], *, none: str = "none") -> str:
    """The one of `known` that was probably meant, or all of them."""
    namespace, colon, _ = name.partition(":")
    names = sorted(known)
    # All of them begin with it, which says nothing of what was meant.
    shorn = {each.removeprefix(f"{namespace}:"): each for each in names} if colon else {}
    near = (
        shorn.get(nearest(name.removeprefix(f"{namespace}:"), shorn) or "")
        if colon
        else nearest(name, names)
    )
    return f"did you mean {near}?" if near else f"known here: {', '.join(names) or none}"
