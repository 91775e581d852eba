"""The keys of years: shown to who controls, destroyed when the time of keeping is over (docs/archives.md)."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson

from archive.creation import STREAM
from archive.period import closures
from ledger.domain.events.periods import ArchiveKeyDestroyed
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.archives import keep_until
from ledger.shell.archive_keys import destroy_year_key, key_digest, year_key
from ledger.shell.journal import journal_decided
from ledger.shell.service import Service


def destroy(service: Service, ledger: str, year: int, today: date, *, actor: str = "system") -> int | Refusal:
    """Destroy a year's key, told by an entry first; give the entry's seq.

    Refused while accounting records of that year must be kept: C. com. L123-22, ten years from the end of the financial
    year. Killed after the entry, it is done by asking again.

    Raises:
        LedgerUnknown, StoreFailure: see `ledger.shell.errors`.
        KeyMissing: the passphrase is not here.
    """
    row = service.find(ledger)
    key = year_key(service.keys, row.ledger, year)
    if key is None:
        before = _destroyed(service, row.ledger, year)
        return before[1] if before is not None else refuse("ARCHIVE_KEY_ABSENT", "/year", year=year)
    ended_on = _year_end(service, row.ledger, year)
    if ended_on is None:
        return refuse("ARCHIVE_YEAR_OPEN", "/year", year=year)
    until = keep_until(ended_on)
    if today <= until:
        return refuse("ARCHIVE_KEY_KEPT", "/year", year=year, until_on=until)
    digest = key_digest(key)

    def decide() -> ArchiveKeyDestroyed | int:
        told = _destroyed(service, row.ledger, year)
        return told[1] if told is not None and told[0] == digest else ArchiveKeyDestroyed(year=year, key=digest)

    seq, _ = journal_decided(service, row.ledger, STREAM, decide, actor=actor)
    destroy_year_key(service.keys, row.ledger, year)
    return seq


def _year_end(service: Service, ledger: str, year: int) -> date | None:
    """Give the last day of the closed financial year in which the calendar year ends."""
    last = date(year, 12, 31).isoformat()
    for one in closures(service.store, ledger):
        if one.kind == "year" and one.from_on <= last <= one.to_on:
            return date.fromisoformat(one.to_on)
    return None


def _destroyed(service: Service, ledger: str, year: int) -> tuple[str, int] | None:
    for line in service.store.stream(ledger, STREAM):
        if line.type == ArchiveKeyDestroyed.TYPE:
            body: dict[str, Any] = orjson.loads(line.line)["entry"]["body"]
            if body["year"] == year:
                return body["key"], line.seq
    return None
