"""Sales played through the domain and read by a projection, over rows in a dictionary: `Played(sale).desk()`.

The rows here are the plainest there could be: no store, no batches, no engine. What a projection says over them is what
it says; that the engine keeps rows as well is held by `tests/projections/engine`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger.domain import codec
from ledger.domain.events.parties import ProfileSet
from projections.engine.contract import Body, Entry, Projection, Row
from projections.reports.contract import Asked, Desk, Facts, Report, Table, Unanchored
from tests.documents.selling import Sale


def entries_of(sale: Sale, days: Mapping[int, str] | None = None) -> list[Entry]:
    """Give what happened as projections read it: each entry with the business day on which it was recorded."""
    made = []
    for each in sale.entries:
        body, private = codec.encode(each.event)
        public = {name: value for name, value in body.items() if name not in private}
        day = (days or {}).get(each.seq, each.at[:10])
        made.append(
            Entry(
                each.seq,
                each.at,
                day,
                each.fingerprint,
                each.stream,
                each.version,
                each.event.TYPE,
                "user:a",
                json.loads(json.dumps(public)),
            )
        )
    return made


class Rows:
    """A `View` over a dictionary."""

    def __init__(self, projection: Projection, entries: Iterable[Entry] = ()) -> None:
        self.projection = projection
        self.tables: dict[str, dict[str, Row]] = {name: {} for name in projection.tables}
        self.position = 0
        self.missing = 0
        self.changes = 0
        for change in projection.start():
            self._keep(change, 0)
        for entry in entries:
            self.apply(entry)

    def apply(self, entry: Entry) -> None:
        for change in list(self.projection.apply(self._get, entry)):
            self._keep(change, entry.seq)
        self.position = entry.seq

    def _keep(self, change: Any, seq: int) -> None:
        self.changes += 1
        if change.row is None:
            self.tables[change.table].pop(change.key, None)
        else:
            body = json.loads(json.dumps(change.row))  # as a store gives it back
            assert body == change.row, f"{change.table} {change.key} does not survive JSON"
            self.tables[change.table][change.key] = Row(change.key, seq, change.sort, body)

    def _get(self, table: str, key: str) -> Body | None:
        found = self.tables[table].get(key)
        return None if found is None else found.body

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
            if (first is None or first <= row.key)
            and (last is None or row.key <= last)
            and (sort_from is None or sort_from <= row.sort)
            and (sort_to is None or row.sort <= sort_to)
        ]
        found.sort(key=lambda row: (row.sort, row.key) if by_sort else (row.key,), reverse=descending)
        return iter(found[:limit])


@dataclass
class FixedDesk:
    """A `Desk` over rows in memory."""

    entries: Sequence[Entry]
    views: dict[str, Rows]
    today: date
    profile: ProfileSet | None = None
    currency: str = "EUR"
    opened_on: str = "2026-11-23"
    year_start: str = "01-01"
    names: dict[str, str] = field(default_factory=dict)
    papers_kept: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        return Facts(
            ledger="0190aaaa-0000-8000-8000-000000000001",
            name="test",
            kind="live",
            currency=self.currency,
            zone="Europe/Paris",
            year_start=self.year_start,
            opened_on=self.opened_on,
            head_seq=len(self.entries),
            head_at=self.entries[-1].at if self.entries else "",
            profile=self.profile,
        )

    def view(self, projection: str) -> Rows:
        return self.views[projection]

    def name_of(self, customer: str) -> str | None:
        return self.names.get(customer)

    def trail(self, stream: str) -> Sequence[Entry]:
        return [each for each in self.entries if each.stream == stream]

    def unanchored(self) -> Sequence[Unanchored]:
        return ()

    def papers(self, kind: str) -> Sequence[Mapping[str, Any]]:
        return self.papers_kept.get(kind, [])


def desk_of(sale: Sale, *projections: Projection, **more: Any) -> FixedDesk:
    """Read a played sale by some projections."""
    entries = entries_of(sale)
    views = {each.name: Rows(each, entries) for each in projections}
    profiles = [each.event for each in sale.entries if isinstance(each.event, ProfileSet)]
    return FixedDesk(entries, views, sale.world.today, profile=profiles[-1] if profiles else None, **more)


def ask(desk: Desk, report: Report, **asked: str) -> Table:
    """Make a report with its defaults, as whoever asks gets it."""
    return report.make(desk, asked_of(report, **asked))


def asked_of(report: Report, **asked: str) -> Asked:
    given = {name.rstrip("_"): value for name, value in asked.items()}
    unknown = set(given) - {each.name for each in report.parameters}
    assert not unknown, unknown
    return {**{each.name: each.default for each in report.parameters if each.default is not None}, **given}


def every_figure_is_explained(desk: FixedDesk, report: Report, **asked: str) -> int:
    """Hold that each sum of a report leads to entries whose shares add up to it; give how many were looked at."""
    table, given = ask(desk, report, **asked), asked_of(report, **asked)
    looked = 0
    for row in table.rows:
        for column in table.columns:
            value = row.get(column.name)
            if column.kind not in ("cents", "count") or not value:
                continue
            seqs = list(report.explain(desk, given, row["key"], column.name))
            assert seqs, f"{report.name} {row['key']} {column.name} = {value} has no entry behind it"
            assert seqs == sorted(set(seqs))
            assert all(1 <= seq <= len(desk.entries) for seq in seqs)
            shares = report.shares(desk, given, row["key"], column.name) if report.shares else None
            if shares is not None:
                assert sum(shares.values()) == value, (row["key"], column.name)
                assert set(shares) <= set(seqs)
            looked += 1
    return looked
