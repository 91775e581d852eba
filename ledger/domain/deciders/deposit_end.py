"""The end of a request for money in advance: taken back, kept, or given back.

C. conso L214-1 (arrhes), L214-2 (interest); CJEU C-277/05 and CGI 272 (VAT of arrhes that are kept).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

from ledger.domain.advances import (
    available_split,
    interest_on_advance,
)
from ledger.domain.commands.common import Command
from ledger.domain.commands.sales import CancelDeposit, SettleDeposit
from ledger.domain.deciders.acts import open_task
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.deposits import (
    DepositCancelled,
    DepositForfeited,
    DepositRefundDue,
)
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.quote import QUOTE
from ledger.domain.types import Side

RefundCause = Literal["withdrawal", "trader_cancelled", "agreed", "overpaid", "ban"]
GivenUp = Literal["client", "issuer", "withdrawn", "nobody", "stands"]
"""Who gave a deposit's contract up: `stands` while it holds, `nobody` where there is no quote."""


def cancel_request(
    plan: Plan,
    identifier: str,
    by: Side,
    cause: Literal["withdrawal", "contract_cancelled", "asked"],
    reason: str | None = None,
) -> None:
    """Take back what was not paid of a request, if anything is still asked for."""
    state = plan.state(DEPOSIT, identifier)
    if state is not None and state.to_pay_cents and not state.cancelled:
        plan.emit(DEPOSIT, identifier, DepositCancelled(by=by, cause=cause, reason=reason))


def forfeit(plan: Plan, identifier: str) -> int:
    """Keep what is held of arrhes, outside VAT; correct the VAT that had fallen due (CJEU C-277/05; CGI 272).

    Gives the cents kept. Where deposit invoices (386) were issued, the correction needs a credit note: a task says so.
    """
    state = plan.state(DEPOSIT, identifier)
    if state is None or state.deductible_cents <= 0:
        return 0
    kept = state.deductible_cents
    split = available_split(state, kept)
    vat = sum(row.vat_cents for row in split)
    plan.emit(DEPOSIT, identifier, DepositForfeited(amount_cents=kept, vat_corrected_cents=max(0, vat), split=split))
    if state.invoices:
        open_task(plan, "credit_deposit_invoice", identifier)
    return kept


def owe_refund(
    plan: Plan, identifier: str, cause: RefundCause, amount_cents: int, indemnity_cents: int, due_on: date | None
) -> None:
    """Record that money received in advance must go back, with the second half of doubled arrhes if they are.

    Legal interest up to today is added where it is due (L214-2).
    """
    state = plan.state(DEPOSIT, identifier)
    if state is None or amount_cents <= 0:
        return
    plan.emit(
        DEPOSIT,
        identifier,
        DepositRefundDue(
            cause=cause,
            paid_cents=amount_cents,
            indemnity_cents=indemnity_cents,
            interest_cents=interest_on_advance(state, plan.today) if amount_cents == state.deductible_cents else 0,
            due_on=due_on.isoformat() if due_on is not None else None,
        ),
    )
    open_task(plan, "refund_deposit", identifier, due_on)


def decide_cancel(command: CancelDeposit, world: World) -> Outcome:
    """Take a request back; what was already paid of it waits for its fate."""
    state = world.state(DEPOSIT, command.deposit)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/deposit")
    if state.cancelled:
        return refuse("DEPOSIT_NOT_OPEN", "/deposit", state=state.phase)
    if state.applied_cents:
        return refuse("DEPOSIT_ALREADY_APPLIED", "/deposit")
    if not state.to_pay_cents:
        return refuse("DEPOSIT_ALREADY_PAID", "/deposit")
    plan = Plan(world)
    plan.emit(DEPOSIT, command.deposit, DepositCancelled(by=command.by, cause="asked", reason=command.reason))
    if state.available_cents:
        open_task(plan, "settle_deposit", command.deposit)
    return plan.done(deposit=command.deposit, paid_cents=state.paid_cents)


def decide_settle(command: SettleDeposit, world: World) -> Outcome:
    """Settle what becomes of money held: kept (arrhes, when the client gave up) or given back."""
    state = world.state(DEPOSIT, command.deposit)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/deposit")
    if state.deductible_cents <= 0:
        applied = state.applied_cents > 0
        return refuse("DEPOSIT_ALREADY_APPLIED", "/deposit") if applied else refuse("DEPOSIT_NOT_PAID", "/deposit")
    given_up = _given_up_by(world, state)
    plan = Plan(world)
    if command.outcome == "forfeit":
        refused = _forfeit_refused(state, command.by, given_up)
        if refused is not None:
            return refused
        kept = forfeit(plan, command.deposit)
        cancel_request(plan, command.deposit, command.by, "contract_cancelled")
        return plan.done(deposit=command.deposit, forfeited_cents=kept)
    amount = state.deductible_cents
    by_trader = command.by == "issuer" and given_up in ("issuer", "nobody")
    doubled = by_trader and state.asked.kind == "arrhes" and (state.asked.quote is None or given_up == "issuer")
    cancel_request(plan, command.deposit, command.by, "contract_cancelled")
    owe_refund(
        plan,
        command.deposit,
        "trader_cancelled" if doubled else "agreed",
        amount,
        amount if doubled else 0,
        None,
    )
    return plan.done(deposit=command.deposit, refund_cents=amount, indemnity_cents=amount if doubled else 0)


def _given_up_by(world: World, deposit: DepositState) -> GivenUp:
    """Say who gave the contract up."""
    if deposit.asked.quote is None:
        return "nobody"
    quote = world.state(QUOTE, deposit.asked.quote)
    if quote is None or quote.phase not in ("cancelled", "withdrawn"):
        return "stands"
    if quote.phase == "withdrawn":
        return "withdrawn"
    return quote.ended_by or "issuer"


def _forfeit_refused(deposit: DepositState, by: Side, given_up: GivenUp) -> Refusal | None:
    if deposit.asked.kind == "acompte":
        return refuse("ACOMPTE_NOT_FORFEITED", "/outcome")
    if given_up == "withdrawn":
        return refuse("WITHDRAWAL_REFUNDS_ALL", "/outcome")
    if by == "issuer" or given_up == "issuer":
        return refuse("ARRHES_FORFEIT_ONLY_BY_CLIENT", "/by")
    return refuse("CONTRACT_NOT_CANCELLED", "/deposit") if given_up == "stands" else None


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (CancelDeposit, decide_cancel),
    (SettleDeposit, decide_settle),
)
"""The end of requests for money in advance."""
