"""The reports `journal` (accounting entries, line by line) and `balance` (trial balance, account by account)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ledger.domain.events.ledger import LedgerOpened
from projections.accounts.chart import shipped_chart
from projections.accounts.journals import JournalEntry, JournalLine, Journals, Told
from projections.accounts.lettering import Method
from projections.accounts.years import Years, years_of
from projections.book.posting import Posting
from projections.book.reading import postings_recorded
from projections.documents.words import formats
from projections.reports.common import FROM, TO, finish
from projections.reports.contract import Asked, Column, Desk, Parameter, Report, Table, Words

LEDGER_STREAM: Final = "ledger:self"
"""The stream of entry 1, which declares the first day of a financial year."""
PERIODS_STREAM: Final = "period:self"
"""The stream that says where financial years end."""

_METHOD: Final = Parameter(
    "method",
    "code",
    Words("acomptes TTC (ttc) ou hors taxe (ht)", "advances with VAT (ttc) or without (ht)"),
    default="ttc",
    choices=("ttc", "ht"),
)
_PARTIAL: Final = Words(
    "Journaux partiels : ventes, caisse et banque des encaissements de clients, sans à-nouveaux ni achats.",
    "Partial journals: sales, cash and bank of customers' money, without opening balances or purchases.",
)

_JOURNAL_COLUMNS: Final = (
    Column("journal", "code", Words("Journal", "Journal")),
    Column("number", "count", Words("Écriture", "Entry number")),
    Column("on", "day", Words("Date", "Date")),
    Column("piece", "text", Words("Pièce", "Piece")),
    Column("account", "code", Words("Compte", "Account")),
    Column("account_label", "text", Words("Libellé du compte", "Account label")),
    Column("auxiliary", "code", Words("Auxiliaire", "Auxiliary account")),
    Column("name", "text", Words("Client", "Customer")),
    Column("label", "text", Words("Libellé", "Label")),
    Column("debit_cents", "cents", Words("Débit", "Debit"), total=True),
    Column("credit_cents", "cents", Words("Crédit", "Credit"), total=True),
    Column("letters", "code", Words("Lettrage", "Letters")),
    Column("valid_on", "day", Words("Validée le", "Recorded on")),
)
_BALANCE_COLUMNS: Final = (
    Column("account", "code", Words("Compte", "Account")),
    Column("account_label", "text", Words("Libellé du compte", "Account label")),
    Column("debit_cents", "cents", Words("Débit", "Debit"), total=True),
    Column("credit_cents", "cents", Words("Crédit", "Credit"), total=True),
    Column("debit_balance_cents", "cents", Words("Solde débiteur", "Debit balance"), total=True),
    Column("credit_balance_cents", "cents", Words("Solde créditeur", "Credit balance"), total=True),
)


def _years(desk: Desk) -> Years:
    opening = next(entry for entry in desk.trail(LEDGER_STREAM) if entry.type == LedgerOpened.TYPE)
    return years_of(opening.body["year_start"], opening.day, desk.trail(PERIODS_STREAM))


def _days(desk: Desk, asked: Asked, years: Years) -> tuple[str, str]:
    """Give the first and last day; without bounds, those of the financial year that is open."""
    year = years.of(desk.today.isoformat())
    return asked.get("from", year.first_on), asked.get("to", year.last_on)


def _entries(desk: Desk, asked: Asked, told: Told) -> Iterator[JournalEntry]:
    """Give the entries of the days asked for."""
    view, facts, today, years = desk.view("book"), desk.facts, desk.today.isoformat(), _years(desk)

    def postings(first: int, last: int) -> Iterable[Posting]:
        return postings_recorded(view, first_seq=first, last_seq=last)

    method: Method = "ht" if asked["method"] == "ht" else "ttc"
    journals = Journals(
        postings, shipped_chart(), years, facts.currency, view.position, today, method=method, name_of=desk.name_of
    )
    yield from journals.between(*_days(desk, asked, years), told)


def _notes(desk: Desk, asked: Asked, told: Told) -> Iterator[Words]:
    first, last = _days(desk, asked, _years(desk))
    yield Words(
        f"Du {formats.day(first, 'fr')} au {formats.day(last, 'fr')}.",
        f"From {formats.day(first, 'en')} to {formats.day(last, 'en')}.",
    )
    yield _PARTIAL
    for currency, count in sorted(told.other_currencies.items()):
        yield Words(
            f"{count} mouvement(s) en {currency} ne sont pas compris : leur contre-valeur n'est pas connue.",
            f"{count} move(s) in {currency} are left out: what they are worth here is not known.",
        )


# --- journal


def _lines(entries: Iterable[JournalEntry]) -> Iterator[tuple[str, JournalEntry, JournalLine]]:
    for entry in entries:
        for rank, line in enumerate(entry.lines, 1):
            yield f"{entry.seq}.{entry.move}.{rank}", entry, line


def _journal(desk: Desk, asked: Asked) -> Table:
    told = Told()
    rows = [
        {
            "key": key, "seq": entry.seq, "journal": entry.journal, "number": entry.number, "on": entry.on,
            "piece": entry.piece, "account": line.number, "account_label": line.label,
            "auxiliary": line.auxiliary or None, "name": line.auxiliary_label or None, "label": entry.label,
            "debit_cents": line.debit_cents, "credit_cents": line.credit_cents, "letters": line.letters or None,
            "valid_on": entry.valid_on,
        }
        for key, entry, line in _lines(_entries(desk, asked, told))
        if asked.get("account") is None or line.number.startswith(asked["account"])
    ]  # fmt: skip
    return finish(JOURNAL, desk, _JOURNAL_COLUMNS, rows, notes=_notes(desk, asked, told))


def _line_of(desk: Desk, asked: Asked, key: str) -> tuple[JournalEntry, JournalLine] | None:
    found = (each[1:] for each in _lines(_entries(desk, asked, Told())) if each[0] == key)
    return next(found, None)


def _behind_line(desk: Desk, asked: Asked, key: str, _: str) -> Iterable[int]:
    found = _line_of(desk, asked, key)
    return () if found is None else (found[0].seq,)


def _share_of_line(desk: Desk, asked: Asked, key: str, column: str) -> Mapping[int, int] | None:
    found = _line_of(desk, asked, key) if column.endswith("_cents") else None
    return None if found is None else {found[0].seq: _figure(found[1], column)}


def _figure(line: JournalLine, column: str) -> int:
    return line.debit_cents if column == "debit_cents" else line.credit_cents


JOURNAL: Final = Report(
    name="journal",
    question=Words(
        "Quelles écritures comptables les ventes et les règlements ont-ils données ?",
        "Which accounting entries did sales and payments give?",
    ),
    parameters=(
        FROM,
        TO,
        _METHOD,
        Parameter("account", "code", Words("début du numéro de compte", "first digits of the account")),
    ),
    uses=("book",),
    make=_journal,
    explain=_behind_line,
    shares=_share_of_line,
)
"""The journals, line by line (docs/projections/journals.md)."""


# --- balance


def _balance(desk: Desk, asked: Asked) -> Table:
    told = Told()
    sums: dict[str, list[Any]] = {}
    for entry in _entries(desk, asked, told):
        for line in entry.lines:
            known = sums.setdefault(line.number, [line.label, 0, 0, 0])
            known[1] += line.debit_cents
            known[2] += line.credit_cents
            known[3] = entry.seq
    rows = [
        {
            "key": number, "seq": seq, "account": number, "account_label": label, "debit_cents": debit,
            "credit_cents": credit, "debit_balance_cents": max(debit - credit, 0),
            "credit_balance_cents": max(credit - debit, 0),
        }
        for number, (label, debit, credit, seq) in sorted(sums.items())
    ]  # fmt: skip
    return finish(BALANCE, desk, _BALANCE_COLUMNS, rows, notes=_notes(desk, asked, told))


def _shares(desk: Desk, asked: Asked, key: str, column: str) -> dict[int, int]:
    """Give what each entry brought to an account's figure; to a balance, in the direction of that balance."""
    found: dict[int, int] = {}
    for entry in _entries(desk, asked, Told()):
        for line in entry.lines:
            if line.number != key:
                continue
            match column:
                case "debit_cents" | "credit_cents":
                    cents = _figure(line, column)
                case "credit_balance_cents":
                    cents = line.credit_cents - line.debit_cents
                case _:
                    cents = line.debit_cents - line.credit_cents
            found[entry.seq] = found.get(entry.seq, 0) + cents
    if column.endswith("_balance_cents") and sum(found.values()) <= 0:
        return {}
    return {seq: cents for seq, cents in found.items() if cents}


def _behind_account(desk: Desk, asked: Asked, key: str, column: str) -> Iterable[int]:
    return sorted(_shares(desk, asked, key, column))


BALANCE: Final = Report(
    name="balance",
    question=Words("Quel est le total de chaque compte ?", "What does each account add up to?"),
    parameters=(FROM, TO, _METHOD),
    uses=("book",),
    make=_balance,
    explain=_behind_account,
    shares=_shares,
)
"""The trial balance of the partial journals."""
