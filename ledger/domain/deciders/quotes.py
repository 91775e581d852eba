"""Quotes: issued, revised, sent, viewed, declined, expired; milestones of the contracts they become.

Signing is in `signatures`, the end of a contract in `contract_end`, what a version says in `quote_document`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.domain import contracts
from ledger.domain.commands.common import Command
from ledger.domain.commands.quotes import (
    DeclineQuote,
    ExpireQuote,
    IssueQuote,
    ReachMilestone,
    ReviseQuote,
    SendQuote,
    ViewQuote,
)
from ledger.domain.days import read_day
from ledger.domain.deciders.acts import open_task, take_id
from ledger.domain.deciders.deposit_room import check_amendment
from ledger.domain.deciders.deposits import ask_instalments
from ledger.domain.deciders.quote_document import draw
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Texts
from ledger.domain.events.quotes import (
    MilestoneReached,
    QuoteDeclined,
    QuoteDocument,
    QuoteExpired,
    QuoteIssued,
    QuoteRevised,
    QuoteSent,
    QuoteViewed,
)
from ledger.domain.events.signatures import SignatureCancelled
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.regimes.fr.deadlines import CONSUMER_CREDIT_REFORM_SINCE
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.streams.signature import SIGNATURE

# --- issuing and revising


def decide_issue(command: IssueQuote, world: World) -> Outcome:
    """Issue a quote: its first version, or a change order to a signed one."""
    identifier = take_id(world, QUOTE, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    original = None
    if command.amends is not None:
        original = world.state(QUOTE, command.amends)
        if original is None:
            return refuse("REFERENCE_UNKNOWN", "/amends")
        if not original.signed or original.current.amends is not None:
            return refuse("AMENDMENT_NEEDS_SIGNED_QUOTE", "/amends")
        if original.current.customer != command.customer:
            return refuse("AMENDMENT_OTHER_CUSTOMER", "/customer")
    plan = Plan(world)
    numbered = plan.number("quote", command.series)
    if isinstance(numbered, Refusal):
        return numbered
    document = draw(command, world, amendment=original is not None)
    if isinstance(document, Refusal):
        return document
    issued = QuoteIssued(
        document_version=1,
        series=numbered.series,
        n=numbered.n,
        number=numbered.number,
        amends=command.amends,
        **document,
    )
    refused = check_amendment(world, command.amends, issued.totals.gross_cents, "/lines")
    if refused is not None:
        return refused
    plan.emit(QUOTE, identifier, issued)
    _flag_credit(plan, identifier, issued)
    return plan.done(quote=identifier, number=issued.number, document_version=1, gross_cents=issued.totals.gross_cents)


def decide_revise(command: ReviseQuote, world: World) -> Outcome:
    """Replace an unsigned quote by a new version under the same number; it must be signed anew."""
    state = world.state(QUOTE, command.quote)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/quote")
    if state.contract is not None:
        return refuse("QUOTE_ALREADY_SIGNED", "/quote")
    if state.phase == "cancelled":
        return refuse("QUOTE_NOT_OPEN", "/quote", state=state.phase)
    before = state.current
    if command.series not in (None, before.series):
        return refuse("SERIES_UNKNOWN", "/series")
    document = draw(command, world, amendment=before.amends is not None)
    if isinstance(document, Refusal):
        return document
    revised = QuoteRevised(
        document_version=before.document_version + 1,
        series=before.series,
        n=before.n,
        number=before.number,
        amends=before.amends,
        **document,
    )
    refused = check_amendment(world, before.amends, revised.totals.gross_cents, "/lines")
    if refused is not None:
        return refused
    plan = Plan(world)
    drop_signature(plan, state, "revised")
    plan.emit(QUOTE, command.quote, revised)
    _flag_credit(plan, command.quote, revised)
    return plan.done(
        quote=command.quote,
        number=revised.number,
        document_version=revised.document_version,
        gross_cents=revised.totals.gross_cents,
    )


def _flag_credit(plan: Plan, identifier: str, document: QuoteDocument) -> None:
    """Flag terms that may be a consumer credit: payment after delivery (ord. 2025-880, since 20 November 2026).

    A flag, not a rule: the exceptions of the reform are not modelled.
    """
    later = any(each.trigger == "delivery" and each.due_days for each in document.schedule)
    deferred = document.payment_days > 0 or later
    if document.customer_kind == "consumer" and deferred and plan.today >= CONSUMER_CREDIT_REFORM_SINCE:
        open_task(plan, "check_consumer_credit", identifier)


# --- on its way


def decide_send(command: SendQuote, world: World) -> Outcome:
    """Record that the current version was sent."""
    state = world.state(QUOTE, command.quote)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/quote")
    plan = Plan(world)
    version = state.current.document_version
    plan.emit(QUOTE, command.quote, QuoteSent(document_version=version, by=command.by, message=command.message))
    return plan.done(quote=command.quote, document_version=version)


def decide_view(command: ViewQuote, world: World) -> Outcome:
    """Record that the current version was opened."""
    state = world.state(QUOTE, command.quote)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/quote")
    plan = Plan(world)
    version = state.current.document_version
    plan.emit(QUOTE, command.quote, QuoteViewed(document_version=version, by=command.by, link=command.link))
    return plan.done(quote=command.quote, document_version=version)


def decide_decline(command: DeclineQuote, world: World) -> Outcome:
    """Record that the client said no."""
    state = read_open(world, command.quote)
    if isinstance(state, Refusal):
        return state
    plan = Plan(world)
    drop_signature(plan, state, "refused")
    plan.emit(
        QUOTE,
        command.quote,
        QuoteDeclined(
            document_version=state.current.document_version,
            reason=command.reason,
            texts=Texts(notes=command.words) if command.words is not None else None,
        ),
    )
    return plan.done(quote=command.quote)


def decide_expire(command: ExpireQuote, world: World) -> Outcome:
    """Record that the period of validity has ended; a quote that the client has signed waits for the others."""
    state = read_open(world, command.quote)
    if isinstance(state, Refusal):
        return state
    document = state.current
    valid_until = date.fromisoformat(document.valid_until)
    if world.today <= valid_until:
        return refuse("QUOTE_STILL_VALID", "/quote", valid_until_on=valid_until)
    pending = world.state(SIGNATURE, state.signature) if state.signature is not None else None
    if pending is not None and pending.phase == "open" and pending.accepted:
        return refuse("QUOTE_ALREADY_SIGNED", "/quote")
    plan = Plan(world)
    drop_signature(plan, state, "expired")
    expired = QuoteExpired(document_version=document.document_version, valid_until=document.valid_until)
    plan.emit(QUOTE, command.quote, expired)
    return plan.done(quote=command.quote)


def read_open(world: World, quote: str) -> QuoteState | Refusal:
    """Give a quote that awaits its client's answer."""
    state = world.state(QUOTE, quote)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/quote")
    if state.contract is not None:
        return refuse("QUOTE_ALREADY_SIGNED", "/quote")
    return state if state.phase == "open" else refuse("QUOTE_NOT_OPEN", "/quote", state=state.phase)


def drop_signature(plan: Plan, quote: QuoteState, reason: contracts.SignatureEnd) -> None:
    """End the open request for signatures on the version in force, if there is one."""
    if quote.signature is None:
        return
    pending = plan.state(SIGNATURE, quote.signature)
    if pending is not None and pending.phase == "open":
        plan.emit(SIGNATURE, quote.signature, SignatureCancelled(reason=reason))


# --- milestones


def decide_milestone(command: ReachMilestone, world: World) -> Outcome:
    """Record that a milestone was reached, and ask for its instalments."""
    state = world.state(QUOTE, command.quote)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/quote")
    if not state.signed or state.contract is None:
        return refuse("QUOTE_NOT_SIGNED", "/quote")
    planned = {each.milestone for each in state.contract.schedule if each.trigger == "milestone"}
    if command.milestone not in planned or command.milestone in dict(state.milestones):
        return refuse("MILESTONE_UNKNOWN", "/milestone")
    on = read_day(command.on, world.today, "/on")
    if isinstance(on, Refusal):
        return on
    plan = Plan(world)
    plan.emit(QUOTE, command.quote, MilestoneReached(milestone=command.milestone, on=on.isoformat()))
    asked = ask_instalments(
        plan,
        command.quote,
        lambda each: each.trigger == "milestone" and each.milestone == command.milestone,
        on,
    )
    return plan.done(quote=command.quote, deposits=list(asked))


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (IssueQuote, decide_issue),
    (ReviseQuote, decide_revise),
    (SendQuote, decide_send),
    (ViewQuote, decide_view),
    (DeclineQuote, decide_decline),
    (ExpireQuote, decide_expire),
    (ReachMilestone, decide_milestone),
)
"""Quotes before and beside their signature."""
