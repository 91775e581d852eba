"""Putting money to documents and taking it off again, in the documents' own streams.

Used by everything that moves money: receiving it, allotting it later, reversing it. A document takes no more than it
leaves to pay; what a rule forbade is flagged, never refused, because the money is there (BOI-TVA-DECLA-30-10-30 §50;
law requirement 77).

Each settlement carries its VAT per rate, cut out of what is still open at each rate, so that the settlements of a
document that is paid in full add up to its own VAT rows to the cent (`ledger.domain.totals.split_gross`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, TypeVar

from ledger.domain.advances import split_of_payment, split_rows
from ledger.domain.deciders.acts import open_task
from ledger.domain.deciders.deposit_invoices import invoice_if_due
from ledger.domain.deciders.receipts import receipt_for_arrhes
from ledger.domain.decision import Plan, World
from ledger.domain.events.common import Flagged, RateSplit, VatRow
from ledger.domain.events.invoices import EarlyDiscountLost, EarlyDiscountTaken
from ledger.domain.events.payments import (
    Allocation,
    DepositPaid,
    DepositUnpaid,
    InvoicePaid,
    InvoiceUnpaid,
    PayableKind,
)
from ledger.domain.money import percent_of
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.limits import above_cash_ceiling
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.quote import QUOTE
from ledger.domain.totals import gross_total, rate_split, split_gross, subtract_rows
from ledger.domain.types import CustomerKind, Means
from ledger.kernel.frozen import frozen

S = TypeVar("S")

TakenOff = Literal["reversed", "refunded", "moved"]

REMEDIES: Mapping[str, str] = {
    "overpaid": "place_overpayment",  # give back, or put to another document
    "nothing_due": "place_unexpected_payment",
    "early_payment_ban": "give_back_early_payment",
    "cash_ceiling": "explain_cash",
    "e_money_ceiling": "explain_e_money",
}
"""What the law or the contract asks next, by flag: also the code of the task it opens."""


@frozen
class Money:
    """Money that came in: the payment it is part of, and how and when it came."""

    payment: str
    means: Means
    currency: str
    received_on: str
    amount_cents: int
    customer: str | None = None


@frozen
class Payable:
    """A document that money can be put to."""

    about: str
    kind: PayableKind
    currency: str
    open_cents: int
    gross_cents: int
    customer: str | None
    customer_kind: CustomerKind
    quote: str | None
    payable_from: str | None  # first day on which payment may be taken (C. conso L221-10)


@frozen
class Placed:
    """Where money goes, and what it did not respect."""

    allocations: tuple[Allocation, ...]
    flags: tuple[Flagged, ...]
    customer: str | None = None  # whose money it is: as said, else of the first document that says

    @property
    def amount_cents(self) -> int:
        """What of the money settles documents."""
        return sum(each.amount_cents for each in self.allocations)


def payable(world: World, kind: PayableKind, about: str) -> Payable | None:
    """Give the document that money can be put to, or None; a deposit invoice (386) stands for its deposit."""
    if kind == "invoice":
        invoice = world.state(INVOICE, about)
        if invoice is None:
            return None
        if invoice.pays_deposit is not None:
            return payable(world, "deposit", invoice.pays_deposit)
        document = invoice.issued
        contract = world.state(QUOTE, document.quote) if document.quote is not None else None
        return Payable(
            about=about,
            kind="invoice",
            currency=document.currency,
            open_cents=invoice.open_cents,
            gross_cents=invoice.gross_cents,
            customer=document.customer,
            customer_kind=document.customer_kind,
            quote=document.quote,
            # An off-premises invoice without a contract in the ledger does not say when it was concluded.
            payable_from=contract.contract.payment_from if contract is not None and contract.contract else None,
        )
    deposit = world.state(DEPOSIT, about)
    if deposit is None:
        return None
    asked = deposit.asked
    return Payable(
        about=about,
        kind="deposit",
        currency=asked.currency,
        open_cents=deposit.to_pay_cents,
        gross_cents=asked.amount_cents,
        customer=asked.customer,
        customer_kind=asked.customer_kind,
        quote=asked.quote,
        payable_from=asked.payable_from,
    )


def place(world: World, money: Money, wanted: Sequence[Allocation], *, strict: bool) -> Placed | Refusal:
    """Decide how much of money goes to each wanted document.

    `strict` refuses an allocation above what is due (allotting later is a request); otherwise the rest stays
    unallocated and is flagged (receiving is a fact). Unknown documents and other currencies are always refused.
    """
    allocations: list[Allocation] = []
    flags: list[str] = []
    taken: dict[str, int] = {}
    debt, kind, customer = money.amount_cents, None, money.customer
    for rank, each in enumerate(wanted):
        target = payable(world, each.about_kind, each.about)
        if target is None:
            return refuse("REFERENCE_UNKNOWN", f"/allocations/{rank}/about")
        if target.currency != money.currency:
            return refuse("CURRENCY_MISMATCH", f"/allocations/{rank}/about", expected=target.currency)
        left = target.open_cents - taken.get(target.about, 0)
        put = min(each.amount_cents, left)
        if put < each.amount_cents:
            if strict:
                return refuse("PAYMENT_ALLOCATION_ABOVE_DUE", f"/allocations/{rank}/amount_cents", open_cents=left)
            flags.append("overpaid" if put else "nothing_due")
        if put:
            taken[target.about] = taken.get(target.about, 0) + put
            allocations.append(Allocation(about=target.about, about_kind=target.kind, amount_cents=put))
        if target.payable_from is not None and money.received_on < target.payable_from:
            flags.append("early_payment_ban")
        kind, customer = kind or target.customer_kind, customer or target.customer
        if money.means in ("cash", "e_money"):
            debt = max(debt, _debt(world, target))
    if money.means in ("cash", "e_money") and _too_much_cash(world, money, debt, kind, customer):
        flags.append(f"{money.means}_ceiling")
    flagged = tuple(Flagged(code=code, remedy=REMEDIES[code]) for code in dict.fromkeys(flags))
    return Placed(tuple(allocations), flagged, customer)


def settle(plan: Plan, money: Money, allocations: Sequence[Allocation]) -> None:
    """Put money to documents: their own entries, the receipt of arrhes, the deposit invoice, the early discount."""
    for each in allocations:
        if each.about_kind == "invoice":
            _settle_invoice(plan, money, each)
        else:
            _settle_deposit(plan, money, each)


def unsettle(plan: Plan, payment: str, freed: Sequence[Allocation], on: str, cause: TakenOff) -> None:
    """Take money off documents again, in their own streams."""
    for each in freed:
        if each.about_kind == "invoice":
            unsettle_invoice(plan, payment, each.about, each.amount_cents, on, cause)
        else:
            unsettle_deposit(plan, payment, each.about, each.amount_cents, on, cause)


def ask_next(plan: Plan, flags: Sequence[Flagged], about: str) -> None:
    """Open one task for each flag that has a remedy."""
    for each in flags:
        if each.remedy is not None:
            open_task(plan, each.remedy, about)


def cut(amount_cents: int, room: Sequence[VatRow]) -> tuple[RateSplit, ...]:
    """Cut an amount over rates, at most what is open there; a document without VAT rows gives none."""
    within = min(amount_cents, gross_total(room))
    return tuple(rate_split(row) for row in split_gross(within, room)) if within > 0 else ()


def unsettle_invoice(
    plan: Plan, payment: str, about: str, amount_cents: int, on: str, cause: TakenOff
) -> tuple[RateSplit, ...]:
    """Take money off an invoice; an early discount falls with it. Gives the VAT per rate."""
    state = _known(plan.state(INVOICE, about))
    if state.early_discount_cents:
        lost = state.early_discount_cents
        split = cut(lost, state.open_rows())
        plan.emit(INVOICE, about, EarlyDiscountLost(payment=payment, amount_cents=lost, split=split))
    split = cut(amount_cents, split_rows(state.paid_splits))
    plan.emit(
        INVOICE, about, InvoiceUnpaid(payment=payment, amount_cents=amount_cents, on=on, cause=cause, split=split)
    )
    return split


def unsettle_deposit(
    plan: Plan, payment: str, about: str, amount_cents: int, on: str, cause: TakenOff, indemnity_cents: int = 0
) -> tuple[RateSplit, ...]:
    """Take money off a deposit, and say what that leaves to do. Gives the VAT per rate."""
    state = _known(plan.state(DEPOSIT, about))
    split = cut(amount_cents, _received_rows(state, payment))
    after = plan.emit(
        DEPOSIT,
        about,
        DepositUnpaid(
            payment=payment,
            amount_cents=amount_cents,
            on=on,
            cause=cause,
            split=split,
            indemnity_cents=indemnity_cents,
        ),
    )
    if amount_cents:
        if after.available_cents < 0 <= state.available_cents:
            open_task(plan, "correct_final_invoice", about)  # it deducts what is not there any more
        if cause == "refunded" and any(_stands(plan, each) for each in after.invoices):
            open_task(plan, "credit_deposit_invoice", about)
    if cause != "refunded" and any(each[1] == payment for each in state.receipts):
        open_task(plan, "take_back_receipt", about)
    return split


def _settle_invoice(plan: Plan, money: Money, part: Allocation) -> None:
    before = _known(plan.state(INVOICE, part.about))
    document = before.issued
    untouched = not (before.paid_splits or document.prepaid or before.credited_rows)
    if untouched and part.amount_cents == document.totals.gross_cents:
        split = tuple(rate_split(row) for row in document.vat)
    else:
        split = cut(part.amount_cents, _invoice_room(before, part.amount_cents))
    after = plan.emit(
        INVOICE,
        part.about,
        InvoicePaid(
            payment=money.payment,
            amount_cents=part.amount_cents,
            means=money.means,
            received_on=money.received_on,
            split=split,
        ),
    )
    if document.early_discount_bp and after.open_cents:
        _take_early_discount(plan, money, part.about, after)


def _invoice_room(state: InvoiceState, amount_cents: int) -> tuple[VatRow, ...]:
    """What of each rate a payment may take: what neither payments nor credit notes have closed.

    Where money that a credit note had promised to give back was reversed instead, more is due than the rates leave
    open: credit notes are then left out, as their refund carries their VAT.
    """
    room = state.open_rows()
    if gross_total(room) >= amount_cents:
        return room
    prepaid = [each for part in state.issued.prepaid for each in part.split]
    return subtract_rows(state.issued.vat, split_rows(prepaid), split_rows(state.paid_splits))


def _take_early_discount(plan: Plan, money: Money, about: str, state: InvoiceState) -> None:
    """Grant the discount when what is left is no more than it, and all the money came in time (C. com. L441-9)."""
    document = state.issued
    left = state.open_cents
    if state.early_discount_cents or left > percent_of(document.due_cents, document.early_discount_bp or 0):
        return
    last_on = date.fromisoformat(document.issued_on) + timedelta(days=document.early_discount_days or 0)
    if any(each.on > last_on.isoformat() for each in state.received):
        return
    split = cut(left, state.open_rows())
    plan.emit(INVOICE, about, EarlyDiscountTaken(payment=money.payment, amount_cents=left, split=split))


def _settle_deposit(plan: Plan, money: Money, part: Allocation) -> None:
    before = _known(plan.state(DEPOSIT, part.about))
    asked = before.asked
    split = split_of_payment(before, part.amount_cents)
    paid = DepositPaid(
        payment=money.payment,
        amount_cents=part.amount_cents,
        means=money.means,
        received_on=money.received_on,
        split=split,
    )
    plan.emit(DEPOSIT, part.about, paid)
    if asked.kind == "arrhes":
        receipt_for_arrhes(plan, part.about, paid)
    else:
        invoice_if_due(plan, part.about, "receipt")


def _stands(world: World, deposit_invoice: str) -> bool:
    """Whether a deposit invoice (386) is not undone by credit notes."""
    state = world.state(INVOICE, deposit_invoice)
    return state is not None and not state.whole_credited


def _received_rows(state: DepositState, payment: str) -> tuple[VatRow, ...]:
    """What one payment put to a deposit, per rate, less what of it went back."""
    came = [row for each in state.payments if each.payment == payment for row in each.split]
    gone = [row for each in state.refunds if each.payment == payment for row in each.split]
    return subtract_rows(split_rows(came), split_rows(gone))


def _debt(world: World, target: Payable) -> int:
    """The debt that the ceiling looks at: the whole contract where there is one, not the part asked for."""
    contract = world.state(QUOTE, target.quote) if target.quote is not None else None
    return target.gross_cents if contract is None else max(target.gross_cents, contract.gross_cents)


def _too_much_cash(world: World, money: Money, debt: int, kind: CustomerKind | None, customer: str | None) -> bool:
    known = world.state(CUSTOMER, customer) if customer is not None else None
    resident = known.tax_resident if known is not None else "FR"
    kind = kind or (known.kind if known is not None else "consumer")
    return above_cash_ceiling(debt, money.means, kind, resident, date.fromisoformat(money.received_on))


def _known(state: S | None) -> S:
    """Give a state that an earlier decision has already met."""
    if state is None:
        raise AssertionError("money stands on a document that the ledger does not have")
    return state
