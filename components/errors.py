"""The one way a component refuses its arguments."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import pulumi

Wording = Callable[[str, Mapping[str, str]], str]
"""The message of a refusal, from the owner of the arguments and what is wrong with which of them."""


def _of_a_program(owner: str, problems: Mapping[str, str]) -> str:
    told = [f"{key} {why}".strip() for key, why in problems.items()]
    if len(told) == 1:
        return f"{owner}: {told[0]}"
    return f"{owner} has {len(told)} problems:" + "".join(f"\n  {each}" for each in told)


_wording: ContextVar[Wording] = ContextVar("wording", default=_of_a_program)


@contextmanager
def worded(wording: Wording) -> Iterator[None]:
    """Word so what the components declared herein refuse, at once or when an output is known.

    For a program that makes their arguments of something else, which its user knows by other names.
    """
    # Pulumi waits for outputs in asyncio's tasks, each of which keeps the context that it was made in.
    token = _wording.set(wording)
    try:
        yield
    finally:
        _wording.reset(token)


class InvalidArgs(pulumi.RunError):
    """Arguments a component cannot be built from: every problem, one sentence. `problems` has each by its argument.

    A `RunError`, so `pulumi up` prints the sentence and no traceback. Not a `ValueError`: the SDK
    rewraps those when they leave an `apply`, and the wrapping prints every input of the resource.
    """

    def __init__(self, owner: str, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(_wording.get()(owner, problems))
