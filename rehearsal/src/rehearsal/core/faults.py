"""Faults that somebody ordered: `slipway-rehearsal fail ContainerGroup create --times 1 --code 429`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from rehearsal.core.errors import ArmError
from rehearsal.core.store import Store
from rehearsal.machine.own_command import advice

Moment = Literal["before", "after"]
CODES: Mapping[int, str] = {
    400: "BadRequest",
    403: "AuthorizationFailed",
    404: "ResourceNotFound",
    409: "Conflict",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}
#: Codes that are not the usual one of their status.
_OWN_CODES = {"InaccessibleImage": 400}
NAMED: Mapping[str, int] = {code: status for status, code in CODES.items()} | _OWN_CODES
"""Status of each code that a fault may have by name."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The next `times` operations of that name on resources of that type fail.

    `moment` "before": nothing is done. "after": it is done, and the answer is an error all the same.
    """

    number: int
    type: str
    operation: str
    moment: Moment
    times: int
    status: int
    code: str


class Faults:
    """Kept in the store, so that a restart forgets none."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def order(
        self,
        resource_type: str,
        operation: str,
        *,
        times: int = 1,
        code: str = "500",
        moment: Moment = "before",
    ) -> Fault:
        """Orders a fault. `code` is an HTTP status (`429`) or one of Azure's codes (`Conflict`)."""
        status = status_of(code)
        if status is None:
            raise ValueError(f"{code!r} is neither an HTTP status of an error nor one of the codes")
        name = _code_of(status) if code.isdigit() else code
        with self._store.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO faults (type, operation, moment, times, status, code) VALUES (?, ?, ?, ?, ?, ?)",
                (resource_type, operation.lower(), moment, times, status, name),
            )
        return Fault(
            number=cursor.lastrowid or 0,
            type=resource_type,
            operation=operation.lower(),
            moment=moment,
            times=times,
            status=status,
            code=name,
        )

    def list(self) -> Sequence[Fault]:
        """The faults that are still to come, in the order in which they were ordered."""
        rows = self._store.rows(
            "SELECT number, type, operation, moment, times, status, code FROM faults ORDER BY number"
        )
        return [_from_row(row) for row in rows]

    def clear(self) -> int:
        """Forget all faults; returns how many there were."""
        with self._store.transaction() as connection:
            return connection.execute("DELETE FROM faults").rowcount

    def strike(self, resource_type: str, operation: str, moment: Moment) -> None:
        """Raises ArmError when a fault is ordered for this, and counts it off."""
        fault = self._take(resource_type, operation.lower(), moment)
        if fault is not None:
            raise ArmError(
                fault.status,
                fault.code,
                f"A fault was ordered for {fault.operation} of {resource_type} "
                f"({advice('fail')}); {fault.times - 1} more will follow.",
            )

    def _take(self, resource_type: str, operation: str, moment: Moment) -> Fault | None:
        with self._store.transaction() as connection:
            for fault in self.list():
                if fault.moment != moment or fault.operation != operation:
                    continue
                if same_type(fault.type, resource_type):
                    connection.execute(
                        "UPDATE faults SET times = times - 1 WHERE number = ?", (fault.number,)
                    )
                    connection.execute("DELETE FROM faults WHERE times <= 0")
                    return fault
        return None


def status_of(code: str) -> int | None:
    """The HTTP status of `429` or `Conflict`; None for what no answer that is an error can have."""
    if not (code.isascii() and code.isdigit()):
        return NAMED.get(code)
    return next((one.value for one in HTTPStatus if one >= 400 and str(one.value) == code), None)


def same_type(ordered: str, resource_type: str) -> bool:
    """`ContainerGroup`, `containerGroups` and the full type all mean the same."""
    ordered, full = ordered.lower(), resource_type.lower()
    short = full.rsplit("/", 1)[-1]
    return ordered in (full, short, singular(short))


def singular(plural: str) -> str:
    """The name that Pulumi gives a resource: `registries` is `registry`."""
    if plural.endswith("ies"):
        return plural[:-3] + "y"
    return plural.removesuffix("s")


def _code_of(status: int) -> str:
    return CODES.get(status, HTTPStatus(status).phrase.replace(" ", ""))


def _from_row(row: tuple[object, ...]) -> Fault:
    number, kind, operation, moment, times, status, code = row
    return Fault(
        number=int(str(number)),
        type=str(kind),
        operation=str(operation),
        moment="after" if moment == "after" else "before",
        times=int(str(times)),
        status=int(str(status)),
        code=str(code),
    )
