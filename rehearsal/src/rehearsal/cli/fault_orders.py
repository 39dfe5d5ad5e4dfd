"""Whether a fault that is ordered can ever happen: kinds, operations and codes that are not there are refused."""

from collections.abc import Mapping, Sequence

from rehearsal.arm.table import TYPES
from rehearsal.core import faults
from rehearsal.core.errors import RehearsalError
from rehearsal.core.type_names import DOCKER_IMAGE

_LATER = ("create", "update", "delete")
"""What can be done first and fail all the same."""


def check(resource_type: str, operation: str, code: str, *, after: bool) -> None:
    """Raises RehearsalError with a sentence for each thing that is not there."""
    wrong = [*_of_operation(resource_type, operation, after=after), *_of_code(code)]
    if wrong:
        raise RehearsalError("\n".join(wrong))


def _of_operation(resource_type: str, operation: str, *, after: bool) -> Sequence[str]:
    kinds = _operations()
    kind = next((kind for kind in kinds if faults.same_type(resource_type, kind)), None)
    if kind is None:
        return [
            f"There is no resource type {resource_type!r}: name one of {', '.join(map(_short, kinds))}."
        ]
    found = [one for one in kinds[kind] if not after or one in _LATER]
    if after and kind == DOCKER_IMAGE:
        return [f"{_short(kind)} has no operation that is done first (--after): leave --after out."]
    if operation.lower() not in map(str.lower, found):
        done = " that is done first (--after)" if after else ""
        return [
            f"{_short(kind)} has no operation {operation!r}{done}: name one of {', '.join(found)}."
        ]
    return []


def _of_code(code: str) -> Sequence[str]:
    if faults.status_of(code) is not None:
        return []
    return [
        f"There is no code {code[:40]!r} for a fault: give an HTTP status of an error (400 to 599), or one of "
        f"{', '.join(faults.NAMED)}."
    ]


def _operations() -> Mapping[str, Sequence[str]]:
    """Full type -> what can be done to it."""
    found = {
        kind.type: (*_LATER, "read", *(action.rsplit("/", 1)[-1] for action in kind.actions))
        for kind in TYPES
    }
    return {**found, DOCKER_IMAGE: ("create", "update")}


def _short(kind: str) -> str:
    """As Pulumi calls it: `ContainerGroup`."""
    name = faults.singular(kind.rsplit("/", 1)[-1])
    return name[0].upper() + name[1:]
