"""What several checks of a container group need."""

import re
from collections.abc import Sequence
from typing import Any

from rehearsal.core.errors import ArmError

_NAME = re.compile(r"(?!.*--)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def require_name(what: str, name: str, group: str) -> None:
    if not _NAME.fullmatch(name):
        raise refusal(
            f"Invalid{what.title().replace(' ', '')}Name",
            f"The {what} name '{name}' in container group '{group}' is invalid. It can contain only lowercase letters, "
            "numbers and hyphens, the hyphens neither at an end nor side by side, and must be between 1 and 63 "
            "characters long.",
        )


def require_port(group: str, port: Any) -> None:
    if not isinstance(port, int | float) or port != int(port) or not 1 <= port <= 65535:
        raise refusal(
            "InvalidPort",
            f"The port '{port}' in container group '{group}' is invalid. It must be between 1 and 65535.",
        )


def require_one_of(group: str, what: str, value: Any, allowed: Sequence[str], code: str) -> None:
    if value not in allowed:
        shown = "<null>" if value is None else value
        raise refusal(
            code,
            f"The '{what}' for container group '{group}' is invalid (received '{shown}'). The value must be one of "
            f"'{','.join(allowed)}'.",
        )


def refuse_doubles(group: str, names: Sequence[Any]) -> None:
    doubles = sorted({str(name) for name in names if names.count(name) > 1})
    if doubles:
        raise refusal(
            "DuplicateName",
            f"The name '{doubles[0]}' is used more than once in container group '{group}'.",
        )


def refusal(code: str, message: str) -> ArmError:
    return ArmError(400, code, message)
