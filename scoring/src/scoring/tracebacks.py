"""Tracebacks of exceptions that outlive their handling.

A traceback holds the frames that it went through, and so every local variable in them: a request's body, a script's
data frame. An exception that is kept (as a request's outcome, by a future) keeps all of that, most often in a cycle
with itself, until the collector comes round, if it ever does.
"""

from __future__ import annotations


def forget_frames(error: BaseException) -> None:
    """Takes the tracebacks off `error` and all that it names as its cause; type and message stay."""
    left: list[BaseException | None] = [error]
    done: set[int] = set()
    while left:
        one = left.pop()
        if one is None or id(one) in done:
            continue
        done.add(id(one))
        one.__traceback__ = None
        left += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            left += one.exceptions
