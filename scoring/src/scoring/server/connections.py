"""Which connections are ended: those that say nothing, those that have rested for too long, and who goes when all
places are taken. Only the rules are here; connections are found and ended by the census (docs/decisions/0111)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from scoring.server.census import Found, Progress

# Where all places are taken, those that have just come keep theirs for so long, for their first request.
_FRESH_SECONDS = 0.2
# The share of all places that is made free at once.
_FREED = 4
# What a client has sent this shortly after an answer may have come before it: looks are a second apart.
_BLUR_SECONDS = 2.0

#: Asked only where it decides.
Ask = Callable[[Found], Progress | None]


@dataclass(frozen=True)
class Rules:
    """`limit`: places of each of the ports in `limited`; the others have as many as there are descriptors."""

    head_seconds: float
    keep_alive_seconds: float
    limit: int
    limited: frozenset[int]


@dataclass(frozen=True)
class Traffic:
    """Clients, as requests name them. `heard`: those that have had an answer since this was last asked."""

    heard: Collection[str]
    busy: Collection[str]
    #: Those of the busy whose request is not whole yet.
    sending: Collection[str]


@dataclass(frozen=True)
class Verdict:
    """Connections to be ended. `deaf` were told before and are still there."""

    silent: list[Found]
    rested: list[Found]
    evicted: list[Found]
    deaf: list[Found]
    #: Ports whose places are all taken by those who may keep theirs.
    full: frozenset[int]


@dataclass(slots=True)
class _Record:
    found: Found
    begun: float
    #: Has sent a whole request once.
    served: bool = False
    #: When it was last known to be doing something.
    active_at: float = 0.0
    #: Its rest is over, but it is waited for until then.
    patient_until: float = 0.0
    #: That was for its next request, and is done once.
    coming: bool = False
    #: That was for its answer: bytes that it had taken by then.
    taken: int = -1
    told: bool = False


class Connections:
    """Remembers what was seen of each connection. `judge` is called every second or so."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._records: dict[int, _Record] = {}

    def count(self, port: int) -> int:
        return sum(record.found.port == port for record in self._records.values())

    @property
    def crowded(self) -> bool:
        """Three quarters of a port's places are taken."""
        rules = self._rules
        return any(self.count(port) * 4 >= rules.limit * 3 for port in rules.limited)

    def judge(self, now: float, seen: Iterable[Found], traffic: Traffic, ask: Ask) -> Verdict:
        self._note(now, seen, traffic)
        records = list(self._records.values())
        deaf = [record.found for record in records if record.told]
        idle = [
            record
            for record in records
            if not record.told and record.found.client not in traffic.busy
        ]
        since = now - self._rules.head_seconds
        silent = _told(record for record in idle if not record.served and record.begun <= since)
        rested = _told(
            record for record in idle if record.served and self._rested(record, now, ask)
        )
        evicted = _told(
            record
            for port in self._rules.limited
            for record in self._in_the_way(port, now, traffic, ask)
        )
        full = frozenset(port for port in self._rules.limited if self._is_full(port))
        return Verdict(silent, rested, evicted, deaf, full)

    def _note(self, now: float, seen: Iterable[Found], traffic: Traffic) -> None:
        records: dict[int, _Record] = {}
        for found in seen:
            record = self._records.get(found.inode)
            if record is None:
                record = _Record(found, now, active_at=now)
            record.found = found
            heard, busy = found.client in traffic.heard, found.client in traffic.busy
            if heard or (busy and found.client not in traffic.sending):
                record.served = True
            if heard or busy:
                record.active_at = now
                record.patient_until, record.coming, record.taken = 0.0, False, -1
            records[found.inode] = record
        self._records = records

    def _rested(self, record: _Record, now: float, ask: Ask) -> bool:
        """Its rest is over: nothing has come, and nothing has gone, for as long as a connection may rest."""
        over = record.active_at + self._rules.keep_alive_seconds
        if now < max(over, record.patient_until):
            return False
        told = ask(record.found)
        if told is None:
            return True
        if told.sending and told.taken > record.taken:
            record.taken = told.taken
        elif told.silent < now - record.active_at - _BLUR_SECONDS and not record.coming:
            record.coming = True
        else:
            return True
        record.patient_until = now + self._rules.head_seconds
        return False

    def _in_the_way(self, port: int, now: float, traffic: Traffic, ask: Ask) -> list[_Record]:
        """Who goes where all places are taken: first those that never sent a whole request (the oldest of those that
        sent none at all, then the most silent), then those whose rest is over, the longest first."""
        surplus = self._staying(port) - self._rules.limit
        if surplus < 0:
            return []
        there = [r for r in self._records.values() if r.found.port == port and not r.told]
        strangers = [r for r in there if not r.served and now - r.begun >= _FRESH_SECONDS]
        busy = traffic.busy
        silent = sorted((r for r in strangers if r.found.client not in busy), key=lambda r: r.begun)
        sending = sorted(
            (r for r in strangers if r.found.client in busy), key=lambda r: -_silence(ask(r.found))
        )
        over = now - self._rules.keep_alive_seconds
        rested = sorted(
            (r for r in there if r.served and r.found.client not in busy and r.active_at <= over),
            key=lambda r: r.active_at,
        )
        freed = surplus + max(self._rules.limit // _FREED, 1)
        return [*silent, *sending, *rested][:freed]

    def _is_full(self, port: int) -> bool:
        """All places are taken by those who may keep theirs. Strangers may not, at the latest with the next look."""
        served = [
            r for r in self._records.values() if r.found.port == port and r.served and not r.told
        ]
        return len(served) >= self._rules.limit and self._staying(port) == len(served)

    def _staying(self, port: int) -> int:
        return sum(r.found.port == port and not r.told for r in self._records.values())


def _told(records: Iterable[_Record]) -> list[Found]:
    found: list[Found] = []
    for record in records:
        record.told = True
        found.append(record.found)
    return found


def _silence(told: Progress | None) -> float:
    return 0.0 if told is None else told.silent
