"""What a contract still leaves to ask for in advance, and which deposits it has."""

from __future__ import annotations

from ledger.domain.advances import (
    split_rows,
)
from ledger.domain.decision import World
from ledger.domain.events.common import VatRow
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.totals import add_rows, gross_total, split_gross, subtract_rows


def own_deposits(world: World, quote: QuoteState) -> tuple[tuple[str, DepositState], ...]:
    """Give the deposits asked for on one quote, with their states, in the order they were asked for."""
    found = ((link.deposit, world.state(DEPOSIT, link.deposit)) for link in quote.deposits)
    return tuple((identifier, state) for identifier, state in found if state is not None)


def deposits_of(world: World, quote: QuoteState) -> tuple[tuple[str, DepositState], ...]:
    """Give the deposits of a contract and of its change orders that stand."""
    amendments = (world.state(QUOTE, each) for each in quote.amended_by)
    parts = (quote, *(each for each in amendments if each is not None))
    return tuple(deposit for part in parts for deposit in own_deposits(world, part))


def contract_rows(world: World, quote: QuoteState) -> tuple[VatRow, ...]:
    """Give the VAT rows of a contract as signed, with its change orders."""
    rows = [quote.contract.vat if quote.contract is not None else quote.current.vat]
    rows += [state.contract.vat for state in invoiced_with(world, quote) if state.contract is not None]
    return add_rows(*rows)


def invoiced_with(world: World, quote: QuoteState, *, ended: bool = False) -> tuple[QuoteState, ...]:
    """Give the change orders that stand and are invoiced with their contract, in the order they were signed.

    One that came after the last invoice is invoiced by itself, and stays apart from then on. `ended` adds those that
    ended while an invoice bills them.
    """
    standing = set(quote.amended_by)
    known = dict.fromkeys(each.amendment for each in quote.amendments)
    wanted = (each for each in known if each in standing or (ended and quote.bills(each)))
    found = (world.state(QUOTE, each) for each in wanted)
    return tuple(state for state in found if state is not None and not state.invoices)


def open_rows(world: World, quote: QuoteState) -> tuple[VatRow, ...]:
    """Give what of a contract, change orders included, no deposit asks for yet, per VAT rate."""
    return subtract_rows(contract_rows(world, quote), *(held_rows(state) for _, state in deposits_of(world, quote)))


def open_cents(world: World, quote: QuoteState) -> int:
    """Give what may still be asked for in advance (TTC): neither asked for nor invoiced yet.

    What invoices deducted counts once: in the invoice, no longer in its deposit. A change order has no more open than
    its contract has.
    """
    deposits = deposits_of(world, quote)
    held = sum(gross_total(held_rows(state)) - state.applied_cents for _, state in deposits)
    left = max(0, _gross(world, quote) - quote.invoiced_cents - held)
    original = world.state(QUOTE, quote.current.amends) if quote.current.amends is not None else None
    return left if original is None else min(left, open_cents(world, original))


def check_amendment(world: World, original: str | None, gross_cents: int, place: str) -> Refusal | None:
    """Refuse a change order that takes the contract below what is invoiced of it: that is a credit note's work.

    Once the contract is invoiced to its end nothing is left to take off.
    """
    quote = world.state(QUOTE, original) if original is not None and gross_cents < 0 else None
    if quote is None:
        return None
    ended = any(part.kind != "progress" and not part.undone for part in quote.invoices)
    left = 0 if ended else _gross(world, quote) - quote.invoiced_cents
    return refuse("AMENDMENT_BELOW_INVOICED", place, left_cents=left) if left + gross_cents < 0 else None


def check_taken_back(world: World, amendment: QuoteState, place: str) -> Refusal | None:
    """Refuse to cancel a change order without which the contract would be worth less than is invoiced of it.

    One signed after the last invoice stands apart: whether it is invoiced itself is another question.
    """
    original = amendment.current.amends
    quote = world.state(QUOTE, original) if original is not None else None
    if quote is None or amendment.contract is None:
        return None
    if any(part.kind != "progress" and not part.undone for part in quote.invoices):
        return None
    left = _gross(world, quote) - quote.invoiced_cents
    short = left - amendment.contract.totals.gross_cents < 0
    return refuse("AMENDMENT_BELOW_INVOICED", place, left_cents=left) if short else None


def _gross(world: World, quote: QuoteState) -> int:
    """Give what a contract is worth with the change orders that are invoiced with it (TTC)."""
    if quote.contract is None:
        return quote.gross_cents
    amendments = invoiced_with(world, quote)
    return quote.contract.totals.gross_cents + sum(each.gross_cents for each in amendments)


def held_rows(deposit: DepositState) -> tuple[VatRow, ...]:
    """Give what a deposit takes up of its contract: the whole request, or what stays of a request that ended."""
    gone = deposit.forfeited_cents + deposit.refunded_cents + deposit.to_refund_cents
    if not deposit.cancelled and not gone:
        return split_rows(deposit.split)
    paid = split_rows([each for payment in deposit.payments for each in payment.split])
    return subtract_rows(paid, split_gross(min(gone, gross_total(paid)), paid)) if gone else paid
