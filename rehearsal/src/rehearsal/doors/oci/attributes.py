"""Changeable attributes: what may be done with a repository, tag or manifest."""

import sqlite3
from collections.abc import Mapping
from typing import Any, Literal

from rehearsal.doors.oci import errors

Kind = Literal["repositories", "tags", "manifests"]

ATTRIBUTES = ("deleteEnabled", "writeEnabled", "listEnabled", "readEnabled")
_WHERE: Mapping[Kind, str] = {
    "repositories": "name = ?",
    "tags": "repository = ? and name = ?",
    "manifests": "repository = ? and digest = ?",
}


class Attributes:
    """Columns of the catalog's tables; called within its transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def change(self, kind: Kind, key: tuple[str, ...], values: Mapping[str, bool]) -> None:
        """Set the attributes among the values; other keys are ignored."""
        for name in ATTRIBUTES:
            if name in values:
                statement = f"update {kind} set {name} = ? where {_WHERE[kind]}"  # noqa: S608 - literals, all
                self._db.execute(statement, (int(values[name]), *key))

    def require_writable(self, kind: Kind, *key: str) -> None:
        """What is locked against writing is refused; what is not there is not locked."""
        row = self._row(kind, key)
        if row is not None and not row["writeEnabled"]:
            raise errors.disallowed()

    def require_deletable(self, kind: Kind, *key: str) -> None:
        """`writeEnabled: false` forbids deletion as well (Azure/acr#561)."""
        row = self._row(kind, key)
        if row is not None and not (row["writeEnabled"] and row["deleteEnabled"]):
            raise errors.disallowed()

    def _row(self, kind: Kind, key: tuple[str, ...]) -> Any:
        query = f"select * from {kind} where {_WHERE[kind]}"  # noqa: S608 - `kind` is a literal
        return self._db.execute(query, key).fetchone()
