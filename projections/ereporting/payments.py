"""10.4: payments of consumers for services not on debits, by day x rate, with tax, never below zero.

A receipt is what the book lets fall due by it: the credit of `vat_collected` for services, by receipt or deposit, at
rate 0 too. What takes it back (refund, reversal, credit note, arrhes kept) may not be a negative amount (G1.16):

1. Day by day and rate by rate, what goes back is taken from what came in on the same day at the same rate.
2. What is more than came in that day is taken from the days on which money of the same contract or document came in,
   the latest first; then from the latest earlier days at that rate with anything left. Those days' periods change: if
   they were sent, they are rectified, whole (RE).
3. What finds no money that ever came in is `unplaced`, and said: it is of money from before the ledger.

Days count, not when they were recorded; within a day, entries in their order. docs/projections/ereporting.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal

from ledger.kernel.frozen import frozen
from projections.book.posting import Posting
from projections.ereporting.transactions import left_out

Source = Literal["receipt", "deposit", "credit"]
"""Which sort of fact let VAT fall due, or took it back."""

_BY_DUE: Final[Mapping[str, Source]] = {"receipt": "receipt", "deposit": "deposit", "credit": "credit"}
_BY_CAUSE: Final[Mapping[str, Source]] = {
    "payment": "receipt",
    "allocation": "receipt",
    "move": "receipt",
    "reversal": "receipt",
    "early_discount": "receipt",
    "early_discount_lost": "receipt",
    "write_off": "receipt",
    "refund": "receipt",
    "deposit": "deposit",
    "deposit_released": "deposit",
    "arrhes_kept": "deposit",
    "refund_due": "deposit",
    "credit_note": "credit",
    "deposit_credit_note": "credit",
}
"""At rate 0 no tax falls due (`due_by` is `none`): the cause of the move tells what it was."""


@frozen
class Move:
    """Money for services of a consumer: in above zero, back below, with tax; `about` ties the one to the other."""

    on: str
    rate_bp: int
    cents: int
    about: str
    seq: int
    day: str  # of its recording


@frozen
class PaymentLine:
    """One day and rate of 10.4; `seqs` are the entries behind it, those that took from it too."""

    on: str
    rate_bp: int
    cents: int
    seqs: tuple[int, ...]


@frozen
class TakenBack:
    """Money that went back on a day and was taken from an earlier one, since its own day had too little."""

    on: str
    from_on: str
    rate_bp: int
    cents: int
    seq: int


@frozen
class Payments:
    """10.4 of all days; `unplaced` went back without having come in, as far as the ledger knows (below zero)."""

    lines: tuple[PaymentLine, ...]
    taken_back: tuple[TakenBack, ...]
    unplaced: tuple[Move, ...]

    def within(self, from_on: str, to_on: str) -> tuple[PaymentLine, ...]:
        """Give the lines of a span of days, both included."""
        return tuple(each for each in self.lines if from_on <= each.on <= to_on)


def moves_of(postings: Iterable[Posting], debits_on: Callable[[str], bool]) -> tuple[Move, ...]:
    """Give the money for services of consumers; `debits_on` tells of which days' deposits no payment data is due.

    An invoice on debits has no receipts in the book. A credit note's correction counts only where money had come in;
    money that it sets free for another rate of its invoice comes in there.
    """
    found: list[Move] = []
    corrected: list[Move] = []
    paid: set[tuple[str, int]] = set()
    for each in postings:
        if each.account != "vat_collected" or each.nature != "services" or left_out(each) is not None:
            continue
        cents = -(each.amount_cents + each.base_cents)
        about = each.settles or each.document or ""
        move = Move(each.on, each.rate_bp or 0, cents, about, each.seq, each.day)
        source = _source(each, debits_on)
        if source == "credit" and cents < 0:
            corrected.append(move)
        elif source in ("receipt", "credit") or (source == "deposit" and not debits_on(each.on)):
            found.append(move)
            paid.add((about, move.rate_bp))
    return tuple(found + [each for each in corrected if (each.about, each.rate_bp) in paid])


def _source(posting: Posting, debits_on: Callable[[str], bool]) -> Source | None:
    """Tell what let VAT fall due; None where an invoice or a delivery did."""
    if posting.due_by != "none":
        return _BY_DUE.get(posting.due_by or "")
    if posting.cause == "invoice":  # interest deducted from a balance counts as paid; else the invoice is on debits
        return None if debits_on(posting.on) else "receipt"
    return _BY_CAUSE.get(posting.cause)


def payments(moves: Iterable[Move], upto_seq: int | None = None) -> Payments:
    """Net what went back against what came in, as of an entry."""
    by_rate: dict[int, list[Move]] = defaultdict(list)
    for each in moves:
        if upto_seq is None or each.seq <= upto_seq:
            by_rate[each.rate_bp].append(each)
    lines: list[PaymentLine] = []
    taken: list[TakenBack] = []
    unplaced: list[Move] = []
    for rate_bp in sorted(by_rate):
        net = _Rate(rate_bp, by_rate[rate_bp])
        lines += net.lines()
        taken += net.taken
        unplaced += net.unplaced
    return Payments(tuple(sorted(lines, key=_line_order)), tuple(sorted(taken, key=_taken_order)), tuple(unplaced))


def _line_order(line: PaymentLine) -> tuple[str, int]:
    return line.on, line.rate_bp


def _taken_order(taken: TakenBack) -> tuple[str, int, str, int]:
    return taken.on, taken.seq, taken.from_on, taken.rate_bp


class _Rate:
    """One rate's days: what is left of each lot of money that came in, by day."""

    def __init__(self, rate_bp: int, moves: Iterable[Move]) -> None:
        self._rate_bp = rate_bp
        self._lots: dict[str, list[_Lot]] = {}
        self._seqs: dict[str, set[int]] = defaultdict(set)
        self._of: dict[str, list[_Lot]] = defaultdict(list)  # a document's lots, by day
        self._open: list[_Lot] = []  # every lot so far, by day; what has nothing left is dropped from its end
        self.taken: list[TakenBack] = []
        self.unplaced: list[Move] = []
        days: dict[str, list[Move]] = defaultdict(list)
        for each in moves:
            days[each.on].append(each)
        for on in sorted(days):
            self._day(on, sorted(days[on], key=lambda one: (one.seq, one.cents)))

    def _day(self, on: str, moves: list[Move]) -> None:
        came = [_Lot(each) for each in moves if each.cents > 0]
        self._lots[on] = came
        for lot in came:
            self._of[lot.about].append(lot)
        self._open += came
        self._seqs[on].update(each.seq for each in moves)
        for each in moves:
            if each.cents < 0:
                self._take_back(on, each)

    def _take_back(self, on: str, move: Move) -> None:
        rest = -move.cents
        own = [lot for lot in self._lots[on] if lot.about == move.about]
        for lot in (*own, *self._lots[on]):
            rest -= lot.take(rest)
        for lot in reversed(self._of.get(move.about, ())):
            rest -= self._from_earlier(lot, on, move, rest)
        while rest:
            while self._open and not self._open[-1].left:
                self._open.pop()
            if not self._open:
                break
            rest -= self._from_earlier(self._open[-1], on, move, rest)
        if rest:
            self.unplaced.append(Move(on, self._rate_bp, -rest, move.about, move.seq, move.day))

    def _from_earlier(self, lot: _Lot, on: str, move: Move, rest: int) -> int:
        took = lot.take(rest)
        if took:
            self.taken.append(TakenBack(on, lot.on, self._rate_bp, took, move.seq))
            self._seqs[lot.on].add(move.seq)
        return took

    def lines(self) -> list[PaymentLine]:
        return [
            PaymentLine(on, self._rate_bp, sum(lot.left for lot in lots), tuple(sorted(self._seqs[on])))
            for on, lots in self._lots.items()
            if lots
        ]


class _Lot:
    """Money that came in at once, and what is left of it."""

    __slots__ = ("about", "left", "on")

    def __init__(self, move: Move) -> None:
        self.on, self.about, self.left = move.on, move.about, move.cents

    def take(self, cents: int) -> int:
        took = min(self.left, cents)
        self.left -= took
        return took
