"""The end of a contract: cancelled by one side, or withdrawn from by the consumer; each deposit follows its kind.

Arrhes: kept when the client gives up, returned double when the trader does (C. conso L214-1). Acompte: nothing is lost
by itself; the trader who gives up returns it, the client's is settled by agreement or judgment. Withdrawal within
fourteen days returns everything, arrhes too (L221-24), less what a service begun on request is worth (L221-25).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.domain import contracts
from ledger.domain.commands.common import Command
from ledger.domain.commands.quotes import CancelQuote, WithdrawQuote
from ledger.domain.days import read_day
from ledger.domain.deciders.acts import open_task
from ledger.domain.deciders.deposit_end import cancel_request, forfeit, owe_refund
from ledger.domain.deciders.deposit_room import check_taken_back, own_deposits
from ledger.domain.deciders.quotes import drop_signature
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Texts
from ledger.domain.events.quotes import QuoteAmended, QuoteCancelled, QuoteWithdrawn
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.deadlines import refund_last_day
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.types import Side


@dataclass(slots=True)
class Fate:
    """What became of a contract's deposits, in cents."""

    forfeited_cents: int = 0
    refund_cents: int = 0
    indemnity_cents: int = 0


# --- cancelling


def decide_cancel(command: CancelQuote, world: World) -> Outcome:
    """Take a quote back, or cancel a contract with its change orders; deposits follow their kind."""
    state = world.state(QUOTE, command.quote)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/quote")
    if state.phase in ("cancelled", "withdrawn"):
        return refuse("QUOTE_NOT_OPEN", "/quote", state=state.phase)
    parts = _whole(world, command.quote, state) if state.signed else ((command.quote, state),)
    refused = _cancel_refused(world, parts, command.by)
    if refused is not None:
        return refused
    texts = Texts(notes=command.words) if command.words is not None else None
    plan = Plan(world)
    fate = Fate()
    for identifier, part in parts:
        drop_signature(plan, part, "asked")
        cancelled = QuoteCancelled(by=command.by, after_signature=part.signed, reason=command.reason, texts=texts)
        plan.emit(QUOTE, identifier, cancelled)
        _settle_deposits(plan, part, command.by, fate)
    _take_back_amendment(plan, command.quote, state)
    return plan.done(
        quote=command.quote,
        forfeited_cents=fate.forfeited_cents,
        refund_cents=fate.refund_cents,
        indemnity_cents=fate.indemnity_cents,
    )


def _cancel_refused(world: World, parts: tuple[tuple[str, QuoteState], ...], by: Side) -> Refusal | None:
    for identifier, part in parts:
        original = world.state(QUOTE, part.current.amends) if part.current.amends is not None else None
        if part.invoiced_cents or (original is not None and original.signed and original.bills(identifier)):
            return refuse("QUOTE_HAS_INVOICES", "/quote")
        if by == "client" and contracts.may_withdraw(part, world.today):
            return refuse("WITHDRAWAL_STILL_OPEN", "/by")
    return check_taken_back(world, parts[0][1], "/quote")


def _whole(world: World, identifier: str, state: QuoteState) -> tuple[tuple[str, QuoteState], ...]:
    """Give a contract and its change orders that stand."""
    found = ((each, world.state(QUOTE, each)) for each in state.amended_by)
    amendments = tuple((one, part) for one, part in found if part is not None and part.signed)
    return ((identifier, state), *amendments)


def _take_back_amendment(plan: Plan, identifier: str, state: QuoteState) -> None:
    """When a change order ends by itself, take its worth off the contract again."""
    original = state.current.amends
    if original is None or state.contract is None:
        return
    totals = state.contract.totals
    back = QuoteAmended(
        amendment=identifier,
        net_cents=-totals.net_cents,
        vat_cents=-totals.vat_cents,
        gross_cents=-totals.gross_cents,
    )
    plan.emit(QUOTE, original, back)


def _settle_deposits(plan: Plan, quote: QuoteState, by: Side, fate: Fate) -> None:
    for identifier, deposit in own_deposits(plan, quote):
        held = deposit.deductible_cents
        cancel_request(plan, identifier, by, "contract_cancelled")
        if held <= 0:
            continue
        if by == "issuer":
            indemnity = held if deposit.asked.kind == "arrhes" else 0
            owe_refund(plan, identifier, "trader_cancelled", held, indemnity, None)
            fate.refund_cents += held
            fate.indemnity_cents += indemnity
        elif deposit.asked.kind == "arrhes":
            fate.forfeited_cents += forfeit(plan, identifier)
        else:
            open_task(plan, "settle_deposit", identifier)


# --- withdrawing


def decide_withdraw(command: WithdrawQuote, world: World) -> Outcome:
    """Record the consumer's withdrawal: everything paid goes back within fourteen days of the notice."""
    state = world.state(QUOTE, command.quote)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/quote")
    if not state.signed or state.contract is None:
        return refuse("QUOTE_NOT_SIGNED", "/quote")
    on = read_day(command.notified_on, world.today, "/notified_on")
    if isinstance(on, Refusal):
        return on
    refused = _withdraw_refused(command, state, on)
    if refused is not None:
        return refused
    last = contracts.last_day_to_withdraw(state)
    parts = _whole(world, command.quote, state)
    paid = sum(each.deductible_cents for _, part in parts for _, each in own_deposits(world, part))
    refund = max(0, paid - command.owed_cents)
    due = refund_last_day(on)
    plan = Plan(world)
    kept = command.owed_cents
    for identifier, part in parts:
        main = identifier == command.quote
        plan.emit(
            QUOTE,
            identifier,
            QuoteWithdrawn(
                notified_on=on.isoformat(),
                by=command.by,
                late=last is not None and on > last,
                refund_cents=refund if main else 0,
                owed_cents=command.owed_cents if main else 0,
                refund_due_on=due.isoformat(),
            ),
        )
        kept = _return_deposits(plan, part, kept, due)
        if part.invoiced_cents:
            open_task(plan, "credit_invoices", identifier, due)
    original = world.state(QUOTE, state.current.amends) if state.current.amends is not None else None
    if state.current.amends is not None and original is not None and original.bills(command.quote):
        open_task(plan, "credit_invoices", state.current.amends, due)
    _take_back_amendment(plan, command.quote, state)
    if command.owed_cents or (command.by == "function" and state.contract.early_start_requested):
        open_task(plan, "invoice_pro_rata", command.quote)  # by the function nobody could yet say what was done
    return plan.done(
        quote=command.quote,
        refund_cents=refund,
        owed_cents=command.owed_cents,
        still_owed_cents=max(0, command.owed_cents - paid),
        refund_due_on=due.isoformat(),
    )


def _withdraw_refused(command: WithdrawQuote, state: QuoteState, on: date) -> Refusal | None:
    contract = state.contract
    if contract is None or state.current.withdrawal != "applies" or contracts.was_fully_performed(state):
        return refuse("WITHDRAWAL_NOT_APPLICABLE", "/quote")
    concluded_on = date.fromisoformat(contract.concluded_on)
    if on < concluded_on:
        return refuse("WITHDRAWAL_BEFORE_CONTRACT", "/notified_on", given_on=on, concluded_on=concluded_on)
    last = contracts.last_day_to_withdraw(state)
    if last is not None and on > last and not command.accept_late:
        return refuse("WITHDRAWAL_LATE", "/notified_on", last_on=last)
    if command.owed_cents and not contract.early_start_requested:
        return refuse("EARLY_START_NOT_REQUESTED", "/owed_cents", last_on=last or on)
    if command.owed_cents > state.gross_cents:
        return refuse("OWED_ABOVE_CONTRACT", "/owed_cents", gross_cents=state.gross_cents)
    return None


def _return_deposits(plan: Plan, quote: QuoteState, kept: int, due: date) -> int:
    """Return each deposit but for what is owed; give what of it is still to be found in others."""
    for identifier, deposit in own_deposits(plan, quote):
        held = deposit.deductible_cents
        cancel_request(plan, identifier, "client", "withdrawal")
        stays = min(kept, held)
        kept -= stays
        owe_refund(plan, identifier, "withdrawal", held - stays, 0, due)
    return kept


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (CancelQuote, decide_cancel),
    (WithdrawQuote, decide_withdraw),
)
"""The end of a contract."""
