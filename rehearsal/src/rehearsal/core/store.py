"""The rehearsal's memory: ARM resources, settings, faults and operations in one SQLite file."""

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rehearsal.core import ids
from rehearsal.core.database import attach_database, open_database
from rehearsal.core.errors import disk_full
from rehearsal.core.resource import Resource
from rehearsal.machine import disk

_COLUMNS = "key, type, id, body, private, api_version, state, created_at, created_by, modified_at, modified_by, etag"


class Store:
    """Thread-safe; every write is on the disk when its method returns."""

    def __init__(self, state_dir: Path, *, fresh: bool = False, attach: bool = False) -> None:
        """`fresh` puts an existing file aside; `attach` looks into the file of a rehearsal that may run."""
        self._connection = (
            attach_database(state_dir) if attach else open_database(state_dir, fresh=fresh)
        )
        self._lock = threading.RLock()
        self._place = state_dir

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing of what is done with the connection inside."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as problem:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                if disk.is_full(problem):
                    raise disk_full(self._place) from problem
                raise

    def get(self, resource_id: str) -> Resource | None:
        """The resource of that id, case ignored."""
        found = self._rows("WHERE key = ?", ids.parse(resource_id).key)
        return found[0] if found else None

    def put(self, resource: Resource) -> Resource:
        """Writes the resource and gives it a new ETag."""
        resource = replace(resource, etag=secrets.token_hex(8))
        with self.transaction() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO resources ({_COLUMNS}) VALUES ({', '.join('?' * 12)})",  # noqa: S608 - constants
                _to_row(resource),
            )
        return resource

    def change_private(self, resource: Resource, private: Mapping[str, Any]) -> Resource:
        """Writes what ARM keeps of the resource without showing it."""
        return self.put(replace(resource, private=private))

    def delete(self, resource_id: str) -> None:
        """Removes the resource; one that is not there is no error."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM resources WHERE key = ?", (ids.parse(resource_id).key,))

    def list(
        self, resource_type: str | None = None, under: str | None = None
    ) -> Sequence[Resource]:
        """Resources of a type (all types when None), at or below an id or scope, oldest first."""
        found = self._rows("WHERE type = ?", resource_type) if resource_type else self._rows("")
        return [one for one in found if under is None or ids.under(one.id.text, under)]

    def setting(self, key: str, make: Callable[[], str] | None = None) -> str | None:
        """A setting's value; `make` provides and keeps it the first time."""
        with self._lock:
            row = self._connection.execute(
                "SELECT value FROM settings WHERE key = ?", (key,)
            ).fetchone()
            if row is None and make is not None:
                value = make()
                self.set_setting(key, value)
                return value
            return row[0] if row else None

    def set_setting(self, key: str, value: str) -> None:
        """Keeps a setting."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))

    def rows(self, statement: str, *values: object) -> Sequence[tuple[object, ...]]:
        """The rows of a read; for the rooms that keep a table of their own here."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _rows(self, where: str, *values: object) -> Sequence[Resource]:
        # `where` is one of three constants above; values are always parameters.
        statement = f"SELECT {_COLUMNS} FROM resources {where} ORDER BY created_at, key"  # noqa: S608 - constants
        return [_from_row(row) for row in self.rows(statement, *values)]


def _to_row(resource: Resource) -> tuple[str, ...]:
    return (
        resource.id.key,
        resource.id.type,
        resource.id.text,
        json.dumps(resource.body),
        json.dumps(resource.private),
        resource.api_version,
        resource.state,
        resource.created_at,
        resource.created_by,
        resource.modified_at,
        resource.modified_by,
        resource.etag,
    )


def _from_row(row: tuple[object, ...]) -> Resource:
    text = [str(value) for value in row]
    return Resource(
        id=ids.parse(text[2]),
        body=json.loads(text[3]),
        private=json.loads(text[4]),
        api_version=text[5],
        state=text[6],
        created_at=text[7],
        created_by=text[8],
        modified_at=text[9],
        modified_by=text[10],
        etag=text[11],
    )
