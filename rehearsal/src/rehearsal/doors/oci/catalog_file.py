"""The SQLite file of a registry's catalog: its tables, and what becomes of a damaged one."""

import sqlite3
from pathlib import Path

from rehearsal.core.database import put_aside
from rehearsal.core.errors import RehearsalError
from rehearsal.doors.oci.attributes import ATTRIBUTES
from rehearsal.machine.own_command import advice

_SCHEMA = """
create table if not exists repositories (
    name text primary key, created text not null, updated text not null,
    {attributes});
create table if not exists manifests (
    repository text, digest text, media_type text not null, content blob not null,
    config_media_type text, subject text, created text not null, updated text not null,
    size integer not null, {attributes}, primary key (repository, digest));
create table if not exists tags (
    repository text, name text, digest text not null, created text not null,
    updated text not null, {attributes}, primary key (repository, name));
create table if not exists blobs (repository text, digest text, primary key (repository, digest));
create table if not exists uses (
    repository text, manifest text, digest text, primary key (repository, manifest, digest));
"""


def open_catalog(path: Path) -> sqlite3.Connection:
    """The open file. Raises RehearsalError for a damaged one, which is put aside and never overwritten."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.row_factory = sqlite3.Row
        if db.execute("pragma quick_check").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the file is malformed")
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = full")
        columns = ", ".join(f"{name} integer not null default 1" for name in ATTRIBUTES)
        db.executescript(_SCHEMA.format(attributes=columns))
    except sqlite3.OperationalError:
        db.close()
        raise
    except sqlite3.DatabaseError as problem:
        db.close()
        aside = put_aside(path, "corrupt")
        raise RehearsalError(
            f"The catalog of registry {path.parent.name}, {path}, is damaged and was put aside as {aside}: restore it "
            f"to {path}, or run {advice('start')} again, which begins with an empty registry (push its images again)."
        ) from problem
    return db
