"""The entries of a FEC (LPF art. A47 A-1) to the documents of sale that they book.

A FEC tells accounts, not documents: what is taken is what its accounts show without doubt, and the rest stays in the
file, counted as `not_a_sale`. Accounts are those of the PCG: 70 sales, 4457 and 44587 VAT on sales, 4191
advances received, 411 clients, class 5 money.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from archive.history_import import cells
from archive.history_import.cells import Wrong
from archive.history_import.rows import MOST_ROWS, Found, Refused
from archive.history_import.source import FileRefused, Record
from ledger.domain.commands.history import HistoryDocument, HistoryKind
from ledger.domain.events.common import Party, Texts

_BEFORE: Final = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib",
)  # fmt: skip
_AFTER: Final = ("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise")
COLUMNS: Final = (*_BEFORE, "Debit", "Credit", *_AFTER)
"""The eighteen columns, in the order of the text."""
WITH_SIDE: Final = (*_BEFORE, "Montant", "Sens", *_AFTER)
"""The same with an amount and a side."""
_DEBIT: Final = frozenset({"D", "+1", "1"})
_CREDIT: Final = frozenset({"C", "-1"})


def delimiter_of(first_line: str) -> str:
    """Give the separator of a FEC by its first line.

    Raises:
        FileRefused: it names no FEC.
    """
    for sign in ("\t", "|"):
        if first_line.count(sign) >= len(COLUMNS) - 1:
            return sign
    raise FileRefused("not_fec", 1)


@dataclass(slots=True)
class _Line:
    """One line of an entry, read."""

    line: int
    reference: str
    day: str
    account: str
    debit_cents: int  # negative: a credit
    party: str | None
    label: str | None


class Fec:
    """A FEC's columns laid over its first line."""

    def __init__(self, header: Record, today: date) -> None:
        """Check that the columns are those of the text.

        Raises:
            FileRefused: they are not.
        """
        names = [name.strip().lower() for name in header.fields]
        for columns in (COLUMNS, WITH_SIDE):
            if names[: len(columns)] == [name.lower() for name in columns]:
                self._columns = columns
                break
        else:
            raise FileRefused("not_fec", header.line)
        self._width = len(names)
        self._today = today

    def documents(self, records: Iterator[Record]) -> Iterator[tuple[str, Found]]:
        """Give, for each entry, its journal and number and the document or refusal it makes."""
        run: list[Record] = []
        key = ""
        for record in records:
            own = "\x1f".join((self._cell(record, "JournalCode"), self._cell(record, "EcritureNum")))
            if run and own != key:
                yield key, self._entry(run)
                run = []
            key = own
            if len(run) <= MOST_ROWS:
                run.append(record)
        if run:
            yield key, self._entry(run)

    def _cell(self, record: Record, name: str) -> str:
        at = self._columns.index(name)
        return record.fields[at].strip() if at < len(record.fields) else ""

    def _entry(self, run: list[Record]) -> Found:
        begins = run[0].line
        if len(run) > MOST_ROWS:
            return Refused(begins, "lines_too_many")
        if any(len(record.fields) != self._width for record in run):
            return Refused(begins, "columns")
        try:
            return _document([self._line(record) for record in run])
        except Wrong as wrong:
            return Refused(begins, wrong.reason, wrong.column)

    def _line(self, record: Record) -> _Line:
        piece = self._cell(record, "PieceRef")
        number = "PieceRef" if piece else "EcritureNum"
        dated = "PieceDate" if self._cell(record, "PieceDate") else "EcritureDate"
        return _Line(
            line=record.line,
            reference=cells.reference(self._cell(record, number), number, clean=True)[0],
            day=cells.day(self._cell(record, dated), dated, "YYYYMMDD", self._today),
            account=self._cell(record, "CompteNum"),
            debit_cents=self._debit(record),
            party=cells.text(self._cell(record, "CompAuxLib"), "CompAuxLib"),
            label=cells.text(self._cell(record, "EcritureLib"), "EcritureLib"),
        )

    def _debit(self, record: Record) -> int:
        if self._columns is COLUMNS:
            return self._amount(record, "Debit") - self._amount(record, "Credit")
        side = self._cell(record, "Sens").upper()
        if side not in _DEBIT | _CREDIT:
            raise Wrong("amount_malformed", "Sens")
        amount = self._amount(record, "Montant")
        return amount if side in _DEBIT else -amount

    def _amount(self, record: Record, name: str) -> int:
        cell = self._cell(record, name)
        # Before 2019 a point was let pass as well; there are no thousands separators, so that it can mean nothing else.
        return cells.cents(cell, name, "." if "." in cell else ",") if cell else 0


def _document(lines: list[_Line]) -> HistoryDocument:
    if sum(line.debit_cents for line in lines) != 0:
        raise Wrong("entry_unbalanced", "Debit")

    def credit(*accounts: str) -> int:
        return -sum(line.debit_cents for line in lines if line.account.startswith(accounts))

    kind, net, vat = _meaning(
        lines, credit("70"), credit("4457", "44587"), credit("44571"), credit("4191"), -credit("5")
    )
    first = lines[0]
    client = next((line for line in lines if line.account.startswith("411") and line.party), None)
    label = next((line.label for line in lines if line.label), None)
    return HistoryDocument(
        kind=kind,
        reference=first.reference,
        issued_on=first.day,
        net_cents=net,
        vat_cents=vat,
        gross_cents=net + vat,
        row=first.line,
        client=Party(name=client.party) if client is not None and client.party is not None else None,
        texts=Texts(title=label) if label is not None else None,
    )


def _meaning(
    lines: list[_Line], sales: int, vat: int, collected: int, advances: int, money: int
) -> tuple[HistoryKind, int, int]:
    """Tell what an entry books, its net and its VAT, by the sides of its accounts.

    A deposit's VAT is what is collected (44571) only: the method that books advances with tax puts the same amount to
    44587 on the other side.
    """
    if any(line.account.startswith("70") for line in lines):
        return "invoice" if sales + vat >= 0 else "credit_note", sales, vat
    if advances > 0 and money > 0:
        return "deposit", money - collected, collected
    if money and any(line.account.startswith("411") for line in lines):
        return "payment", money, 0
    raise Wrong("not_a_sale", "CompteNum")
