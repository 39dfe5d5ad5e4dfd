"""Asking the registry for many things at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_THREADS = 8

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def at_once(ask: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
    """`ask` for each item, in order of the items; the first error is raised."""
    if len(items) < 2:
        return [ask(item) for item in items]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(ask, items))
