"""The business day of an entry, from the text of `chain.at`: instants of one form compare as texts do."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from zoneinfo import ZoneInfo

import orjson

from ledger.domain.periods import BusinessDays, parse_cut_off
from ledger.kernel.entry import format_at, parse_at
from ledger.shell.errors import LedgerUnknown
from ledger.shell.store import Store


class Days:
    """Gives the day of instants; those of one day after another cost a comparison each. For one thread."""

    __slots__ = ("_day", "_days", "_from", "_to")

    def __init__(self, zone: tzinfo, cut_off: timedelta) -> None:
        """Count days in `zone`, from `cut_off` after midnight."""
        self._days = BusinessDays(zone, cut_off)
        self._from = self._to = self._day = ""

    def of(self, at: str) -> str:
        """Give the day, `YYYY-MM-DD`, of a `chain.at`.

        Raises:
            Malformed: it is none.
        """
        if not self._from <= at < self._to:
            moment = parse_at(at)
            day = self._days.of(moment)
            self._from, self._to = format_at(self._days.begins(day)), format_at(self._days.ends(day))
            self._day = day.isoformat()
        return self._day


def days_of(store: Store, ledger: str) -> Days:
    """Give the days of a ledger; see `declared`."""
    return Days(*declared(store, ledger))


def declared(store: Store, ledger: str) -> tuple[ZoneInfo, timedelta]:
    """Give the zone and cut-off that entry 1 of a ledger declares; they never change, and entry 1 is never purged.

    Raises:
        LedgerUnknown: it has no entry.
    """
    opening = next(store.lines(ledger, limit=1), None)
    if opening is None:
        raise LedgerUnknown(ledger)
    body = orjson.loads(opening.line)["entry"]["body"]
    return ZoneInfo(body["time_zone"]), parse_cut_off(body["cut_off"])
