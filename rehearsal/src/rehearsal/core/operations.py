"""Long-running operations: a client polls their state until they are done."""

import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rehearsal.core.errors import ArmError
from rehearsal.core.resource import FAILED, SUCCEEDED, now
from rehearsal.core.store import Store

IN_PROGRESS = "InProgress"
_KEPT = 1000


@dataclass(frozen=True)
class Operation:
    """As Azure-AsyncOperation returns it."""

    id: str
    resource: str
    status: str
    error: dict[str, Any] | None
    started: str

    def document(self) -> dict[str, Any]:
        """The body of a poll."""
        found: dict[str, Any] = {
            "id": self.id,
            "name": self.id.rsplit("/", 1)[-1],
            "status": self.status,
            "startTime": self.started,
        }
        return {**found, "error": self.error} if self.error else found


class Operations:
    """Kept in the store: a client that polls does not notice a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(self, resource_id: str, work: Callable[[], object]) -> str:
        """Runs `work` on a thread of its own; returns the operation's name."""
        name = str(uuid.uuid4())
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT INTO operations VALUES (?, ?, ?, NULL, ?)",
                (name, resource_id.lower(), IN_PROGRESS, now()),
            )
            connection.execute(
                "DELETE FROM operations WHERE status != ? AND id NOT IN "
                "(SELECT id FROM operations ORDER BY started DESC LIMIT ?)",
                (IN_PROGRESS, _KEPT),
            )
        threading.Thread(
            target=self.run, args=(name, work), name=f"operation-{name}", daemon=True
        ).start()
        return name

    def run(self, name: str, work: Callable[[], object]) -> None:
        """Does the work and records how it went."""
        try:
            work()
            self._end(name, SUCCEEDED, None)
        except ArmError as problem:
            self._end(name, FAILED, problem.body()["error"])
        except Exception as problem:
            # A defect of the rehearsal must not leave a client polling for ever.
            self._end(name, FAILED, {"code": "InternalServerError", "message": repr(problem)})
            raise

    def get(self, name: str) -> Operation:
        """The operation of that name. Raises ArmError (404)."""
        found = self._store.rows(
            "SELECT id, resource, status, error, started FROM operations WHERE id = ?", name
        )
        if not found:
            raise ArmError(404, "ResourceNotFound", f"The operation '{name}' was not found.")
        return _from_row(found[0])

    def running(self, resource_id: str) -> list[str]:
        """Names of the operations of a resource that have not ended."""
        rows = self._store.rows(
            "SELECT id FROM operations WHERE resource = ? AND status = ?",
            resource_id.lower(),
            IN_PROGRESS,
        )
        return [str(row[0]) for row in rows]

    def _end(self, name: str, status: str, error: dict[str, Any] | None) -> None:
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE operations SET status = ?, error = ? WHERE id = ?",
                (status, json.dumps(error) if error else None, name),
            )


def _from_row(row: tuple[object, ...]) -> Operation:
    name, resource, status, error, started = row
    return Operation(
        str(name),
        str(resource),
        str(status),
        json.loads(str(error)) if error else None,
        str(started),
    )
