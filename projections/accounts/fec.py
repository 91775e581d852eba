"""The FEC: accounting entries as the file of LPF art. A47 A-1, 18 columns in order, one line after another.

What is written is the sales, cash and bank journals of Sceau: partial journals for the accountant's software, not the
company's FEC by itself. Opening balances (à-nouveaux) are none of them: they belong to whoever keeps the general
ledger. docs/projections/fec.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from ledger.kernel.frozen import frozen
from projections.accounts.journals import JournalEntry
from projections.accounts.texts import amount, compact_day, one_line

COLUMNS: Final[tuple[str, ...]] = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip
"""The columns of LPF art. A47 A-1 VII, in order."""

AMOUNT_COLUMNS: Final[tuple[str, ...]] = (*COLUMNS[:11], "Montant", "Sens", *COLUMNS[13:])
"""The same where one amount and its side stand for debit and credit (A47 A-1 VII 1°)."""

Separator = Literal["\t", "|"]
FecEncoding = Literal["iso8859-15", "utf-8"]

_BLOCK: Final = 512


@frozen
class FecForm:
    """How a FEC is written. All of it is lawful; the defaults are what every tool reads."""

    separator: Separator = "\t"
    encoding: FecEncoding = "iso8859-15"
    sides: bool = False  # Montant and Sens instead of Debit and Credit


def fec_name(siren: str, last_on: str, training: bool = False) -> str:
    """Name the file: SIREN, `FEC`, the day on which the financial year ends; a training ledger's says so after it."""
    return f"{siren}FEC{compact_day(last_on)}{'-FACTICE' if training else ''}.txt"


def fec_bytes(entries: Iterable[JournalEntry], form: FecForm | None = None) -> Iterator[bytes]:
    """Write entries as a FEC, in pieces of some hundred lines; constant memory, whatever the number of lines."""
    form = form or FecForm()
    yield (form.separator.join(AMOUNT_COLUMNS if form.sides else COLUMNS) + "\r\n").encode("ascii")
    block: list[str] = []
    for entry in entries:
        block.extend(_lines(entry, form))
        if len(block) >= _BLOCK:
            yield "".join(block).encode(form.encoding)
            block.clear()
    if block:
        yield "".join(block).encode(form.encoding)


def _lines(entry: JournalEntry, form: FecForm) -> Iterator[str]:
    sep, enc = form.separator, form.encoding
    journal, journal_label = one_line(entry.journal, enc), one_line(entry.journal_label, enc)
    piece, label = one_line(entry.piece, enc), one_line(entry.label, enc)
    head = f"{journal}{sep}{journal_label}{sep}{entry.number}{sep}{compact_day(entry.on)}{sep}"
    middle = f"{sep}{piece}{sep}{compact_day(entry.piece_on)}{sep}{label}{sep}"
    tail = f"{sep}{compact_day(entry.valid_on)}{sep}{sep}\r\n"
    for number, account, auxiliary, auxiliary_label, debit, credit, letters, lettered_on in entry.lines:
        if form.sides:
            amounts = f"{amount(debit or credit)}{sep}{'D' if debit else 'C'}"
        else:
            amounts = f"{amount(debit)}{sep}{amount(credit)}"
        yield (
            f"{head}{number}{sep}{one_line(account, enc)}{sep}{auxiliary}{sep}{one_line(auxiliary_label, enc)}{middle}"
            f"{amounts}{sep}{letters}{sep}{compact_day(lettered_on)}{tail}"
        )
