"""10.3: transactions with consumers, by day x currency x category, and by rate within (law section 5.2, 5.3).

They are the book's `sales`, turnover without tax on the day of its document, and the VAT that stands in the same
moves: an invoice on its date, a credit note on its own. A deposit is no turnover and is not here; its final invoice
is, whole. What is left out is counted, so that the figures lead back to the closures' turnover.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

from ledger.domain.regimes.fr.ereporting import MARGIN_EXEMPTIONS, NO_INVOICE_EXEMPTIONS
from ledger.kernel.frozen import frozen
from projections.book.posting import Posting

Category = Literal["TLB1", "TPS1", "TNT1", "TMA1"]
"""G1.68: goods taxed, services taxed, not taxed in France, taxed on the margin."""
LeftOut = Literal["business", "international_business", "public", "no_invoice_exemption"]
"""Why turnover is not in 10.3: invoices between businesses go by themselves, those abroad are flux 10.1."""

VAT_ACCOUNTS = frozenset({"vat_collected", "vat_waiting", "vat_on_advances"})
_NOT_IN_FRANCE = ("GF", "YT", "EU", "WORLD")


@frozen
class RateLine:
    """One rate of a line of 10.3; `seqs` are the entries behind it."""

    rate_bp: int
    base_cents: int
    vat_cents: int
    seqs: tuple[int, ...]


@frozen
class TransactionLine:
    """One line of 10.3: a day, a currency and a category, with its rates and how many documents it is of."""

    on: str
    currency: str
    category: Category
    rates: tuple[RateLine, ...]
    documents: int

    @property
    def base_cents(self) -> int:
        """Without tax (TT-82)."""
        return sum(each.base_cents for each in self.rates)

    @property
    def vat_cents(self) -> int:
        """VAT (TT-83)."""
        return sum(each.vat_cents for each in self.rates)


@frozen
class Transactions:
    """10.3 of a span of days; `left_out` is the turnover without tax that belongs elsewhere, in cents, by reason."""

    lines: tuple[TransactionLine, ...]
    left_out: Mapping[LeftOut, int]

    @property
    def currencies(self) -> frozenset[str]:
        """The currencies of its lines."""
        return frozenset(each.currency for each in self.lines)


def category_of(posting: Posting) -> Category:
    """Give the category of a sale to a consumer.

    Taxed on the margin by its exemption; not taxed in France where the place of supply is abroad, in Guyane or Mayotte
    (CGI 294), or outside the scope; else goods or services, under the franchise at rate 0 too.
    """
    if posting.exemption is not None and posting.exemption in MARGIN_EXEMPTIONS:
        return "TMA1"
    if posting.supply_place in _NOT_IN_FRANCE or posting.category == "O":
        return "TNT1"
    return "TLB1" if posting.nature == "goods" else "TPS1"


def left_out(posting: Posting) -> LeftOut | None:
    """Say why a posting is not of 10.3 and 10.4, or None where it is.

    A customer of no known kind is a consumer: who wants an invoice of a business says so.
    """
    if posting.customer_kind == "business":
        abroad = posting.category in ("K", "G") or posting.supply_place in ("EU", "WORLD")
        return "international_business" if abroad else "business"
    if posting.customer_kind == "public":
        return "public"
    if posting.exemption is not None and posting.exemption.startswith(NO_INVOICE_EXEMPTIONS):
        return "no_invoice_exemption"
    return None


def transactions(postings: Iterable[Posting], from_on: str, to_on: str, upto_seq: int | None = None) -> Transactions:
    """Add up 10.3 of the days from `from_on` to `to_on`, both included, as of an entry; postings in any order."""
    sums = _Sums()
    for each in postings:
        if from_on <= each.on <= to_on and (upto_seq is None or each.seq <= upto_seq):
            sums.add(each)
    return sums.made()


_Key = tuple[str, str, Category]


class _Sums:
    """The sums while postings are read. VAT counts in moves that hold turnover: what falls due later is no sale."""

    def __init__(self) -> None:
        self._base: dict[_Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._vat: dict[_Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._seqs: dict[tuple[_Key, int], set[int]] = defaultdict(set)
        self._documents: dict[_Key, set[str]] = defaultdict(set)
        self._left_out: dict[LeftOut, int] = defaultdict(int)
        self._moves: set[tuple[int, int]] = set()
        self._pending: dict[tuple[int, int], list[Posting]] = defaultdict(list)

    def add(self, posting: Posting) -> None:
        move = (posting.seq, posting.move)
        if posting.account == "sales":
            why = left_out(posting)
            if why is not None:
                self._left_out[why] -= posting.amount_cents
                return
            self._moves.add(move)
            key, rate_bp = _place(posting)
            self._base[key][rate_bp] -= posting.base_cents
            self._vat[key][rate_bp] += 0
            self._seqs[key, rate_bp].add(posting.seq)
            self._documents[key].add(posting.document or str(posting.seq))
        elif posting.account in VAT_ACCOUNTS and left_out(posting) is None:
            self._pending[move].append(posting)

    def made(self) -> Transactions:
        for move in self._moves:
            for posting in self._pending.get(move, ()):
                key, rate_bp = _place(posting)
                if posting.amount_cents:
                    self._vat[key][rate_bp] -= posting.amount_cents
                    self._seqs[key, rate_bp].add(posting.seq)
        return Transactions(tuple(map(self._line, sorted(self._base.keys() | self._vat.keys()))), dict(self._left_out))

    def _line(self, key: _Key) -> TransactionLine:
        base, vat = self._base.get(key, {}), self._vat.get(key, {})
        rates = tuple(
            RateLine(rate, base.get(rate, 0), vat.get(rate, 0), tuple(sorted(self._seqs.get((key, rate), ()))))
            for rate in sorted(base.keys() | vat.keys())
        )
        on, currency, category = key
        return TransactionLine(on, currency, category, rates, len(self._documents.get(key, ())))


def _place(posting: Posting) -> tuple[_Key, int]:
    return (posting.on, posting.currency, category_of(posting)), posting.rate_bp or 0
