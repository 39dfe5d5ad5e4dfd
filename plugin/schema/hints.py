"""What a type annotation says: `Input`, `Output`, `None` and `Annotated` taken off, and remembered."""

import inspect
import types
from collections.abc import Awaitable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import pulumi


@dataclass(frozen=True)
class Hint:
    """A type and how it may arrive."""

    type: Any
    optional: bool
    """None is allowed."""
    late: bool
    """It may be an `Output`."""


def hints_of(owner: type) -> dict[str, Any]:
    """The annotated attributes of a class, inherited ones first, the SDK's own left out."""
    found: dict[str, Any] = {}
    for each in reversed(owner.__mro__):
        if each.__module__.split(".")[0] not in ("builtins", "pulumi"):
            found |= inspect.get_annotations(each, eval_str=True)
    return found


def read(hint: Any) -> Hint:
    """Take `hint` apart."""
    optional = late = False
    while True:
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif get_origin(hint) is pulumi.Output:
            (hint,), late = get_args(hint), True
        elif get_origin(hint) in (Union, types.UnionType):
            members = [each for each in get_args(hint) if each is not types.NoneType]
            optional = optional or len(members) < len(get_args(hint))
            if any(get_origin(each) is PathLike for each in members):
                return Hint(Path, optional, late)  # beside it is the text that it may be as well
            awaited = [get_args(each)[0] for each in members if get_origin(each) is Awaitable]
            if not awaited and len(members) > 1:
                raise TypeError(f"a schema has no place for the union {hint}")
            late = late or bool(awaited)
            hint = (awaited or members)[0]
        else:
            return Hint(hint, optional, late)
