"""Finds what a run of the CLI has started, down to the last grandchild."""

import os
import time

import psutil

MARK = "PYTEST_PULUMI_RUN"
"""Every process of a run inherits this variable, whoever its parent is by now."""


def marked(mark: str) -> list[psutil.Process]:
    """The living processes that carry the mark."""
    return [p for p in psutil.process_iter() if p.pid != os.getpid() and _mark(p) == mark]


def left(mark: str, *, within: float = 5.0) -> list[psutil.Process]:
    """Those that are still there after `within` seconds; returns at once when none is left."""
    deadline = time.monotonic() + within
    while (there := marked(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return there


def end(mark: str) -> None:
    """Kill every process that carries the mark."""
    for process in marked(mark):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def _mark(process: psutil.Process) -> str | None:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process.environ().get(MARK)
    except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
        return None
