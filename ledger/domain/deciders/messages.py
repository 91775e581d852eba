"""Messages, reminders, comments, links and copies: what was said, to what, and how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.domain.commands.common import Command
from ledger.domain.commands.messages import (
    AddComment,
    CreateLink,
    MakeCopy,
    QueueMessage,
    RecordMessageFailed,
    RecordMessageSent,
    RecordReminder,
    RevokeLink,
)
from ledger.domain.deciders.acts import open_task, take_id
from ledger.domain.deciders.subjects import SUBJECTS, has_original, known
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Texts
from ledger.domain.events.messages import (
    CommentAdded,
    CopyMade,
    LinkCreated,
    LinkRevoked,
    MessageFailed,
    MessageQueued,
    MessageSent,
    ReminderSent,
)
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.comment import COMMENT
from ledger.domain.streams.copies import COPIES
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.issuer import ISSUER
from ledger.domain.streams.link import LINK
from ledger.domain.streams.message import MESSAGE, MessageState, message_id
from ledger.domain.streams.observer import OBSERVER
from ledger.domain.streams.quote import QUOTE
from ledger.domain.streams.reminder import REMINDER
from ledger.domain.streams.signature import SIGNATURE

_FIT_FOR: dict[str, tuple[str, ...]] = {
    "read": ("quote", "deposit", "invoice", "signature", "contract"),
    "observe": ("quote", "deposit", "invoice", "signature", "contract"),
    "sign": ("quote", "signature"),
    "pay": ("deposit", "invoice"),
}

_OVERTAKEN = ("not_due", "expired")
"""Causes for which a message is given up because what it was for has passed: nobody has to do anything."""

# --- messages


def decide_queue(command: QueueMessage, world: World) -> Outcome:
    """Record that a message is to be sent; the stream is that of its occasion, so a second one meets the first."""
    identifier = message_id(command.occasion)
    if world.state(MESSAGE, identifier) is not None:
        return refuse("MESSAGE_OCCASION_TAKEN", "/occasion")
    plan = Plan(world)
    plan.emit(
        MESSAGE,
        identifier,
        MessageQueued(
            purpose=command.purpose,
            occasion=command.occasion,
            by=command.by,
            template=command.template,
            template_digest=command.template_digest,
            about=command.about,
            attachments=command.attachments,
            addressee=command.addressee,
        ),
    )
    return plan.done(message=identifier)


def decide_sent(command: RecordMessageSent, world: World) -> Outcome:
    """Record that a message was handed over; once."""
    state = _waiting(world, command.message)
    if isinstance(state, Refusal):
        return state
    plan = Plan(world)
    event = MessageSent(attempt=state.attempts + 1, digest=command.digest, reference=command.reference)
    plan.emit(MESSAGE, command.message, event)
    return plan.done(message=command.message, attempt=event.attempt)


def decide_failed(command: RecordMessageFailed, world: World) -> Outcome:
    """Record that a message could not be handed over; it waits for the next try unless this was the last.

    Somebody who was to be told has not been: the business reaches them some other way.
    """
    state = _waiting(world, command.message)
    if isinstance(state, Refusal):
        return state
    plan = Plan(world)
    event = MessageFailed(attempt=state.attempts + 1, cause=command.cause, final=command.final)
    plan.emit(MESSAGE, command.message, event)
    if command.final and command.cause not in _OVERTAKEN:
        open_task(plan, "message_undelivered", command.message)
    return plan.done(message=command.message, attempt=event.attempt)


def _waiting(world: World, message: str) -> MessageState | Refusal:
    state = world.state(MESSAGE, message)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/message")
    return state if state.phase == "queued" else refuse("MESSAGE_NOT_OPEN", "/message", state=state.phase)


# --- reminders


def decide_reminder(command: RecordReminder, world: World) -> Outcome:
    """Record that a reminder went out: for what is due and not contested, each step of the policy once."""
    due_on = _due_on(world, command.about_kind, command.about)
    if isinstance(due_on, Refusal):
        return due_on
    if command.message is not None and world.state(MESSAGE, command.message) is None:
        return refuse("REFERENCE_UNKNOWN", "/message")
    issuer = world.state(ISSUER, "self")
    steps = len(issuer.reminders.get(command.about_kind, ())) if issuer is not None else 0
    if steps and command.step > steps:
        return refuse("REMINDER_STEP_UNKNOWN", "/step", steps=steps)
    sent = world.state(REMINDER, command.about)
    if sent is not None and command.step in sent.steps:
        return refuse("REMINDER_ALREADY_SENT", "/step", step=command.step)
    plan = Plan(world)
    plan.emit(
        REMINDER,
        command.about,
        ReminderSent(
            about=command.about,
            about_kind=command.about_kind,
            step=command.step,
            tone=command.tone,
            due_on=due_on,
            message=command.message,
        ),
    )
    return plan.done(about=command.about, step=command.step)


def _due_on(world: World, kind: str, about: str) -> str | Refusal:
    """Give the day by which an answer or money was expected, if it still is."""
    if kind == "quote":
        return _quote_due(world, about)
    invoice = world.state(INVOICE, about) if kind == "invoice" else None
    if invoice is not None:
        if invoice.disputed:
            return refuse("REMINDER_DISPUTED", "/about")
        if invoice.pays_deposit is not None:
            return _deposit_due(world, invoice.pays_deposit)
        if not invoice.open_cents:
            return refuse("REMINDER_NOTHING_DUE", "/about")
        sold = world.state(QUOTE, invoice.issued.quote) if invoice.issued.quote is not None else None
        allowed = sold.contract.payment_from if sold is not None and sold.contract is not None else None
        return _banned(world, allowed) or invoice.issued.due_on
    return _deposit_due(world, about) if kind == "deposit" else refuse("REFERENCE_UNKNOWN", "/about")


def _quote_due(world: World, about: str) -> str | Refusal:
    quote = world.state(QUOTE, about)
    if quote is None:
        return refuse("REFERENCE_UNKNOWN", "/about")
    valid_until = quote.current.valid_until
    waiting = quote.phase == "open" and world.today.isoformat() <= valid_until
    return valid_until if waiting else refuse("REMINDER_NOTHING_DUE", "/about")


def _deposit_due(world: World, about: str) -> str | Refusal:
    deposit = world.state(DEPOSIT, about)
    if deposit is None:
        return refuse("REFERENCE_UNKNOWN", "/about")
    if not deposit.to_pay_cents:
        return refuse("REMINDER_NOTHING_DUE", "/about")
    return _banned(world, deposit.asked.payable_from) or deposit.asked.due_on


def _banned(world: World, payable_from: str | None) -> Refusal | None:
    """Refuse a reminder within the seven days (C. conso L221-10): it asks for payment."""
    if payable_from is None or world.today.isoformat() >= payable_from:
        return None
    return refuse("PAYMENT_WITHIN_SEVEN_DAYS", "/about", allowed_from_on=date.fromisoformat(payable_from))


# --- comments, links, copies


def decide_comment(command: AddComment, world: World) -> Outcome:
    """Record what somebody wrote about a document."""
    identifier = take_id(world, COMMENT, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    if not known(world, command.about_kind, command.about):
        return refuse("REFERENCE_UNKNOWN", "/about")
    plan = Plan(world)
    plan.emit(
        COMMENT,
        identifier,
        CommentAdded(
            about=command.about,
            about_kind=command.about_kind,
            by=command.by,
            question=command.question,
            texts=Texts(notes=command.words),
        ),
    )
    return plan.done(comment=identifier)


def decide_create_link(command: CreateLink, world: World) -> Outcome:
    """Record that a link was made; the ledger knows the hash of its token, never the token."""
    identifier = take_id(world, LINK, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    if not known(world, command.about_kind, command.about):
        return refuse("REFERENCE_UNKNOWN", "/about")
    if command.about_kind not in _FIT_FOR[command.purpose]:
        return refuse("LINK_PURPOSE_UNFIT", "/purpose")
    if command.expires_at is not None and command.expires_at <= f"{world.now:%Y-%m-%dT%H:%M:%S.%fZ}":
        return refuse("EXPIRY_IN_PAST", "/expires_at")
    if command.party is not None and not _party_known(world, command, command.party):
        return refuse("REFERENCE_UNKNOWN", "/party")
    plan = Plan(world)
    plan.emit(
        LINK,
        identifier,
        LinkCreated(
            about=command.about,
            about_kind=command.about_kind,
            purpose=command.purpose,
            token_digest=command.token_digest,
            expires_at=command.expires_at,
            party=command.party,
        ),
    )
    return plan.done(link=identifier)


def _party_known(world: World, command: CreateLink, party: str) -> bool:
    """Tell whether this is somebody who signs or follows what the link is about."""
    if command.purpose == "observe":
        observer = world.state(OBSERVER, party)
        if observer is None or observer.removed or observer.about != command.about:
            return False
        return SUBJECTS[observer.about_kind] is SUBJECTS[command.about_kind]
    signature_id: str | None = command.about
    if SUBJECTS[command.about_kind] is QUOTE:
        quote = world.state(QUOTE, command.about)
        signature_id = quote.signature if quote is not None else None
    elif command.about_kind != "signature":
        return False
    signature = world.state(SIGNATURE, signature_id) if signature_id is not None else None
    return signature is not None and signature.signatory(party) is not None


def decide_revoke_link(command: RevokeLink, world: World) -> Outcome:
    """Record that a link no longer opens."""
    state = world.state(LINK, command.link)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/link")
    if state.revoked:
        return refuse("LINK_REVOKED", "/link")
    plan = Plan(world)
    plan.emit(LINK, command.link, LinkRevoked(cause=command.cause))
    return plan.done(link=command.link)


def decide_copy(command: MakeCopy, world: World) -> Outcome:
    """Number a copy of an issued document, DUPLICATA n° k (BOI-TVA-DECLA-30-10-30 §130; LNE 9)."""
    if not has_original(world, command.kind, command.about):
        return refuse("COPY_OF_NOTHING", "/about")
    copies = world.state(COPIES, command.about)
    number = (copies.last.get(command.kind, 0) if copies is not None else 0) + 1
    plan = Plan(world)
    event = CopyMade(about=command.about, kind=command.kind, copy=number, by=command.by)
    plan.emit(COPIES, command.about, event)
    return plan.done(about=command.about, copy=number)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (QueueMessage, decide_queue),
    (RecordMessageSent, decide_sent),
    (RecordMessageFailed, decide_failed),
    (RecordReminder, decide_reminder),
    (AddComment, decide_comment),
    (CreateLink, decide_create_link),
    (RevokeLink, decide_revoke_link),
    (MakeCopy, decide_copy),
)
"""Messages, reminders, comments, links and copies."""
