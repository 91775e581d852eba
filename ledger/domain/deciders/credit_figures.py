"""The figures of a credit note: what it takes of each line, what that is worth at each rate, where the money goes.

Credited lines are priced by themselves and fitted within what is left of the invoice at each rate, so that an invoice
credited in parts comes to nothing at every rate (docs/decisions/credit-notes.md; CGI 289 I-5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.domain.commands.sales import CreditLine
from ledger.domain.decision import World
from ledger.domain.events.common import Line, Totals, VatRow
from ledger.domain.events.invoices import LineCredit
from ledger.domain.money import allocate
from ledger.domain.parts import Left, basis_amount, by_amount, left_of, line_worth, millionths, quantity_of, share_of
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import InvoiceState
from ledger.domain.totals import fit_within, gross_of, price_document, rate_of, split_gross, totals_of


@dataclass(frozen=True, slots=True)
class Taken:
    """What a credit note takes of one line: rank from 1, amount in the price basis, millionths of the quantity."""

    rank: int
    amount_cents: int
    millionths: int


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit note's figures."""

    whole: bool
    ranks: tuple[int, ...]
    lines: tuple[Line, ...]
    credits: tuple[LineCredit, ...]
    vat: tuple[VatRow, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Money:
    """Where a credit note's amount goes: off what was due, back to the client, to deposits freed (id, cents)."""

    settles_cents: int
    refund_cents: int
    released: tuple[tuple[str, int], ...]


# --- what is credited


def take_lines(invoice: InvoiceState, asked: Sequence[CreditLine]) -> tuple[Taken, ...] | Refusal:
    """Say what is taken of each line; no line named: everything that is left."""
    left = left_of(invoice)
    if not asked:
        return tuple(
            Taken(rank, one.amount_cents, one.millionths)
            for rank, one in enumerate(left, 1)
            if one.amount_cents or one.net_cents
        )
    taken: list[Taken] = []
    for index, line in enumerate(asked):
        place = f"/lines/{index}"
        if not line.rank <= len(left):
            return refuse("CREDIT_LINE_UNKNOWN", f"{place}/rank", lines=len(left))
        if any(one.rank == line.rank for one in taken):
            return refuse("CREDIT_LINE_TWICE", f"{place}/rank", line=line.rank)
        one = _take(invoice.issued.lines[line.rank - 1], left[line.rank - 1], line, place)
        if isinstance(one, Refusal):
            return one
        taken.append(one)
    return tuple(taken)


def _take(line: Line, left: Left, asked: CreditLine, place: str) -> Taken | Refusal:
    if asked.quantity is not None and asked.amount_cents is not None:
        return refuse("CREDIT_LINE_AMBIGUOUS", place)
    if asked.amount_cents is not None:
        if asked.amount_cents > abs(left.amount_cents):
            return refuse("CREDIT_ABOVE_INVOICE", f"{place}/amount_cents", open_cents=abs(left.amount_cents))
        if asked.amount_cents == abs(left.amount_cents):
            return Taken(asked.rank, left.amount_cents, left.millionths)
        return Taken(asked.rank, asked.amount_cents if left.amount_cents > 0 else -asked.amount_cents, 0)
    if asked.quantity is None:
        return Taken(asked.rank, left.amount_cents, left.millionths)
    return _take_quantity(line, left, asked.rank, millionths(asked.quantity), f"{place}/quantity")


def _take_quantity(line: Line, left: Left, rank: int, count: int, place: str) -> Taken | Refusal:
    """Take a quantity, given without its sign: two of a line of minus three are two; its share of what is left."""
    if count <= 0:
        return refuse("AMOUNT_NOT_POSITIVE", place)
    if count > abs(left.millionths):
        return refuse("CREDIT_ABOVE_INVOICE", place, open_cents=abs(left.amount_cents))
    if count == abs(left.millionths):
        return Taken(rank, left.amount_cents, left.millionths)
    amount = share_of(left.amount_cents, count, abs(left.millionths))
    return Taken(rank, amount, count if millionths(line.quantity) >= 0 else -count)


def take_lost(invoice: InvoiceState) -> tuple[tuple[Taken, ...], tuple[VatRow, ...]]:
    """Take what was given up as lost, pro rata over the rates and lines that are left; with its VAT rows."""
    document = invoice.issued
    left = left_of(invoice)
    rows = split_gross(min(given_up(invoice), invoice.creditable_cents), invoice.creditable_rows())
    taken: list[Taken] = []
    for row in rows:
        rate = rate_of(row)
        sold = enumerate(document.lines, 1)
        ranks = [rank for rank, line in sold if line.amount_cents > 0 and rate_of(line) == rate]
        parts = allocate(
            basis_amount(document.basis, row.base_cents, gross_of(row)),
            [max(0, left[rank - 1].amount_cents) for rank in ranks],
        )
        taken.extend(Taken(rank, part, 0) for rank, part in zip(ranks, parts, strict=True) if part)
    return tuple(sorted(taken, key=lambda one: one.rank)), rows


def price_credit(
    invoice: InvoiceState, taken: Sequence[Taken], rows_wanted: tuple[VatRow, ...] | None = None
) -> Credit | Refusal:
    """Price a credit note for lines of an invoice, within what is left of it at each rate.

    `rows_wanted` fixes base and VAT per rate where an amount TTC was cut over the rates before (`take_lost`).
    """
    document = invoice.issued
    left = left_of(invoice)
    whole = _is_whole(left, taken)
    lines = [document.lines[one.rank - 1] for one in taken]
    if whole:
        rows = tuple(row for row in invoice.creditable_rows() if row.base_cents or row.vat_cents)
        nets = [left[one.rank - 1].net_cents for one in taken]
    else:
        figures = price_document(by_amount(lines, [one.amount_cents for one in taken]), document.basis)
        if isinstance(figures, Refusal):
            return figures
        fitted = rows_wanted or fit_within(figures.vat, invoice.creditable_rows(), document.basis)
        if fitted is None:
            return refuse("CREDIT_ABOVE_INVOICE", "/lines", open_cents=invoice.creditable_cents)
        rows = tuple(row for row in fitted if row.base_cents or row.vat_cents)
        nets = _agree(lines, [one.net_cents for one in figures.lines], fitted)
    totals = totals_of(rows)
    if totals.gross_cents <= 0:
        return refuse("CREDIT_NOTHING", "/lines")
    if totals.gross_cents > invoice.creditable_cents:  # deductions inside the invoice make it less than its lines
        return refuse("CREDIT_ABOVE_INVOICE", "/lines", open_cents=invoice.creditable_cents)
    written = tuple(_written(line, one, net) for line, one, net in zip(lines, taken, nets, strict=True))
    credits_ = tuple(
        LineCredit(rank=one.rank, quantity=quantity_of(one.millionths), amount_cents=one.amount_cents, net_cents=net)
        for one, net in zip(taken, nets, strict=True)
    )
    return Credit(whole, tuple(one.rank for one in taken), written, credits_, rows, totals)


def _is_whole(left: Sequence[Left], taken: Sequence[Taken]) -> bool:
    amounts = {one.rank: one.amount_cents for one in taken}
    return all(one.amount_cents == amounts.get(rank, 0) for rank, one in enumerate(left, 1))


def _agree(lines: Sequence[Line], nets: list[int], rows: Sequence[VatRow]) -> list[int]:
    """Let the lines' HT add up to the fitted base of their rate: a cent of drift goes to the largest line."""
    for row in rows:
        members = [i for i, line in enumerate(lines) if rate_of(line) == rate_of(row)]
        drift = row.base_cents - sum(nets[i] for i in members)
        if drift:
            nets[max(members, key=lambda i: abs(nets[i]))] += drift
    return nets


def _written(line: Line, taken: Taken, net_cents: int) -> Line:
    """Write a credited line: its quantity at the invoice's price, or once the amount."""
    if taken.millionths and line.performed_bp is None:
        return line_worth(line, taken.amount_cents, net_cents, quantity_of(taken.millionths))
    once = replace(line, unit_price="0", discount=None)
    return line_worth(once, taken.amount_cents, net_cents, "1")


# --- where the money goes


def settle_money(world: World, invoice: InvoiceState, credit: Credit, cause: str) -> Money:
    """Say where a credit note's amount goes (docs/decisions/credit-notes.md).

    First off what is still due. A whole credit frees the deposits that were deducted. The rest goes back to the client
    as far as the client paid it; what was given up (interest, early discount, bad debt) is never paid back. The money
    of a deposit invoice (386) runs on its deposit.
    """
    document = invoice.issued
    if document.kind == "deposit":
        return Money(0, 0, ())
    rest = credit.totals.gross_cents
    settles = min(rest, invoice.open_cents)
    rest -= settles
    if cause in ("bad_debt", "discount"):
        rest -= min(rest, given_up(invoice))
    prepaid = sum(each.amount_cents for each in document.prepaid)
    prepaid_left = max(0, prepaid - max(0, invoice.refund_cents - invoice.paid_cents))
    paid_left = max(0, invoice.paid_cents - invoice.refund_cents)
    if not credit.whole:
        return Money(settles, min(rest, paid_left + prepaid_left), ())
    released: list[tuple[str, int]] = []
    for each in document.prepaid:
        deposit = world.state(DEPOSIT, each.deposit)
        applied = sum(use.amount_cents for use in deposit.uses) if deposit is not None else 0
        freed = min(each.amount_cents, prepaid_left, rest, applied)
        if freed > 0:
            released.append((each.deposit, freed))
            prepaid_left -= freed
            rest -= freed
    return Money(settles, min(rest, paid_left), tuple(released))


def given_up(invoice: InvoiceState) -> int:
    """Give what nobody paid and nobody owes, less what credit notes covered of it already."""
    lost = invoice.written_off_cents + invoice.early_discount_cents
    covered = invoice.credited_cents - invoice.settled_cents - invoice.refund_cents
    return max(0, lost - covered)
