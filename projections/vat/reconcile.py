"""The bridges of a period: closures, book, VAT return, receipts, and whatever else ties itself to them.

Invoices, receipts and deliveries have different bases, and what is recorded on one day may count on another: the totals
of closures, of the VAT return and of the bank differ by right. Here each difference has a name, an amount and entries.
Closures' totals come from the chain's own `period.closed/1`, which the book has no part in
(docs/projections/reconcile.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from ledger.domain.events.periods import AdvanceTotals, MeansTotal, PeriodClosed, RateTotal
from ledger.domain.tally import COUNTED, Tally
from ledger.domain.types import VatRegime
from ledger.kernel.frozen import frozen
from projections.book.posting import Cause, Posting
from projections.engine.contract import Entry
from projections.vat.bridge import Bridge, Step, bridge, merged
from projections.vat.periods import Period
from projections.vat.returns import Figure, VatReturn, vat_return
from projections.vat.sweep import VAT_ACCOUNTS, Cell, Item, Rate, Sum, Sweep

INVOICED: Final[frozenset[Cause]] = frozenset({"invoice", "deposit_applied"})
"""Causes that add turnover: what remains due of an invoice, and what deposits had paid of it."""
CREDITED: Final[frozenset[Cause]] = frozenset({"credit_note", "deposit_released"})
"""Causes that take turnover back."""
TURNOVER: Final = INVOICED | CREDITED
"""What any other cause does to the VAT accounts must come to nothing, or have a step of its own."""

_OWN_STEP: Final[tuple[Cause, ...]] = ("early_discount", "early_discount_lost", "write_off")
_DEPOSIT_STEPS: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("deposits_received", frozenset({"deposit.paid/1"})),
    ("deposits_applied", frozenset({"deposit.applied/1", "invoice.issued/1"})),
    ("deposits_released", frozenset({"deposit.released/1", "credit_note.issued/1"})),
    ("arrhes_kept", frozenset({"deposit.forfeited/1"})),
)
"""Steps of deposits by the type of the entry; money taken off a deposit is told apart by its cause."""
_UNPAID: Final[Mapping[Cause, str]] = {
    "refund": "deposits_refunded",
    "reversal": "deposits_reversed",
    "move": "deposits_moved",
}
_OTHER_ACCOUNTS: Final = ("arrhes_kept", "indemnity", "early_discount", "bad_debt", "penalties", "rounding")
_SHIFTS: Final = (("counts_before", -1), ("counts_after", -1), ("recorded_before", 1), ("recorded_after", 1))

ADVANCES: Final = ("received", "applied", "released", "refunded", "forfeited", "reversed", "moved")
"""The counters of `AdvanceTotals`, without `_cents`."""


class Closure(NamedTuple):
    """A day's closure and the entry that it is."""

    seq: int
    closed: PeriodClosed


class OpenDay(NamedTuple):
    """What a day adds up to that is not closed yet: the same sums, from its entries, as its closure will have."""

    day: str
    rates: tuple[RateTotal, ...]
    means: tuple[MeansTotal, ...]
    advances: AdvanceTotals
    entries: tuple[int, ...]


def open_days(entries: Iterable[Entry], currency: str) -> tuple[OpenDay, ...]:
    """Add up the entries after the last closure, up to the one looked at, by day.

    They are of one day: the first entry of a later day closes the one before; more only where no writer closed.
    """
    tallies: dict[str, tuple[Tally, list[int]]] = {}
    for each in entries:
        if each.type in COUNTED:
            tally, behind = tallies.setdefault(each.day, (Tally(currency), []))
            tally.add(each.type, each.body)
            behind.append(each.seq)
    return tuple(_open(day, tally, behind) for day, (tally, behind) in tallies.items())


def _open(day: str, tally: Tally, behind: list[int]) -> OpenDay:
    sums = tally.sums()
    return OpenDay(day, sums["rates"], sums["means"], sums["advances"], tuple(behind))


@frozen
class Reconciliation:
    """Every bridge of a period, as of one entry."""

    period: Period
    currency: str
    upto_seq: int
    closed_seq: int  # the last entry that a closure covers
    bridges: tuple[Bridge, ...]

    @property
    def holds(self) -> bool:
        """Whether every residue is 0."""
        return all(each.holds for each in self.bridges)


Book = Callable[[], Iterable[Posting]]
"""Gives the postings of the whole book in the order of their entries; it is read more than once."""

Tie = Callable[[Book, Period, int], Iterable[Bridge]]
"""Bridges of somebody else's totals (journals, reports to the State) for a period as of an entry."""


def reconcile(
    book: Book,
    closures: Iterable[Closure],
    period: Period,
    *,
    currency: str,
    regime: VatRegime,
    upto_seq: int,
    unclosed: Sequence[OpenDay] = (),
    ties: Sequence[Tie] = (),
) -> Reconciliation:
    """Make every bridge of a period.

    `closures` are those of the whole ledger or of the period's days at least; `unclosed` (`open_days`) is what was
    recorded after the last of them, up to `upto_seq`.
    """
    known = [each for each in closures if each.closed.period == "day" and each.seq <= upto_seq]
    closed_seq = max((each.closed.last_seq for each in known), default=0)
    inside = _Said(
        [each for each in known if period.holds(each.closed.from_on)],
        [each for each in unclosed if period.holds(each.day)],
    )
    sweep = Sweep(period, upto_seq).read(book())
    made = vat_return(book(), period, regime=regime, currency=currency, upto_seq=upto_seq, declared_on=period.to_on)
    bridges = [
        *_turnover(sweep, inside),
        *_vat(sweep, made),
        *_receipts(sweep, inside, currency),
        *_money(sweep, inside, currency),
        *_advances(sweep, inside),
        *_deposits(sweep),
        *_moves(sweep),
    ]
    for tie in ties:
        bridges += tie(book, period, upto_seq)
    return Reconciliation(period, currency, upto_seq, closed_seq, tuple(bridges))


# --- closures and the book


class _Said(NamedTuple):
    """What the chain itself says of the period: its closures, and the day that has none yet."""

    closures: list[Closure]
    unclosed: list[OpenDay]

    def rates(self) -> tuple[dict[tuple[str, int], _Pair], dict[tuple[str, int], _Pair]]:
        """Base and VAT per category and rate: as closed, and not closed yet."""
        closed: dict[tuple[str, int], _Pair] = {}
        for each in self.closures:
            _add_rates(closed, each.closed.rates, (each.seq,))
        late: dict[tuple[str, int], _Pair] = {}
        for day in self.unclosed:
            _add_rates(late, day.rates, day.entries)
        return closed, late

    def money(self, currency: str) -> tuple[dict[tuple[str, str], _One], dict[tuple[str, str], _One]]:
        """Money per means and currency: as closed, and not closed yet."""
        closed: dict[tuple[str, str], _One] = {}
        for each in self.closures:
            _add_money(closed, each.closed.means, currency, (each.seq,))
        late: dict[tuple[str, str], _One] = {}
        for day in self.unclosed:
            _add_money(late, day.means, currency, day.entries)
        return closed, late

    def advances(self) -> tuple[Step, Step]:
        """Counters of deposits: as closed, and not closed yet."""
        closed = [(_counters(each.closed.advances), (each.seq,)) for each in self.closures]
        late = [(_counters(each.advances), each.entries) for each in self.unclosed]
        return _added("closures", closed), _added("not_closed", late)


def _added(name: str, parts: Iterable[tuple[tuple[int, ...], tuple[int, ...]]]) -> Step:
    counting = [(counters, behind) for counters, behind in parts if any(counters)]
    sums = tuple(sum(column) for column in zip(*(counters for counters, _ in counting), strict=True))
    return Step(name, sums or (0,) * len(ADVANCES), merged(behind for _, behind in counting))


_Pair = tuple[tuple[int, int], tuple[int, ...]]
_One = tuple[tuple[int], tuple[int, ...]]
_NO_PAIR: Final[_Pair] = ((0, 0), ())
_NO_ONE: Final[_One] = ((0,), ())


def _add_rates(into: dict[tuple[str, int], _Pair], rates: Iterable[RateTotal], behind: tuple[int, ...]) -> None:
    for rate in rates:
        (base, vat), entries = into.get((rate.category, rate.rate_bp), _NO_PAIR)
        sums = (base + rate.base_cents, vat + rate.vat_cents)
        into[rate.category, rate.rate_bp] = (sums, (*entries, *behind))


def _add_money(
    into: dict[tuple[str, str], _One], means: Iterable[MeansTotal], currency: str, behind: tuple[int, ...]
) -> None:
    for row in means:
        key = (row.means, row.currency or currency)
        (cents,), entries = into.get(key, _NO_ONE)
        cents += row.received_cents - row.refunded_cents - row.reversed_cents
        into[key] = ((cents + row.moved_in_cents - row.moved_out_cents,), (*entries, *behind))


def _counters(totals: AdvanceTotals) -> tuple[int, ...]:
    return tuple(getattr(totals, f"{name}_cents") for name in ADVANCES)


def _turnover(sweep: Sweep, said: _Said) -> list[Bridge]:
    """Tie the turnover of the closures, per category and rate, to the book's sales and VAT."""
    closed, late = said.rates()
    whole = _turnover_cells(sweep.moves)
    found = []
    for key in sorted({*closed, *whole, *late}):
        start = Step("closures", *closed.get(key, _NO_PAIR))
        step = Step("not_closed", *late.get(key, _NO_PAIR))
        end = Step("book", *whole.get(key, _NO_PAIR))
        found.append(bridge("turnover", (key[0], str(key[1])), ("base", "vat"), start, [step], end))
    return found


def _turnover_cells(cells: Mapping[Cell, Sum]) -> dict[tuple[str, int], _Pair]:
    sums: dict[tuple[str, int], tuple[int, int, list[list[int]]]] = {}
    for cell, each in cells.items():
        if cell.rate is None or cell.cause not in TURNOVER:
            continue
        key = (cell.rate.category, cell.rate.rate_bp)
        base, vat, entries = sums.get(key, (0, 0, []))
        if cell.account == "sales":
            base -= each.base_cents
        else:
            vat -= each.amount_cents
        sums[key] = (base, vat, [*entries, each.entries])
    return {key: ((base, vat), merged(entries)) for key, (base, vat, entries) in sums.items()}


def _money(sweep: Sweep, said: _Said, currency: str) -> list[Bridge]:
    """Tie the money of the closures, by means, to the postings of bank and provider."""
    closed, late = said.money(currency)
    whole = _money_cells(sweep.moves)
    found = []
    for key in sorted({*closed, *whole, *late}):
        start = Step("closures", *closed.get(key, _NO_ONE))
        step = Step("not_closed", *late.get(key, _NO_ONE))
        end = Step("book", *whole.get(key, _NO_ONE))
        found.append(bridge("money", key, ("amount",), start, [step], end))
    return found


def _money_cells(cells: Mapping[Cell, Sum]) -> dict[tuple[str, str], _One]:
    sums: dict[tuple[str, str], tuple[int, list[list[int]]]] = {}
    for cell, each in cells.items():
        if cell.account in MONEY and cell.cause != "payout":
            cents, entries = sums.get((cell.means, cell.currency), (0, []))
            sums[cell.means, cell.currency] = (cents + each.amount_cents, [*entries, each.entries])
    return {key: ((cents,), merged(entries)) for key, (cents, entries) in sums.items()}


MONEY: Final = frozenset({"bank", "provider"})
"""Accounts on which money stands once it is received: closures count it there, payouts move it between the two."""


def _advances(sweep: Sweep, said: _Said) -> list[Bridge]:
    """Tie the closures' counters of deposits to the book's postings on `advances`."""
    start, step = said.advances()
    whole = _advance_cells(sweep.moves)
    if not any(start.cents) and not any(step.cents) and not any(whole[0]):
        return []
    return [bridge("advances", (), ADVANCES, start, [step], Step("book", *whole))]


_COUNTER: Final[Mapping[str, tuple[str, int]]] = {
    "deposits_received": ("received", -1),
    "deposits_applied": ("applied", 1),
    "deposits_released": ("released", -1),
    "deposits_refunded": ("refunded", 1),
    "arrhes_kept": ("forfeited", 1),
    "deposits_reversed": ("reversed", 1),
    "deposits_moved": ("moved", 1),
}


def _advance_cells(cells: Mapping[Cell, Sum]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    sums = dict.fromkeys(ADVANCES, 0)
    entries: list[list[int]] = []
    for cell, each in cells.items():
        counter = _COUNTER.get(deposit_step(cell.type, cell.cause)) if cell.account == "advances" else None
        if counter is not None:
            sums[counter[0]] += counter[1] * each.amount_cents
            entries.append(each.entries)
    return tuple(sums[name] for name in ADVANCES), merged(entries)


def deposit_step(type_name: str, cause: Cause) -> str:
    """Name the step of a movement of deposits."""
    if cause in _UNPAID:
        return _UNPAID[cause]
    for name, types in _DEPOSIT_STEPS:
        if type_name in types:
            return name
    return "deposits_other"


# --- turnover and the VAT return


def _vat(sweep: Sweep, made: VatReturn) -> list[Bridge]:
    """Tie turnover, per rate and nature, to what fell due in the period."""
    due = _by_rate(made.figures)
    rates = {cell.rate for cell in sweep.moves if cell.rate is not None} | set(due)
    rates |= {rate for _, rate in sweep.shifts}
    rates |= {item.rate for item in (*sweep.opening, *sweep.closing) if item.rate is not None}
    return [_vat_of(sweep, rate, due.get(rate, (0, 0))) for rate in sorted(rates)]


def _by_rate(figures: Iterable[Figure]) -> dict[Rate, tuple[int, int]]:
    sums: dict[Rate, tuple[int, int]] = {}
    for one in figures:
        key = one.key
        rate = Rate(key.currency, key.category, key.rate_bp, key.exemption, key.nature)
        base, vat = sums.get(rate, (0, 0))
        sums[rate] = (base + one.base_cents, vat + one.vat_cents)
    return sums


def _vat_of(sweep: Sweep, rate: Rate, due: tuple[int, int]) -> Bridge:
    cells = {cell: each for cell, each in sweep.moves.items() if cell.rate == rate}
    steps = [_turnover_step(cells, CREDITED, "credit_notes")]
    taxed = [(cell, each) for cell, each in cells.items() if cell.account in VAT_ACCOUNTS]
    steps += [_step(cause, -1, (s for c, s in taxed if c.cause == cause)) for cause in _OWN_STEP]
    for ends, sign, items in (("start", 1, sweep.opening), ("end", -1, sweep.closing)):
        waiting = [each for item, each in items.items() if item.account == "vat_waiting" and item.rate == rate]
        steps.append(_step(f"waiting_{rate.nature or 'services'}_{ends}", -sign, waiting))
    steps += _deposit_steps(cells, "vat_on_advances")
    for direction, sign in _SHIFTS:
        found = sweep.shifts.get((direction, rate))
        steps.append(_step(direction, -sign, [found] if found is not None else []))
    return bridge(
        "vat",
        (rate.currency, rate.category, str(rate.rate_bp), rate.exemption, rate.nature),
        ("base", "vat"),
        _turnover_step(cells, INVOICED, "invoices"),
        steps,
        Step("vat_return", due),
    )


def _turnover_step(cells: Mapping[Cell, Sum], causes: frozenset[Cause], name: str) -> Step:
    """Give turnover's base from `sales` and its VAT from the VAT accounts."""
    own = [(cell, each) for cell, each in cells.items() if cell.cause in causes]
    base = -sum(each.base_cents for cell, each in own if cell.account == "sales")
    vat = -sum(each.amount_cents for cell, each in own if cell.account in VAT_ACCOUNTS)
    return Step(name, (base, vat), merged(each.entries for cell, each in own if cell.account == "sales"))


def _deposit_steps(cells: Mapping[Cell, Sum], account: str) -> list[Step]:
    grouped: dict[str, list[Sum]] = {}
    for cell, each in cells.items():
        if cell.account == account:
            grouped.setdefault(deposit_step(cell.type, cell.cause), []).append(each)
    return [_step(name, 1, sums) for name, sums in sorted(grouped.items())]


def _step(name: str, sign: int, sums: Iterable[Sum]) -> Step:
    found = list(sums)
    base, vat = sum(each.base_cents for each in found), sum(each.amount_cents for each in found)
    return Step(name, (sign * base, sign * vat), merged(each.entries for each in found))


# --- turnover and receipts


def _receipts(sweep: Sweep, said: _Said, currency: str) -> list[Bridge]:
    """Tie turnover with its tax to the money that came: debts and deposits at both ends, and what nobody paid."""
    closed, late = said.money(currency)
    currencies = {cell.currency for cell in sweep.moves} | {key[1] for key in (*closed, *late)}
    currencies |= {item.currency for item in (*sweep.opening, *sweep.closing)}
    return [_receipts_in(sweep, each, _whole(closed, each), _whole(late, each)) for each in sorted(currencies)]


def _whole(money: Mapping[tuple[str, str], _One], currency: str) -> _One:
    own = [each for (_, in_currency), each in money.items() if in_currency == currency]
    return (sum(cents for (cents,), _ in own),), merged(behind for _, behind in own)


def _receipts_in(sweep: Sweep, currency: str, closed: _One, late: _One) -> Bridge:
    own = [(cell, each) for cell, each in sweep.moves.items() if cell.currency == currency]
    taxed = [(cell, each) for cell, each in own if cell.rate is not None]
    steps = [_amounts("credit_notes", -1, (s for c, s in taxed if c.cause in CREDITED))]
    steps += [_amounts(cause, -1, (s for c, s in taxed if c.cause == cause)) for cause in _OWN_STEP]
    for ends, sign, items in (("start", 1, sweep.opening), ("end", -1, sweep.closing)):
        for account, name in (("client", "client"), ("advances", "deposits"), ("on_account", "on_account")):
            standing = [s for i, s in items.items() if i.account == account and i.currency == currency]
            steps.append(_amounts(f"{name}_{ends}", sign, standing))
    steps += [_amounts(account, -1, (s for c, s in own if c.account == account)) for account in _OTHER_ACCOUNTS]
    steps.append(Step("not_closed", (-late[0][0],), late[1]))
    return bridge(
        "receipts",
        (currency,),
        ("amount",),
        _amounts("invoices", -1, (s for c, s in taxed if c.cause in INVOICED)),
        steps,
        Step("closures", *closed),
    )


def _amounts(name: str, sign: int, sums: Iterable[Sum]) -> Step:
    found = list(sums)
    return Step(name, (sign * sum(each.amount_cents for each in found),), merged(each.entries for each in found))


# --- within the book


def _deposits(sweep: Sweep) -> list[Bridge]:
    """Tie what is held on each deposit, with its tax, to the bases and VAT that wait for its final invoice."""
    held: dict[tuple[str, str], list[int]] = {}
    behind: dict[tuple[str, str], list[list[int]]] = {}
    for item, each in sweep.closing.items():
        place = {"advances": 0, "vat_on_advances": 1}.get(item.account)
        if place is None:
            continue
        pair = held.setdefault((item.currency, item.about), [0, 0])
        pair[place] += -each.amount_cents if place == 0 else each.amount_cents + each.base_cents
        behind.setdefault((item.currency, item.about), []).append(each.entries)
    found = []
    for currency in sorted({key[0] for key in held}):
        own = {about: pair for (in_currency, about), pair in held.items() if in_currency == currency}
        entries = merged(seqs for (in_currency, _), of in behind.items() if in_currency == currency for seqs in of)
        start, end = (sum(pair[place] for pair in own.values()) for place in (0, 1))
        found.append(_tied("deposits", (currency,), start, end, entries))
        for about, (advances, vat) in own.items():
            if advances != vat:
                found.append(_tied("deposits", (currency, about), advances, vat, merged(behind[currency, about])))
    return found


def _tied(name: str, key: tuple[str, ...], start: int, end: int, entries: tuple[int, ...]) -> Bridge:
    return bridge(
        name, key, ("amount",), Step("deposits_end", (start,), entries), (), Step("vat_on_advances", (end,), entries)
    )


def _moves(sweep: Sweep) -> list[Bridge]:
    """Tie debits to credits, and name every move that is not of double entry."""
    debits = sum(each.amount_cents for each in sweep.moves.values())
    found = [bridge("moves", (), ("amount",), Step("book", (debits,)), (), Step("book", (0,)))]
    for fault in sweep.faults:
        key = (str(fault.seq), str(fault.move), fault.what)
        start = Step("book", (abs(fault.cents) or 1,), (fault.seq,))
        found.append(bridge("moves", key, ("amount",), start, (), Step("book", (0,))))
    return found


def items_of(items: Mapping[Item, Sum], account: str) -> list[tuple[Item, Sum]]:
    """Give the open items of one account, in order: what a step of balances is made of."""
    return sorted(((item, each) for item, each in items.items() if item.account == account), key=lambda pair: pair[0])
