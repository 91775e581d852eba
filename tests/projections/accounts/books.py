"""Small books for the tests of journals: moves written by hand, as the book would post them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from projections.accounts.chart import Chart, shipped_chart
from projections.accounts.journals import JournalEntry, Journals
from projections.accounts.years import Year, Years
from projections.book.posting import Posting

MARIE = "11111111-2222-4333-8444-555555555555"
YEAR = Year("2026-01-01", "2026-12-31")
YEARS = Years((YEAR,), "01-01")
CHART = shipped_chart()


class Book:
    """Postings in order of recording; each `move` is a balanced one of the next entry."""

    def __init__(self) -> None:
        self.postings: list[Posting] = []
        self.seq = 1

    def entry(self, skip: int = 0) -> Book:
        """Go on to the next entry, or one some places later: others stand between."""
        self.seq += 1 + skip
        self._moves = 0
        return self

    def move(self, cause: str, on: str, *lines: tuple[Any, ...], day: str | None = None, **members: Any) -> Book:
        """Post one move: lines are (account, cents) or (account, cents, members)."""
        assert sum(line[1] for line in lines) == 0, "a move of a book balances"
        self._moves += 1
        for rank, (account, cents, *more) in enumerate(lines, 1):
            one: dict[str, Any] = {**members, **(more[0] if more else {})}
            self.postings.append(
                Posting(
                    seq=self.seq,
                    move=self._moves,
                    rank=rank,
                    type="invoice.issued/1",
                    day=day or on,
                    on=on,
                    cause=cause,  # type: ignore[arg-type] # the tests name causes
                    account=account,
                    amount_cents=cents,
                    **{"currency": "EUR", "customer": MARIE, **one},
                )
            )
        return self

    def upto(self, first: int, last: int) -> Iterable[Posting]:
        """Give the postings of entries first..last."""
        return [posting for posting in self.postings if first <= posting.seq <= last]

    def journals(self, years: Years = YEARS, chart: Chart = CHART, **members: Any) -> Journals:
        """Give the journals of this book, as of its end unless told otherwise."""
        upto = members.pop("upto_seq", self.seq)
        days = [posting.day for posting in self.upto(1, upto)]
        return Journals(self.upto, chart, years, "EUR", upto, max(days, default=YEAR.first_on), **members)


def sale() -> Book:
    """Play the example of the law's section on accounts: a service at 20 %, 1 200.00 with VAT, a deposit of 360.00.

    The deposit is received without a deposit invoice, the final invoice deducts it in a move of its own, the balance
    is paid.
    """
    vat = {"rate_bp": 2000, "category": "S", "nature": "services"}
    book = Book()
    deposit = {"document": "deposit:d", "number": "AC-1", "settles": "deposit:d"}
    invoice = {"document": "invoice:i", "number": "F-1", "issued_on": "2026-03-20"}
    book.entry().move(
        "deposit", "2026-03-02", ("bank", 36000, {"means": "card"}), ("advances", -36000),
        ("vat_on_advances", 6000, {**vat, "base_cents": 30000}),
        ("vat_collected", -6000, {**vat, "base_cents": -30000, "due_by": "deposit"}), **deposit,
    )  # fmt: skip
    book.entry()
    book.move(
        "invoice", "2026-03-20", ("client", 84000), ("sales", -70000, {**vat, "base_cents": -70000}),
        ("vat_collected", -14000, {**vat, "base_cents": -70000, "due_by": "debit"}), settles="invoice:i", **invoice,
    )  # fmt: skip
    book.move(
        "deposit_applied", "2026-03-20", ("advances", 36000), ("sales", -30000, {**vat, "base_cents": -30000}),
        ("vat_on_advances", -6000, {**vat, "base_cents": -30000}), settles="deposit:d", **invoice,
    )  # fmt: skip
    book.entry().move(
        "payment", "2026-04-01", ("bank", 84000, {"means": "credit_transfer"}), ("client", -84000),
        settles="invoice:i", **invoice,
    )  # fmt: skip
    return book


def shown(*entries: JournalEntry) -> dict[str, int]:
    """Show entries as their accounts and amounts together, debit above zero."""
    sums: dict[str, int] = {}
    for entry in entries:
        for line in entry.lines:
            sums[line.number] = sums.get(line.number, 0) + line.debit_cents - line.credit_cents
    return sums
