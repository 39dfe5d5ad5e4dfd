"""Opens the rehearsal's SQLite file; a damaged one is reported and put aside, never overwritten."""

import sqlite3
import time
from pathlib import Path

from rehearsal.core.errors import RehearsalError
from rehearsal.machine.own_command import advice

FILE_NAME = "state.db"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
    key TEXT PRIMARY KEY, type TEXT NOT NULL COLLATE NOCASE, id TEXT NOT NULL,
    body TEXT NOT NULL, private TEXT NOT NULL, api_version TEXT NOT NULL, state TEXT NOT NULL,
    created_at TEXT NOT NULL, created_by TEXT NOT NULL,
    modified_at TEXT NOT NULL, modified_by TEXT NOT NULL, etag TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS resources_by_type ON resources (type);
CREATE TABLE IF NOT EXISTS operations (
    id TEXT PRIMARY KEY, resource TEXT NOT NULL, status TEXT NOT NULL, error TEXT, started TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS faults (
    number INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, operation TEXT NOT NULL,
    moment TEXT NOT NULL, times INTEGER NOT NULL, status INTEGER NOT NULL, code TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def open_database(state_dir: Path, *, fresh: bool = False) -> sqlite3.Connection:
    """The open database of `state_dir`, durable at every commit.

    `fresh` puts an existing file aside first. Raises RehearsalError when the file is damaged.
    """
    path = state_dir / FILE_NAME
    if fresh:
        put_aside(path, "kept")
    elif not path.exists() and (damaged := _damaged_before(state_dir)):
        raise RehearsalError(_sentence(path, damaged))
    try:
        return _open(path)
    except sqlite3.DatabaseError as problem:
        if isinstance(problem, sqlite3.OperationalError):
            raise RehearsalError(
                f"The rehearsal's state {path} cannot be opened ({problem}): see that nothing else uses it."
            ) from problem
        raise RehearsalError(_sentence(path, put_aside(path, "corrupt"))) from problem


def attach_database(state_dir: Path) -> sqlite3.Connection:
    """The database of a rehearsal that may run at this moment; never moves the file. Raises RehearsalError."""
    path = state_dir / FILE_NAME
    if not path.exists():
        raise RehearsalError(
            f"There is no rehearsal in {state_dir}: start one with {advice('start')}."
        )
    try:
        connection = _connect(path)
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_SCHEMA)
    except sqlite3.DatabaseError as problem:
        raise RehearsalError(
            f"The rehearsal's state {path} is damaged or in use ({problem}): run {advice('start')}, "
            "which says more."
        ) from problem
    return connection


def put_aside(path: Path, word: str) -> Path | None:
    """Renames the file and what SQLite keeps beside it to `<name>.<word>-<time>`."""
    target = path.with_name(
        f"{path.name}.{word}-{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 10**6}"
    )
    if not path.exists():
        return None
    path.rename(target)
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(target.with_name(target.name + suffix))
    return target


def _open(path: Path) -> sqlite3.Connection:
    existed = path.exists()
    if not existed:
        path.touch(mode=0o600)
    connection = _connect(path)
    try:
        if existed and connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the file is malformed")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)


def _damaged_before(state_dir: Path) -> Path | None:
    kept = sorted(
        found
        for found in state_dir.glob(f"{FILE_NAME}.corrupt-*")
        if found.suffix not in ("-wal", "-shm")
    )
    return kept[-1] if kept else None


def _sentence(path: Path, aside: Path | None) -> str:
    return (
        f"The rehearsal's state {path} is damaged and was put aside as {aside}: "
        f"run {advice('start --fresh')} for an empty rehearsal, "
        f"or restore the file to {path} and start again."
    )
