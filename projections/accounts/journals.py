"""Journals: the moves of the book as accounting entries, numbered, dated, lettered, in the order of recording.

Pure over postings in order of seq. One move is one accounting entry: balanced, in one journal, with one date, one
piece and one lettering (LPF art. A47 A-1 and the administration's own tool). docs/projections/journals.md.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple, get_args

from ledger.domain.types import Means
from projections.accounts.chart import Chart, Numbered
from projections.accounts.lettering import Lettered, Letters, Method, side_of
from projections.accounts.years import Year, Years
from projections.book.posting import Account, Cause, Posting

Postings = Callable[[int, int], Iterable[Posting]]
"""Gives the postings of entries first..last, both included, in order of seq, move and rank; asked more than once."""


class JournalLine(NamedTuple):
    """One line of an accounting entry; exactly one of the two amounts is above zero."""

    number: str
    label: str
    auxiliary: str  # the customer's own account; empty where the account has none
    auxiliary_label: str
    debit_cents: int
    credit_cents: int
    letters: str
    lettered_on: str


class JournalEntry(NamedTuple):
    """One accounting entry.

    `number` counts from 1 in each financial year; `on` is its date, `valid_on` the business day of its recording.
    """

    seq: int
    move: int
    cause: Cause
    journal: str
    journal_label: str
    number: int
    on: str
    piece: str
    piece_on: str
    label: str
    valid_on: str
    lines: tuple[JournalLine, ...]


@dataclass(slots=True)
class Told:
    """What a reading of the journals came to: filled while they are read."""

    entries: int = 0
    lines: int = 0
    debit_cents: int = 0
    credit_cents: int = 0
    other_currencies: dict[str, int] = field(default_factory=dict)  # moves left out, by currency
    unnamed: set[str] = field(default_factory=set)  # customers whose name is not at hand


def no_name(_: str) -> str | None:
    """Know nobody's name."""
    return None


@dataclass(frozen=True, slots=True)
class Journals:
    """The journals of a ledger as of one entry.

    Attributes:
        postings: the book's, up to any entry asked for.
        chart: numbers, labels and journals.
        years: the ledger's financial years as of `upto_seq`.
        currency: the ledger's; moves in another are left out and counted (an amount in euros is not known here).
        upto_seq: the last entry that counts: the same one gives the same journals, whatever came later.
        upto_day: the day of asking, or its business day where that is later: years after it have no entries.
        method: how advances stand.
        name_of: a customer's name from the disclosures, None when erased or not to be shown.
    """

    postings: Postings
    chart: Chart
    years: Years
    currency: str
    upto_seq: int
    upto_day: str
    method: Method = "ttc"
    name_of: Callable[[str], str | None] = no_name

    def of_year(self, year: Year, told: Told | None = None) -> Iterator[JournalEntry]:
        """Give a financial year's entries, in order of validation."""
        yield from self._entries(year, self._letters(), told or Told())

    def between(self, from_on: str, to_on: str, told: Told | None = None) -> Iterator[JournalEntry]:
        """Give the entries dated between two days, both included, with the numbers that their year gives them."""
        told = told or Told()
        letters = self._letters()
        year = self.years.of(min(from_on, self.upto_day))  # no calendar goes on to the years of any day that is asked
        while True:
            yield from self._entries(year, letters, told, from_on, to_on)
            if min(to_on, self.upto_day) <= year.last_on:
                return
            year = self.years.after(year)

    def _letters(self) -> Letters:
        letters = Letters(self.method)
        letters.read(self.postings(1, self.upto_seq), self.currency)
        return letters

    def _entries(
        self, year: Year, letters: Letters, told: Told, from_on: str = "", to_on: str = "9999-12-31"
    ) -> Iterator[JournalEntry]:
        last = self.upto_seq if year.last_seq is None else min(year.last_seq, self.upto_seq)
        number, seen, inside = 0, "", False
        for move in moves(self.postings(self._first_seq(year), last)):
            first = move[0]
            if first.day != seen:
                seen, inside = first.day, self.years.of(first.day).last_on == year.last_on
                if seen > year.last_on:
                    return
            if not inside:
                continue
            if first.currency != self.currency:
                told.other_currencies[first.currency] = told.other_currencies.get(first.currency, 0) + 1
                continue
            on = first.on if year.has(first.on) else first.day
            asked = from_on <= on <= to_on
            lines = self._lines(move, on, letters, told if asked else None)
            if not lines:
                continue
            number += 1
            if asked:
                debit = sum([line.debit_cents for line in lines])
                told.entries += 1
                told.lines += len(lines)
                told.debit_cents += debit
                told.credit_cents += sum([line.credit_cents for line in lines])
                yield self._entry(move, on, number, lines)

    def _first_seq(self, year: Year) -> int:
        before = self.years.before(year)
        return 1 if before is None or before.last_seq is None else before.last_seq + 1

    def _entry(self, move: list[Posting], on: str, number: int, lines: tuple[JournalLine, ...]) -> JournalEntry:
        first = move[0]
        means = frozenset(
            [posting.means for posting in move if posting.account == "bank" and posting.means is not None]
        )
        journal = self.chart.journal(first.cause, means, frozenset([posting.account for posting in move]))
        piece = first.number or f"E{first.seq}"
        piece_on = first.issued_on if first.number and first.issued_on else first.on
        label = label_of(first.cause, next(iter(means)) if len(means) == 1 else None, first.number)
        return JournalEntry(
            first.seq, first.move, first.cause, journal.code, journal.label, number, on, piece, piece_on, label,
            first.day, lines,
        )  # fmt: skip

    def _lines(self, move: list[Posting], on: str, letters: Letters, told: Told | None) -> tuple[JournalLine, ...]:
        """Give a move's lines, one for each account and customer, none of zero; names only where `told` is."""
        customer = next((posting.customer for posting in move if posting.customer is not None), None)
        sums: dict[tuple[str, str | None, bool], tuple[Numbered, int, Posting]] = {}
        loss = loss_of(move)
        for posting in move:
            if not posting.amount_cents:
                continue
            numbered = self.chart.numbered(posting, on, stands_on(posting, loss, self.method))
            whose = (posting.customer or customer) if numbered.auxiliary else None
            key = (numbered.number, whose, loss is not None and posting.account == "sales")  # a credit note stays whole
            before = sums.get(key)
            if before is None:
                sums[key] = (numbered, posting.amount_cents, posting)
            else:
                sums[key] = (numbered, before[1] + posting.amount_cents, before[2])
        made: list[JournalLine] = []
        for (_, whose, _), (numbered, cents, posting) in sums.items():
            if not cents:
                continue
            code, name = ("", "") if whose is None else self._customer(whose, told)
            lettered = letters.of(posting.settles, side_of(posting.account, self.method)) or _OPEN
            debit, credit = (cents, 0) if cents > 0 else (0, -cents)
            made.append(JournalLine(numbered.number, numbered.label, code, name, debit, credit, *lettered))
        return tuple(made)

    def _customer(self, customer: str, told: Told | None) -> tuple[str, str]:
        code = customer_code(customer)
        if told is None:
            return code, ""
        name = (self.name_of(customer) or "").strip()
        if not name:
            told.unnamed.add(customer)
        return code, name or f"Client {code}"


_OPEN: Final = Lettered("", "")


_LOSSES: Final = frozenset[Account]({"bad_debt", "early_discount"})
_SETTLED: Final = frozenset[Account]({"client", "advances", "on_account", "indemnity"})


def loss_of(move: Sequence[Posting]) -> Account | None:
    """Give the account of the loss or discount that a credit note is made for alone, None for any other move.

    Such a credit note is the rectifying document that VAT asks for (CGI 272): it takes the VAT off the loss. The sale
    itself was made, so accounting leaves it in turnover and the loss, without tax, among the costs (PCG 654, 665).
    """
    if move[0].cause != "credit_note":
        return None
    touched = {posting.account for posting in move if posting.amount_cents}
    found = touched & _LOSSES
    return next(iter(found)) if len(found) == 1 and not touched & _SETTLED else None


def stands_on(posting: Posting, loss: Account | None, method: Method) -> Account | None:
    """Give the account that stands in for a posting's own in the journals, if one does."""
    if loss is not None and posting.account == "sales":
        return loss
    return "advances" if method == "ht" and posting.account == "vat_on_advances" else None


def moves(postings: Iterable[Posting]) -> Iterator[list[Posting]]:
    """Group postings into their moves, in the order in which they come."""
    current: list[Posting] = []
    for posting in postings:
        if current and (posting.seq != current[0].seq or posting.move != current[0].move):
            yield current
            current = []
        current.append(posting)
    if current:
        yield current


@lru_cache(maxsize=65_536)
def customer_code(customer: str) -> str:
    """Give a customer's stable account code: C and twelve letters or digits from its random id; no personal data.

    Sixty of its 122 random bits: two of a million customers share a code in one of two million ledgers.
    """
    digits = customer.replace("-", "")
    return "C" + b32encode(bytes.fromhex(digits[:12] + digits[17:21]))[:12].decode()


_LABELS: Final[dict[Cause, str]] = {
    "invoice": "Facture",
    "deposit_invoice": "Facture d'acompte",
    "credit_note": "Avoir",
    "deposit_credit_note": "Avoir sur acompte",
    "deposit_applied": "Imputation d'acompte",
    "deposit_released": "Acompte libéré",
    "payment": "Encaissement",
    "deposit": "Acompte reçu",
    "allocation": "Affectation de règlement",
    "refund": "Remboursement",
    "reversal": "Encaissement annulé",
    "move": "Règlement déplacé",
    "means_corrected": "Moyen de paiement rectifié",
    "arrhes_kept": "Arrhes conservées",
    "delivery": "TVA exigible à la livraison",
    "early_discount": "Escompte accordé",
    "early_discount_lost": "Escompte repris",
    "write_off": "Créance irrécouvrable",
    "penalty": "Pénalités de retard",
    "payout": "Versement du prestataire de paiement",
    "refund_due": "Remboursement à effectuer",
}
_DRAWN: Final = "Prélèvement du prestataire de paiement"  # a payout below zero
_MEANS: Final[dict[Means, str]] = {
    "cash": "espèces",
    "cheque": "chèque",
    "card": "carte",
    "credit_transfer": "virement",
    "instant_transfer": "virement instantané",
    "direct_debit": "prélèvement",
    "e_money": "monnaie électronique",
    "voucher": "titre",
    "offset": "compensation",
    "other": "autre moyen",
}


def label_of(cause: Cause, means: Means | None, number: str | None) -> str:
    """Say in French what an entry is about: cause, means, printed number; never a name."""
    if cause == "payout" and means == "direct_debit":
        return _DRAWN
    return " ".join(word for word in (_LABELS[cause], _MEANS[means] if means else "", number or "") if word)


def causes_without_label() -> list[str]:
    """Name the causes that no label is written for; a test holds it empty."""
    return [cause for cause in get_args(Cause) if cause not in _LABELS] + [
        means for means in get_args(Means) if means not in _MEANS
    ]
