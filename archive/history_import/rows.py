"""Records of a CSV file to documents, by a mapping; a row that is wrong becomes a `Refused` with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import fields as members_of
from datetime import date
from typing import Final, TypeAlias

from archive.history_import import cells
from archive.history_import.cells import Wrong
from archive.history_import.mapping import Columns, Reading
from archive.history_import.source import FileRefused, Record
from ledger.domain.commands.history import HistoryDocument, HistoryKind
from ledger.domain.events.common import Address, Party, Texts

MOST_ROWS: Final = 2000
"""Lines of one document."""
_MOST_LABELS: Final = 200
"""Labels kept of one document; its amounts are those of all its lines."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was not taken: where it begins, why, and in which column it shows; nothing of what it says."""

    row: int
    reason: str
    column: str = ""


Found: TypeAlias = HistoryDocument | Refused


@dataclass(slots=True)
class _Row:
    """One record, its cells read."""

    line: int
    kind: HistoryKind
    reference: str
    issued_on: str
    currency: str
    net_cents: int
    vat_cents: int
    gross_cents: int
    client: Party | None
    title: str | None
    label: str | None
    original: str | None  # the reference before it was cleaned


class Table:
    """A mapping laid over the file's first line."""

    def __init__(self, reading: Reading, header: Record, today: date) -> None:
        """Find the columns.

        Raises:
            FileRefused: one that the mapping names is missing, or stands twice.
        """
        names = [name.strip() for name in header.fields]
        self._reading = reading
        self._width = len(names)
        self._today = today
        self._at: dict[str, tuple[int, str]] = {}
        for member in members_of(Columns):
            wanted = getattr(reading.columns, member.name)
            if wanted is None:
                continue
            if names.count(wanted) != 1:
                raise FileRefused("column_twice" if wanted in names else "column_missing", header.line, wanted)
            self._at[member.name] = (names.index(wanted), wanted)

    def documents(self, records: Iterator[Record]) -> Iterator[Found]:
        """Give one document or refusal for each record, or for each run of records of one document."""
        if self._reading.rows == "documents":
            for record in records:
                row = self._read(record)
                yield row if isinstance(row, Refused) else _document([row])
            return
        run: list[_Row | Refused] = []
        key: tuple[str, str] | None = None
        for record in records:
            row = self._read(record)
            own = self._key(record)
            if run and own != key:
                yield _gathered(run)
                run = []
            key = own
            if len(run) <= MOST_ROWS:  # one more than fits tells that there were too many
                run.append(row)
        if run:
            yield _gathered(run)

    def _key(self, record: Record) -> tuple[str, str]:
        return self._cell(record, "kind").strip(), self._cell(record, "reference").strip()

    def _cell(self, record: Record, name: str) -> str:
        place = self._at.get(name)
        return record.fields[place[0]] if place is not None and place[0] < len(record.fields) else ""

    def _read(self, record: Record) -> _Row | Refused:
        if len(record.fields) != self._width:
            return Refused(record.line, "columns")
        try:
            return self._row(record)
        except Wrong as wrong:
            return Refused(record.line, wrong.reason, wrong.column)

    def _row(self, record: Record) -> _Row:
        reading = self._reading
        reference, cleaned = cells.reference(*self._named(record, "reference"), clean=reading.clean_references)
        net, vat, gross = self._amounts(record)
        title = self._text(record, "title")
        return _Row(
            line=record.line,
            kind=self._kind(record),
            reference=reference,
            issued_on=cells.day(*self._named(record, "issued_on"), reading.dates, self._today),
            currency=cells.currency(*self._named(record, "currency"), reading.currency),
            net_cents=net,
            vat_cents=vat,
            gross_cents=gross,
            client=self._client(record),
            title=title,
            label=self._text(record, "label"),
            original=" ".join(self._cell(record, "reference").split()) if cleaned else None,
        )

    def _named(self, record: Record, name: str) -> tuple[str, str]:
        return self._cell(record, name), self._at[name][1] if name in self._at else ""

    def _text(self, record: Record, name: str) -> str | None:
        return cells.text(*self._named(record, name))

    def _kind(self, record: Record) -> HistoryKind:
        if self._reading.kind is not None:
            return self._reading.kind
        word, column = self._named(record, "kind")
        found = (self._reading.kinds or {}).get(word.strip())
        if found is None:
            raise Wrong("kind_unknown", column)
        return found

    def _amounts(self, record: Record) -> tuple[int, int, int]:
        """Read the amounts that there are; the missing one follows from the two others."""
        reading = self._reading
        read = {
            name: cells.cents(*self._named(record, name), reading.decimal, reading.thousands)
            for name in ("net", "vat", "gross")
            if name in self._at
        }
        if reading.vat_free:
            read.setdefault("vat", 0)
        net, vat, gross = read.get("net"), read.get("vat"), read.get("gross")
        if net is None:
            net = (gross or 0) - (vat or 0)
        if vat is None:
            vat = (gross or 0) - net
        if gross is None:
            gross = net + vat
        if net + vat != gross:
            raise Wrong("totals_disagree", self._at["gross"][1])
        return net, vat, gross

    def _client(self, record: Record) -> Party | None:
        name = self._text(record, "client")
        street = self._text(record, "client_address")
        postcode = self._text(record, "client_postcode")
        city = self._text(record, "client_city")
        email = self._text(record, "client_email")
        if name is None:
            return None
        address = None
        if city is not None:
            address = Address(lines=(street,) if street else (), postcode=postcode, city=city)
        return Party(name=name, address=address, email=email)


def _gathered(run: list[_Row | Refused]) -> Found:
    """Make one document of the lines of one; one line that is wrong refuses it whole."""
    rows: list[_Row] = []
    for row in run:
        if isinstance(row, Refused):
            return Refused(run[0].row if isinstance(run[0], Refused) else run[0].line, row.reason, row.column)
        rows.append(row)
    first = rows[0]
    if len(rows) > MOST_ROWS:
        return Refused(first.line, "lines_too_many")
    head = (first.issued_on, first.currency, first.client)
    if any((row.issued_on, row.currency, row.client) != head for row in rows):
        return Refused(first.line, "lines_disagree")
    return _document(rows)


def _document(rows: list[_Row]) -> HistoryDocument:
    first = rows[0]
    labels = tuple(row.label for row in rows[:_MOST_LABELS] if row.label is not None)
    notes = f"Référence d'origine : {first.original}" if first.original is not None else None
    texts = Texts(title=first.title, lines=labels, notes=notes) if first.title or labels or notes else None
    return HistoryDocument(
        kind=first.kind,
        reference=first.reference,
        issued_on=first.issued_on,
        currency=first.currency,
        net_cents=sum(row.net_cents for row in rows),
        vat_cents=sum(row.vat_cents for row in rows),
        gross_cents=sum(row.gross_cents for row in rows),
        row=first.line,
        client=first.client,
        texts=texts,
    )
