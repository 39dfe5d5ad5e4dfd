"""Landlock: takes from a thread, and from all that it starts, what it does not need of this machine.

The kernel does it for any process that asks, without root. A restricted process reads and writes only what was granted,
looks into no process outside (`/proc/<pid>/environ`, ptrace) and, from ABI 6 on, sends no signal to one. See
https://docs.kernel.org/userspace-api/landlock.html.
"""

import ctypes
import os
import stat
import struct
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION, _PATH_BENEATH, _NO_NEW_PRIVILEGES = 1, 1, 38
_CAPABILITIES_3 = 0x20080522
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1, 1 << 1, 1 << 2, 1 << 3
_MAKE_AND_REMOVE = sum(1 << bit for bit in range(4, 13))
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_SCOPES = 0b11  # abstract Unix sockets, signals

READ = _EXECUTE | _READ_FILE | _READ_FOLDER
WRITE = READ | _WRITE_FILE | _MAKE_AND_REMOVE | _REFER | _TRUNCATE

Found = TypeVar("Found")


@dataclass(frozen=True)
class Grant:
    """READ or WRITE for a file, or for a folder and all below; a path that is not there grants nothing."""

    path: Path
    access: int = READ


@cache
def abi() -> int:
    """The version of Landlock that this kernel has; 0 for none."""
    return max(0, _syscall(_CREATE_RULESET, None, 0, _VERSION))


def within(grants: Sequence[Grant], work: Callable[[], Found]) -> Found:
    """Do the work in a thread of its own that has these grants alone; what it starts keeps them for life.

    Where the kernel has no Landlock the work is done all the same. Raises what the work raises.
    """
    found: list[Found] = []
    raised: list[BaseException] = []

    def restricted() -> None:
        try:
            _restrict(grants)
            found.append(work())
        except BaseException as problem:
            raised.append(problem)

    thread = threading.Thread(target=restricted, name="landlock")
    thread.start()
    thread.join()
    if raised:
        raise raised[0]
    return found[0]


def _restrict(grants: Sequence[Grant]) -> None:
    version = abi()
    if not version:
        return
    handled = _handled(version)
    fields = (handled, 0, _SCOPES)[: 3 if version >= 6 else 1]
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = _must(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for grant in grants:
            _grant(ruleset, grant, handled)
        libc = _libc()
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no_new_privs")
        _must(_RESTRICT_SELF, ruleset, 0)
        _drop_capabilities()
    finally:
        os.close(ruleset)


def _drop_capabilities() -> None:
    """Of this thread: root's would let it look into other processes all the same (CAP_PERFMON). None come back."""
    header, nothing = struct.pack("=Ii", _CAPABILITIES_3, 0), bytes(24)
    if _libc().capset(header, nothing):
        raise OSError(ctypes.get_errno(), "capset")


def _handled(version: int) -> int:
    handled = WRITE
    if version < 2:
        handled &= ~_REFER
    return handled if version >= 3 else handled & ~_TRUNCATE


def _grant(ruleset: int, grant: Grant, handled: int) -> None:
    try:
        descriptor = os.open(grant.path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        access = grant.access & handled & (-1 if folder else _OF_FILES)
        _must(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", access, descriptor), 0)
    finally:
        os.close(descriptor)


def _must(number: int, *arguments: bytes | int) -> int:
    result = _syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")
    return result


def _syscall(number: int, *arguments: bytes | int | None) -> int:
    words = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return int(_libc().syscall(ctypes.c_long(number), *words))


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
