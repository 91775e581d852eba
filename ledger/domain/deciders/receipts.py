"""Numbered receipts for money received: of their own accord for arrhes, on demand for any payment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.domain.advances import as_split, split_rows
from ledger.domain.commands.common import Command
from ledger.domain.commands.sales import IssueReceipt
from ledger.domain.deciders.acts import open_task, take_id
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Party, RateSplit
from ledger.domain.events.deposits import DepositReceipted, ReceiptIssued
from ledger.domain.events.payments import DepositPaid, PaymentReceipted
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.customer import CUSTOMER
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.payment import PAYMENT, PaymentState
from ledger.domain.streams.receipt import RECEIPT
from ledger.domain.totals import gross_total, split_gross


def receipt_for_deposit(
    plan: Plan,
    receipt: str,
    deposit: str,
    payment: str,
    amount_cents: int,
    split: tuple[RateSplit, ...],
    series: str | None = None,
) -> str | Refusal:
    """Issue the receipt for money received on a deposit; give its printed number."""
    numbered = plan.number("receipt", series)
    if isinstance(numbered, Refusal):
        return numbered
    state = plan.state(DEPOSIT, deposit)
    assert state is not None  # noqa: S101 - the caller has just read it
    asked = state.asked
    plan.emit(
        RECEIPT,
        receipt,
        ReceiptIssued(
            series=numbered.series,
            n=numbered.n,
            number=numbered.number,
            issued_on=plan.today.isoformat(),
            issuer_version=plan.register.issuer_version,
            payment=payment,
            deposit=deposit,
            kind=asked.kind,
            currency=asked.currency,
            amount_cents=amount_cents,
            split=split,
            client=asked.client,
        ),
    )
    plan.emit(DEPOSIT, deposit, DepositReceipted(receipt=receipt, payment=payment, amount_cents=amount_cents))
    plan.emit(PAYMENT, payment, PaymentReceipted(receipt=receipt, amount_cents=amount_cents))
    return numbered.number


def receipt_for_arrhes(plan: Plan, deposit: str, paid: DepositPaid) -> None:
    """Issue the receipt that arrhes call for; where no number can be given, a task asks for it instead.

    Money received is a fact: a closed or missing receipt series must not keep it out of the ledger.
    """
    receipt = plan.fresh_id()
    number = receipt_for_deposit(plan, receipt, deposit, paid.payment, paid.amount_cents, paid.split)
    if isinstance(number, Refusal):
        open_task(plan, "issue_receipt", deposit)


def decide_issue_receipt(command: IssueReceipt, world: World) -> Outcome:
    """Issue a receipt for a payment, or for the part of it that one deposit took."""
    identifier = take_id(world, RECEIPT, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    payment = world.state(PAYMENT, command.payment)
    if payment is None:
        return refuse("REFERENCE_UNKNOWN", "/payment")
    if payment.phase != "received" or payment.left_cents <= 0:
        return refuse("PAYMENT_NOT_OPEN", "/payment", state=payment.phase)
    plan = Plan(world)
    if command.deposit is not None:
        number = _of_deposit(plan, command, identifier, command.deposit)
    else:
        number = _of_payment(plan, command, identifier, payment)
    return number if isinstance(number, Refusal) else plan.done(receipt=identifier, number=number)


def _of_deposit(plan: Plan, command: IssueReceipt, receipt: str, deposit: str) -> str | Refusal:
    state = plan.state(DEPOSIT, deposit)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/deposit")
    came = tuple(each for each in state.payments if each.payment == command.payment)
    amount = sum(each.amount_cents for each in came) - _receipted(state, command.payment)
    if amount <= 0:
        return refuse("RECEIPT_ALREADY_ISSUED" if came else "REFERENCE_UNKNOWN", "/deposit")
    room = split_rows([row for each in came for row in each.split])
    split = as_split(split_gross(min(amount, gross_total(room)), room))
    return receipt_for_deposit(plan, receipt, deposit, command.payment, amount, split, command.series)


def _receipted(state: DepositState, payment: str) -> int:
    return sum(cents for _, paid_by, cents in state.receipts if paid_by == payment)


def _of_payment(plan: Plan, command: IssueReceipt, receipt: str, payment: PaymentState) -> str | Refusal:
    amount = payment.left_cents - payment.receipted_cents
    if amount <= 0:
        return refuse("RECEIPT_ALREADY_ISSUED", "/payment")
    numbered = plan.number("receipt", command.series)
    if isinstance(numbered, Refusal):
        return numbered
    plan.emit(
        RECEIPT,
        receipt,
        ReceiptIssued(
            series=numbered.series,
            n=numbered.n,
            number=numbered.number,
            issued_on=plan.today.isoformat(),
            issuer_version=plan.register.issuer_version,
            payment=command.payment,
            currency=payment.currency,
            amount_cents=amount,
            client=_payer(plan, payment),
        ),
    )
    plan.emit(PAYMENT, command.payment, PaymentReceipted(receipt=receipt, amount_cents=amount))
    return numbered.number


def _payer(plan: Plan, payment: PaymentState) -> Party | None:
    customer = plan.state(CUSTOMER, payment.customer) if payment.customer is not None else None
    return customer.party if customer is not None else None


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = ((IssueReceipt, decide_issue_receipt),)
"""Receipts."""
