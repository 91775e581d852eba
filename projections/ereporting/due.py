"""What is due, sent, late: every period of the firm with figures, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Final, Literal

from ledger.domain.regimes.fr.ereporting import Flow, ReportPeriod
from ledger.domain.streams.export import TypeCode
from ledger.kernel.frozen import frozen
from projections.book.posting import Posting
from projections.ereporting.history import Filed
from projections.ereporting.payments import Move, PaymentLine, Payments, moves_of, payments
from projections.ereporting.periods import Situations, calendar, period_of
from projections.ereporting.transactions import TransactionLine, left_out, transactions

FLOWS: Final[tuple[Flow, ...]] = ("10.3", "10.4")
Read = Callable[[str, str], Iterable[Posting]]
"""Gives the book's postings whose day `on` lies in a span, both days included."""
BEGINNING: Final = "0000-01-01"
END: Final = "9999-12-31"

State = Literal["open", "to_make", "made", "handed_over", "accepted", "refused", "to_rectify"]
"""Where a period stands.

`open`: it has not ended. `to_make`: nothing in force, no file that still says what is so. `made`: a file waits to be
handed over. `refused`: the platform refused the last one. `to_rectify`: what was sent is no longer what is so.
"""


@frozen
class Obligation:
    """One period of one flow. `type_code` and `n` are those of the next file, or of the last where none is due."""

    flow: Flow
    period: ReportPeriod
    state: State
    due_on: date
    late: bool
    type_code: TypeCode
    n: int
    lines: int
    last: Filed | None

    @property
    def pending(self) -> bool:
        """Whether somebody has to act."""
        return self.state in ("to_make", "made", "refused", "to_rectify")


Lines = Sequence[TransactionLine] | Sequence[PaymentLine]


class Figures:
    """The figures of any period as of any entry, from one book; `upto_seq` is the last entry that is looked at."""

    def __init__(self, read: Read, firm: Situations, upto_seq: int) -> None:
        """Take the postings from `read` as they are needed."""
        self.read, self._firm, self.upto_seq = read, firm, upto_seq
        self._paid: dict[int, Payments] = {}

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """The money for services of consumers, all of it."""
        found = moves_of(self.read(BEGINNING, END), self._firm.debits_on)
        return tuple(each for each in found if each.seq <= self.upto_seq)

    def sold(self, period: ReportPeriod, upto_seq: int | None = None) -> tuple[TransactionLine, ...]:
        """Give the lines of 10.3."""
        first, last = _span(period)
        upto = min(upto_seq or self.upto_seq, self.upto_seq)
        return transactions(self.read(first, last), first, last, upto).lines

    def payments(self, upto_seq: int | None = None) -> Payments:
        """Give 10.4 of all days as of an entry."""
        upto = min(upto_seq or self.upto_seq, self.upto_seq)
        if upto not in self._paid:
            self._paid[upto] = payments(self.moves, upto)
        return self._paid[upto]

    def paid(self, period: ReportPeriod, upto_seq: int | None = None) -> tuple[PaymentLine, ...]:
        """Give the lines of 10.4 with an amount."""
        return tuple(each for each in self.payments(upto_seq).within(*_span(period)) if each.cents)

    def lines(self, flow: Flow, period: ReportPeriod, upto_seq: int | None = None) -> Lines:
        """Give the lines of a flow."""
        return self.sold(period, upto_seq) if flow == "10.3" else self.paid(period, upto_seq)

    def changed_since(self, flow: Flow, period: ReportPeriod, upto_seq: int) -> bool:
        """Tell whether a report made as of an entry would say something else today."""
        if flow == "10.4" and not self._may_have_changed(period, upto_seq):
            return False
        now, then = self.lines(flow, period), self.lines(flow, period, upto_seq)
        return _said(now) != _said(then)

    def changed_on(self, flow: Flow, period: ReportPeriod, upto_seq: int) -> str | None:
        """Give the first business day on which something was recorded that changes a period, if entries tell."""
        first, last = _span(period)
        if flow == "10.3":
            days = [
                each.day
                for each in self.read(first, last)
                if upto_seq < each.seq <= self.upto_seq and each.account == "sales" and left_out(each) is None
            ]
        else:
            took = {seq for each in self.payments().within(first, last) for seq in each.seqs if seq > upto_seq}
            days = [each.day for each in self.moves if each.seq in took]
        return min(days, default=None)

    def _may_have_changed(self, period: ReportPeriod, upto_seq: int) -> bool:
        """Tell quickly that 10.4 of a period cannot have changed: most periods of most firms."""
        first, last = _span(period)
        for each in self.moves:
            if each.on <= last and each.seq > upto_seq:
                return True
            if each.cents < 0 and each.on > last and each.seq <= upto_seq:
                return True
        return any(first <= each.from_on <= last < each.on for each in self.payments().taken_back)


def _said(lines: Lines) -> list[object]:
    """Give what a report says, without the entries behind it."""
    said: list[object] = []
    for each in lines:
        if isinstance(each, PaymentLine):
            said.append((each.on, each.rate_bp, each.cents))
        else:
            rates = [(rate.rate_bp, rate.base_cents, rate.vat_cents) for rate in each.rates]
            said.append((each.on, each.currency, each.category, each.documents, rates))
    return said


def _span(period: ReportPeriod) -> tuple[str, str]:
    return period.from_on.isoformat(), period.to_on.isoformat()


def filed_for(filed: Sequence[Filed], flow: Flow, period: ReportPeriod) -> tuple[Filed, ...]:
    """Give the files of one period, oldest first."""
    return tuple(each for each in filed if (each.flow, each.from_on, each.to_on) == (flow, *_span(period)))


def in_force(files: Sequence[Filed]) -> Filed | None:
    """Give the last file that the State has, or will have unless the platform refuses it."""
    return next((each for each in reversed(files) if each.in_force), None)


def obligations(
    figures: Figures, firm: Situations, filed: Sequence[Filed], *, today: date, opened_on: date, from_start: bool = True
) -> Iterator[Obligation]:
    """Give every period with something to say or something said, by flow and day, up to the one that holds `today`.

    `from_start` leaves out what ended before the firm has to report.
    """
    first = max(firm.start_on, opened_on) if from_start else opened_on
    for flow in FLOWS:
        for period in calendar(firm, flow, first, today) if first <= today else ():
            found = _obligation(figures, firm, filed_for(filed, flow, period), flow, period, today)
            if found is not None:
                yield found


def _obligation(
    figures: Figures, firm: Situations, files: Sequence[Filed], flow: Flow, period: ReportPeriod, today: date
) -> Obligation | None:
    lines = figures.lines(flow, period)
    if not lines and not files:
        return None
    sent, last = in_force(files), files[-1] if files else None
    due_on, next_n = period.due_on, len(files) + 1
    type_code: TypeCode = "IN" if sent is None else "RE"
    if sent is not None and not figures.changed_since(flow, period, sent.upto_seq):
        state: State = "accepted" if sent.state == "accepted" else "handed_over"
        return Obligation(flow, period, state, due_on, False, sent.type_code, files.index(sent) + 1, len(lines), sent)
    if sent is not None:
        changed = figures.changed_on(flow, period, sent.upto_seq)
        due_on = max(due_on, period_of(firm, flow, date.fromisoformat(changed) if changed else today).due_on)
    elif not lines:
        return None
    if today <= period.to_on:
        return Obligation(flow, period, "open", due_on, False, type_code, next_n, len(lines), last)
    late = today > due_on
    if last is not None and last.state is None and not figures.changed_since(flow, period, last.upto_seq):
        return Obligation(flow, period, "made", due_on, late, last.type_code, len(files), len(lines), last)
    if last is not None and last.state == "refused" and sent is None:
        return Obligation(flow, period, "refused", due_on, late, type_code, next_n, len(lines), last)
    state = "to_make" if sent is None else "to_rectify"
    return Obligation(flow, period, state, due_on, late, type_code, next_n, len(lines), last)
