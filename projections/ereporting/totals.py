"""What `reconcile` compares: 10.3 and 10.4 as sums of cents, with what is left out by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ledger.kernel.frozen import frozen
from projections.book.posting import Posting
from projections.ereporting.payments import Payments, TakenBack, moves_of, payments
from projections.ereporting.periods import Situations
from projections.ereporting.transactions import LeftOut, Transactions, transactions


@frozen
class ReportTotals:
    """A span's e-reporting in cents.

    `base_cents + sum(left_out_cents)` is the book's turnover without tax of the span's days (credits of `sales`).
    `paid_cents` is 10.4 of the span, `taken_before_cents` what later refunds took from its days,
    `taken_elsewhere_cents` what its own refunds took from days before it, `unplaced_cents` what found no day:
    `paid_cents + taken_before_cents - taken_elsewhere_cents - unplaced_cents` is the VAT-due service money of the span.
    """

    base_cents: int
    vat_cents: int
    by_rate: Mapping[int, tuple[int, int]]
    left_out_cents: Mapping[LeftOut, int]
    paid_cents: int
    paid_by_rate: Mapping[int, int]
    taken_before_cents: int
    taken_elsewhere_cents: int
    unplaced_cents: int

    @property
    def due_services_cents(self) -> int:
        """Service money with tax of consumers for which VAT fell due in the span, refunds taken off."""
        return self.paid_cents + self.taken_before_cents - self.taken_elsewhere_cents - self.unplaced_cents


def totals_of(postings: Iterable[Posting], firm: Situations, from_on: str, to_on: str) -> ReportTotals:
    """Add up 10.3 and 10.4 of the days from `from_on` to `to_on`, both included.

    `postings` are the whole book's, in any order: a refund after the span may have taken from a day in it.
    """
    kept = tuple(each for each in postings if each.account == "sales" or each.account.startswith("vat_"))
    return summed(transactions(kept, from_on, to_on), payments(moves_of(kept, firm.debits_on)), from_on, to_on)


def summed(sold: Transactions, paid: Payments, from_on: str, to_on: str) -> ReportTotals:
    """Give the totals of figures already made."""
    by_rate: dict[int, tuple[int, int]] = {}
    for line in sold.lines:
        for rate in line.rates:
            base, vat = by_rate.get(rate.rate_bp, (0, 0))
            by_rate[rate.rate_bp] = (base + rate.base_cents, vat + rate.vat_cents)
    paid_by_rate: dict[int, int] = defaultdict(int)
    for each in paid.within(from_on, to_on):
        paid_by_rate[each.rate_bp] += each.cents

    def inside(on: str) -> bool:
        return from_on <= on <= to_on

    def across(taken: TakenBack, came: bool, went: bool) -> int:
        return taken.cents if (inside(taken.from_on), inside(taken.on)) == (came, went) else 0

    return ReportTotals(
        base_cents=sum(line.base_cents for line in sold.lines),
        vat_cents=sum(line.vat_cents for line in sold.lines),
        by_rate=by_rate,
        left_out_cents=sold.left_out,
        paid_cents=sum(paid_by_rate.values()),
        paid_by_rate=dict(paid_by_rate),
        taken_before_cents=sum(across(each, True, False) for each in paid.taken_back),
        taken_elsewhere_cents=sum(across(each, False, True) for each in paid.taken_back),
        unplaced_cents=-sum(each.cents for each in paid.unplaced if inside(each.on)),
    )
