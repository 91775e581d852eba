"""Money given back: for a credit note, for a deposit with the indemnity of doubled arrhes, for what was too much.

A refund is a fact and is always recorded; what it was due for is looked for, and what nothing called for is flagged.
Money given back through a credit note leaves the invoice paid (it is paid and credited); money given back for a
deposit or straight from a payment is taken off the document. Either way it no longer settles anything in the payment's
own stream.

`refund.paid/1` carries the VAT of the money that went back; the entries in the documents' streams repeat it for their
own balance and are not counted again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.domain.advances import split_rows
from ledger.domain.commands.common import Command
from ledger.domain.commands.payments import RefundPayment
from ledger.domain.days import read_day
from ledger.domain.deciders.acts import take_id
from ledger.domain.deciders.periods import late
from ledger.domain.deciders.settling import ask_next, unsettle_deposit, unsettle_invoice
from ledger.domain.decision import Decision, Emit, Outcome, Plan, World
from ledger.domain.events.common import Flagged, RateSplit
from ledger.domain.events.payments import Allocation, CreditNoteRefunded, PaymentRefunded, RefundPaid
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.credit_note import CREDIT_NOTE, CreditNoteState
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.payment import PAYMENT, PaymentState
from ledger.domain.streams.refund import REFUND
from ledger.domain.totals import rate_split, split_gross, subtract_rows

REMEDY = "explain_refund"


@dataclass(slots=True)
class _Taken:
    """What a refund takes out of one payment so far."""

    amount_cents: int = 0
    unallocated_cents: int = 0
    freed: list[Allocation] = field(default_factory=list)


class _Refunding:
    """One refund in the making: the documents' entries gather in a plan, what payments give in a table."""

    def __init__(self, world: World, refund: str, paid_on: str) -> None:
        self.plan = Plan(world)
        self.refund = refund
        self.paid_on = paid_on
        self.splits: list[RateSplit] = []
        self.taken: dict[str, _Taken] = {}
        self.indemnity_cents = 0
        self.customer: str | None = None

    def through_credit_note(
        self, identifier: str, state: CreditNoteState, amount_cents: int, payment: str | None
    ) -> int:
        """Pay a credit note back, at most what is open of it; its invoice stays paid."""
        fit = min(amount_cents, state.open_cents)
        if fit <= 0:
            return 0
        before, after = (split_gross(cents, state.vat) for cents in (state.refunded_cents, state.refunded_cents + fit))
        self.splits += [rate_split(row) for row in subtract_rows(after, before)]
        self.customer = self.customer or state.customer
        event = CreditNoteRefunded(refund=self.refund, amount_cents=fit, paid_on=self.paid_on)
        self.plan.emit(CREDIT_NOTE, identifier, event)
        if payment is not None:
            self._paid_for(payment, state.invoice, fit)
        return fit

    def off_deposit(self, identifier: str, amount_cents: int, indemnity_cents: int, only: str | None = None) -> int:
        """Give a deposit back, the newest payment first, or one payment's part of it."""
        state = self.plan.state(DEPOSIT, identifier)
        assert state is not None  # noqa: S101 - the caller has just read it
        self.customer = self.customer or state.asked.customer
        left = min(amount_cents, max(0, state.available_cents))
        given = 0
        newest_first = dict.fromkeys(each.payment for each in reversed(state.payments))
        payments = [only] if only is not None else list(newest_first)
        for payment in payments:
            part = min(left - given, held_of(state, payment))
            if part > 0:
                self._give_back(identifier, payment, part, indemnity_cents)
                given, indemnity_cents = given + part, 0
        if indemnity_cents and payments:
            self._give_back(identifier, payments[0], 0, indemnity_cents)
        return given

    def off_invoice(self, identifier: str, payment: str, amount_cents: int) -> int:
        """Take money that goes back off an invoice, which is open again for as much."""
        fit = min(amount_cents, self._settling(payment, identifier))
        if fit <= 0:
            return 0
        self.splits += unsettle_invoice(self.plan, payment, identifier, fit, self.paid_on, "refunded")
        self._free(payment, Allocation(about=identifier, about_kind="invoice", amount_cents=fit))
        return fit

    def out_of_unallocated(self, payment: str, amount_cents: int) -> int:
        """Give back money that settles nothing."""
        state, taken = self.plan.state(PAYMENT, payment), self._of(payment)
        fit = min(amount_cents, state.unallocated_cents - taken.unallocated_cents) if state is not None else 0
        if fit <= 0:
            return 0
        taken.amount_cents += fit
        taken.unallocated_cents += fit
        return fit

    def events(self) -> tuple[Emit, ...]:
        """Close the payments, and give the entries of all documents."""
        for payment, taken in self.taken.items():
            state = self.plan.state(PAYMENT, payment)
            if state is None or not taken.amount_cents:
                continue
            self.plan.emit(
                PAYMENT,
                payment,
                PaymentRefunded(
                    refund=self.refund,
                    amount_cents=taken.amount_cents,
                    freed=tuple(taken.freed),
                    unallocated_cents=state.unallocated_cents - taken.unallocated_cents,
                ),
            )
        return self.plan.done().events

    def _give_back(self, deposit: str, payment: str, amount_cents: int, indemnity_cents: int) -> None:
        split = unsettle_deposit(self.plan, payment, deposit, amount_cents, self.paid_on, "refunded", indemnity_cents)
        self.splits += split
        self.indemnity_cents += indemnity_cents
        if amount_cents:
            self._free(payment, Allocation(about=deposit, about_kind="deposit", amount_cents=amount_cents))

    def _paid_for(self, payment: str, invoice: str, amount_cents: int) -> None:
        """Take what a credit note gave back out of the payment that had settled its invoice, else out of its rest."""
        part = min(amount_cents, self._settling(payment, invoice))
        if part > 0:
            self._free(payment, Allocation(about=invoice, about_kind="invoice", amount_cents=part))
        self.out_of_unallocated(payment, amount_cents - max(0, part))

    def _settling(self, payment: str, about: str) -> int:
        """What of a payment still settles a document."""
        state = self.plan.state(PAYMENT, payment)
        freed = sum(each.amount_cents for each in self._of(payment).freed if each.about == about)
        return state.allocated_to(about) - freed if state is not None else 0

    def _free(self, payment: str, part: Allocation) -> None:
        taken = self._of(payment)
        taken.amount_cents += part.amount_cents
        taken.freed.append(part)

    def _of(self, payment: str) -> _Taken:
        return self.taken.setdefault(payment, _Taken())


def held_of(state: DepositState, payment: str) -> int:
    """Give what one payment put to a deposit and has not gone back, in cents."""
    came = sum(each.amount_cents for each in state.payments if each.payment == payment)
    return came - sum(each.amount_cents for each in state.refunds if each.payment == payment)


def decide_refund(command: RefundPayment, world: World) -> Outcome:
    """Record money given back, find what it was due for, and flag what nothing called for."""
    identifier = take_id(world, REFUND, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    paid_on = read_day(command.paid_on, world.today, "/paid_on")
    if isinstance(paid_on, Refusal):
        return paid_on
    refused = _unknown(command, world)
    if refused is not None:
        return refused
    making = _Refunding(world, identifier, paid_on.isoformat())
    due, due_indemnity = _due(command, making.plan)
    base = command.amount_cents - command.indemnity_cents
    given = _give(command, making, base)
    documents = making.events()
    flags: tuple[Flagged, ...] = ()
    if base > min(due, given) or command.indemnity_cents > due_indemnity:
        flags = (Flagged(code="nothing_due", remedy=REMEDY),)
    flags += late(world, making.paid_on)
    payment = command.payment if command.payment is not None else _only(making.taken)
    event = RefundPaid(
        means=command.means,
        currency=_currency(command, world),
        amount_cents=command.amount_cents,
        indemnity_cents=command.indemnity_cents,
        unplaced_cents=command.amount_cents - given - making.indemnity_cents,
        paid_on=paid_on.isoformat(),
        till=world.register.till,
        customer=making.customer,
        payment=payment,
        about=command.about,
        about_kind=command.about_kind,
        split=tuple(rate_split(row) for row in split_rows(making.splits) if row.base_cents or row.vat_cents),
        flags=flags,
        reference=command.reference,
        provider=command.provider,
        provider_reference=command.provider_reference,
        payee=command.payee,
    )
    tasks = Plan(world)
    ask_next(tasks, flags, identifier)
    return Decision(
        (Emit(REFUND.stream(identifier), event), *documents, *tasks.done().events),
        {"refund": identifier, "flags": [each.code for each in flags]},
    )


def _unknown(command: RefundPayment, world: World) -> Refusal | None:
    """Refuse what cannot be true: unknown documents, an indemnity above the whole."""
    if command.indemnity_cents > command.amount_cents:
        return refuse("REFUND_INDEMNITY_ABOVE_AMOUNT", "/indemnity_cents")
    if (command.about is None) != (command.about_kind is None):
        return refuse("MEMBER_MISSING", "/about_kind" if command.about_kind is None else "/about")
    if command.payment is not None and _received(world, command.payment) is None:
        return refuse("REFERENCE_UNKNOWN", "/payment")
    if command.about is not None:
        if not _is_known(command, world, command.about):
            return refuse("REFERENCE_UNKNOWN", "/about")
        if command.about_kind == "payment" and command.payment not in (None, command.about):
            return refuse("MEMBER_INVALID", "/payment")
    return None


def _is_known(command: RefundPayment, world: World, about: str) -> bool:
    if command.about_kind == "payment":
        return _received(world, about) is not None
    if command.about_kind == "credit_note":
        return world.state(CREDIT_NOTE, about) is not None
    if command.about_kind == "deposit":
        return world.state(DEPOSIT, about) is not None
    return world.state(INVOICE, about) is not None


def _received(world: World, payment: str) -> PaymentState | None:
    """Give a payment that came in, whatever became of it since."""
    state = world.state(PAYMENT, payment)
    return None if state is None or state.phase in ("announced", "failed") else state


# --- what was due


def _due(command: RefundPayment, world: World) -> tuple[int, int]:
    """Give what was due to go back on this ground, and the indemnity due on top, in cents."""
    if command.about_kind == "credit_note" and command.about is not None:
        note = world.state(CREDIT_NOTE, command.about)
        return (note.open_cents if note is not None else 0), 0
    deposit = _deposit_of(command, world)
    if deposit is not None:
        return _due_of_deposit(deposit[1]), deposit[1].indemnity_due_cents
    if command.about_kind == "invoice" and command.about is not None:
        invoice = world.state(INVOICE, command.about)
        return (_due_of_notes(world, invoice) if invoice is not None else 0), 0
    payment = _payment_of(command)
    state = world.state(PAYMENT, payment) if payment is not None else None
    return (_due_of_payment(world, state) if state is not None else 0), 0


def _due_of_payment(world: World, state: PaymentState) -> int:
    due = state.unallocated_cents
    for about, kind in dict.fromkeys((each.about, each.about_kind) for each in state.allocations):
        if kind == "invoice":
            invoice = world.state(INVOICE, about)
            due += _due_of_notes(world, invoice) if invoice is not None else 0
        else:
            deposit = world.state(DEPOSIT, about)
            due += _due_of_deposit(deposit) if deposit is not None else 0
    return min(due, state.left_cents)


def _due_of_deposit(state: DepositState) -> int:
    """What was asked to go back; and money taken within the seven days, which nobody has to ask for (L221-10)."""
    allowed = state.asked.payable_from
    early = sum(each.amount_cents for each in state.payments if allowed is not None and each.received_on < allowed)
    return max(state.to_refund_cents, min(early, state.available_cents))


def _due_of_notes(world: World, invoice: InvoiceState) -> int:
    return sum(note.open_cents for _, note in _notes_of(world, invoice))


def _notes_of(world: World, invoice: InvoiceState) -> Iterable[tuple[str, CreditNoteState]]:
    found = ((each, world.state(CREDIT_NOTE, each)) for each in invoice.credit_notes)
    return [(identifier, note) for identifier, note in found if note is not None and note.open_cents]


# --- giving


def _give(command: RefundPayment, making: _Refunding, base: int) -> int:
    """Take the money off what it was for; gives how much of it found its ground."""
    deposit = _deposit_of(command, making.plan)
    if deposit is not None:
        return making.off_deposit(deposit[0], base, command.indemnity_cents, command.payment)
    if command.about_kind == "credit_note" and command.about is not None:
        note = making.plan.state(CREDIT_NOTE, command.about)
        return making.through_credit_note(command.about, note, base, command.payment) if note is not None else 0
    if command.about_kind == "invoice" and command.about is not None:
        return _give_for_invoice(making, command.about, base, command.payment)
    payment = _payment_of(command)
    return _give_from_payment(making, payment, base) if payment is not None else 0


def _give_for_invoice(making: _Refunding, invoice_id: str, base: int, payment: str | None) -> int:
    invoice = making.plan.state(INVOICE, invoice_id)
    given = 0
    for identifier, note in _notes_of(making.plan, invoice) if invoice is not None else ():
        given += making.through_credit_note(identifier, note, base - given, payment)
    if payment is not None and given < base:
        given += making.off_invoice(invoice_id, payment, base - given)
    return given


def _give_from_payment(making: _Refunding, payment: str, base: int) -> int:
    """Give back from one payment: what settles nothing, then what is due, then what it settles, newest first."""
    state = making.plan.state(PAYMENT, payment)
    if state is None:
        return 0
    making.customer = state.customer
    base = min(base, state.left_cents)
    given = making.out_of_unallocated(payment, base)
    settled = tuple(dict.fromkeys((each.about, each.about_kind) for each in reversed(state.allocations)))
    for about, kind in settled:
        if kind == "invoice":
            invoice = making.plan.state(INVOICE, about)
            for identifier, note in _notes_of(making.plan, invoice) if invoice is not None else ():
                given += making.through_credit_note(identifier, note, base - given, payment)
        else:
            deposit = making.plan.state(DEPOSIT, about)
            if deposit is not None:
                given += making.off_deposit(about, min(base - given, _due_of_deposit(deposit)), 0, payment)
    for about, kind in settled:
        if kind == "invoice":
            given += making.off_invoice(about, payment, base - given)
        else:
            given += making.off_deposit(about, base - given, 0, payment)
    return given


# --- reading the command


def _deposit_of(command: RefundPayment, world: World) -> tuple[str, DepositState] | None:
    """Give the deposit that a refund is for; a deposit invoice (386) stands for its deposit."""
    about = command.about if command.about_kind == "deposit" else None
    if command.about_kind == "invoice" and command.about is not None:
        invoice = world.state(INVOICE, command.about)
        about = invoice.pays_deposit if invoice is not None else None
    state = world.state(DEPOSIT, about) if about is not None else None
    return (about, state) if about is not None and state is not None else None


def _payment_of(command: RefundPayment) -> str | None:
    return command.about if command.about_kind == "payment" else command.payment


def _only(taken: dict[str, _Taken]) -> str | None:
    found = [payment for payment, each in taken.items() if each.amount_cents]
    return found[0] if len(found) == 1 else None


def _currency(command: RefundPayment, world: World) -> str:
    deposit = _deposit_of(command, world)
    if deposit is not None:
        return deposit[1].asked.currency
    if command.about_kind == "credit_note" and command.about is not None:
        note = world.state(CREDIT_NOTE, command.about)
        return note.currency if note is not None else world.register.currency
    if command.about_kind == "invoice" and command.about is not None:
        invoice = world.state(INVOICE, command.about)
        return invoice.issued.currency if invoice is not None else world.register.currency
    payment = _payment_of(command)
    state = world.state(PAYMENT, payment) if payment is not None else None
    return state.currency if state is not None else world.register.currency


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = ((RefundPayment, decide_refund),)
"""Money given back."""
