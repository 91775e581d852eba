"""Played sales as projections read them: entries out of an in-memory world, and rows folded without an engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from ledger.domain import codec
from ledger.domain.events.parties import CustomerRegistered, CustomerUpdated, ProfileSet
from ledger.domain.periods import BusinessDays
from ledger.kernel.entry import parse_at
from projections.documents.sources import Recorded
from projections.engine.contract import Entry, Projection, Row
from projections.registry import PROJECTIONS
from projections.reports.contract import Facts, Unanchored
from tests.documents.sales import CASES
from tests.documents.selling import Sale

PARIS = BusinessDays(ZoneInfo("Europe/Paris"), timedelta(0))


def entry_of(one: Recorded) -> Entry:
    """An entry as the engine would parse it: private members as commitments, without their salts."""
    body, private = codec.encode(one.event)
    body |= {name: {"$c": "0" * 64} for name in private}
    day = PARIS.of(parse_at(one.at)).isoformat()
    return Entry(one.seq, one.at, day, one.fingerprint, one.stream, one.version, one.event.TYPE, "user:owner", body)


def entries_of(sale: Sale) -> list[Entry]:
    return [entry_of(one) for one in sale.entries]


class Folded:
    """A `View` made by applying entries one by one, with nothing of the engine: what it is compared with."""

    def __init__(self, projection: Projection, entries: Iterable[Entry] = ()) -> None:
        self.projection = projection
        self.position = 0
        self.missing = 0
        self.tables: dict[str, dict[str, Row]] = {name: {} for name in projection.tables}
        for change in projection.start():
            assert change.row is not None
            self.tables[change.table][change.key] = Row(change.key, 0, change.sort, change.row)
        for entry in entries:
            self.apply(entry)

    def apply(self, entry: Entry) -> None:
        body = MappingProxyType(dict(entry.body))
        for change in list(self.projection.apply(self._body, entry._replace(body=body))):
            assert change.table in self.tables, f"{self.projection.name} names no table {change.table}"
            if change.row is None:
                self.tables[change.table].pop(change.key, None)
            else:
                row = MappingProxyType(dict(change.row))
                self.tables[change.table][change.key] = Row(change.key, entry.seq, change.sort, row)
        self.position = entry.seq

    def _body(self, table: str, key: str) -> Mapping[str, Any] | None:
        row = self.tables[table].get(key)
        return None if row is None else row.body

    def get(self, table: str, key: str) -> Row | None:
        return self.tables[table].get(key)

    def rows(
        self,
        table: str,
        *,
        first: str | None = None,
        last: str | None = None,
        sort_from: str | None = None,
        sort_to: str | None = None,
        descending: bool = False,
        limit: int | None = None,
    ) -> Iterator[Row]:
        by_sort = sort_from is not None or sort_to is not None
        found = [
            row
            for row in self.tables[table].values()
            if (first is None or row.key >= first)
            and (last is None or row.key <= last)
            and (sort_from is None or row.sort >= sort_from)
            and (sort_to is None or row.sort <= sort_to)
        ]
        found.sort(key=lambda row: (row.sort, row.key) if by_sort else ("", row.key), reverse=descending)
        return iter(found[:limit])


class SaleDesk:
    """A `Desk` over one played sale."""

    def __init__(self, sale: Sale, today: date | None = None, *, names: bool = True) -> None:
        self.sale = sale
        self.entries = entries_of(sale)
        self.today = today or sale.world.today
        self.names = names
        self._views: dict[str, Folded] = {}

    @property
    def facts(self) -> Facts:
        last = self.entries[-1]
        profile = next((one.event for one in reversed(self.sale.entries) if isinstance(one.event, ProfileSet)), None)
        register = self.sale.world.register
        return Facts(
            ledger="0190aaaa-0000-8000-8000-000000000001",
            name="atelier",
            kind=register.kind,
            currency=register.currency,
            zone=register.time_zone,
            year_start=register.year_start,
            opened_on=self.entries[0].day,
            head_seq=last.seq,
            head_at=last.at,
            profile=profile,
        )

    def view(self, projection: str) -> Folded:
        if projection not in self._views:
            made = next(one for one in PROJECTIONS if one.name == projection)
            self._views[projection] = Folded(made, self.entries)
        return self._views[projection]

    def name_of(self, customer: str) -> str | None:
        if not self.names:
            return None
        for one in reversed(self.sale.entries):
            if one.stream == f"customer:{customer}" and isinstance(one.event, CustomerRegistered | CustomerUpdated):
                return one.event.party.name if one.event.party is not None else None
        return None

    def trail(self, stream: str) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if one.stream == stream)

    def unanchored(self) -> tuple[Unanchored, ...]:
        return (
            Unanchored("timestamp", len(self.entries), 12),
            Unanchored("witness", len(self.entries), 12),
        )

    def papers(self, kind: str) -> tuple[Mapping[str, Any], ...]:
        return ()


@cache
def _played(name: str) -> Sale:
    return CASES[name]()[0]


def played(name: str) -> Sale:
    """One of the sales of tests/documents/sales.py, played once for all who only read it.

    Who plays on in it would change what others see: it is the tests' own fault, and found here at the next reading.
    """
    sale = _played(name)
    entries = _LENGTHS.setdefault(name, len(sale.entries))
    assert len(sale.entries) == entries, f"a test played on in the shared sale {name}: let it play a sale of its own"
    return sale


_LENGTHS: Final[dict[str, int]] = {}


SALES = tuple(CASES)
"""The names of all of them."""
