"""Requests for signatures on the exact bytes of one version of a quote, or of any file; codes, refusals, attachments.

C. civ. 1366 and 1367; décret 2017-1416 and eIDAS art. 25 to 28 (levels). A drawn, typed or code signature is simple,
never more (Cass. 13 March 2024). The code itself is never here: only that it was sent, and what came of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from ledger.domain.commands.common import Command
from ledger.domain.commands.quotes import (
    AddAttachment,
    CancelSignature,
    RecordCodeChecked,
    RecordCodeSent,
    RefuseSignature,
    RequestSignature,
    SignatoryInput,
)
from ledger.domain.days import read_any_day
from ledger.domain.deciders.acts import take_id
from ledger.domain.deciders.quotes import read_open
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.common import Texts
from ledger.domain.events.quotes import QuoteDeclined, SignatureAttached
from ledger.domain.events.signatures import (
    AttachmentAdded,
    CodeChecked,
    CodeSent,
    Signatory,
    SignatureCancelled,
    SignatureRefused,
    SignatureRequested,
    SignedThing,
)
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.attachment import ATTACHMENT
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.streams.signature import SIGNATURE, SignatureState

MAX_TRIES = 5
"""Wrong entries of one code before it is blocked."""
MAX_CODES = 10
"""Codes sent to one signatory before a new request is needed."""
FILE_DAYS = 30
"""How long signatures on a file are waited for unless the request says otherwise."""


# --- asking


def decide_request(command: RequestSignature, world: World) -> Outcome:
    """Ask for signatures on the version in force of a quote, or on a file by its digest."""
    identifier = take_id(world, SIGNATURE, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    refused = _signatories_refused(command)
    if refused is not None:
        return refused
    thing, last = _thing(command, world)
    if isinstance(thing, Refusal):
        return thing
    if command.expires_on is not None:
        given = read_any_day(command.expires_on, "/expires_on")
        if isinstance(given, Refusal):
            return given
        last = given
    if last < world.today:
        return refuse("SIGNATURE_NOT_OPEN", "/expires_on", state="expired")
    plan = Plan(world)
    signatories = tuple(_signatory(plan, rank, each) for rank, each in enumerate(command.signatories, 1))
    plan.emit(
        SIGNATURE,
        identifier,
        SignatureRequested(
            thing=thing,
            attachments=_attached(command, world),
            signatories=signatories,
            ordered=command.ordered,
            expires_on=last.isoformat(),
            parties=tuple(each.party for each in command.signatories),
        ),
    )
    if thing.quote is not None and thing.document_version is not None:
        link = SignatureAttached(signature=identifier, document_version=thing.document_version)
        plan.emit(QUOTE, thing.quote, link)
    return plan.done(signature=identifier, signatories=[each.signatory for each in signatories])


def _attached(command: RequestSignature, world: World) -> tuple[str, ...]:
    """Give the digests of what goes with it: a quote's own files, which its fingerprint covers, and any others."""
    state = world.state(QUOTE, command.quote) if command.quote is not None else None
    own = state.current.attachments if state is not None else ()
    return tuple(dict.fromkeys((*own, *command.attachments)))


def _thing(command: RequestSignature, world: World) -> tuple[SignedThing | Refusal, date]:
    """Say what is to be signed, and until when it is waited for."""
    if command.quote is None:
        if command.file is None:
            return refuse("MEMBER_MISSING", "/file"), world.today
        thing = SignedThing(
            kind="file", file=command.file, bytes=command.bytes, media_type="application/pdf", role=command.role
        )
        return thing, world.today + timedelta(days=FILE_DAYS)
    state = read_open(world, command.quote)
    if isinstance(state, Refusal):
        return state, world.today
    valid_until = date.fromisoformat(state.current.valid_until)
    refused = signable(world, state)
    if refused is None and pending_request(world, state) is not None:
        refused = refuse("SIGNATURE_REQUEST_PENDING", "/quote")
    if refused is None and all(each.side != "client" for each in command.signatories):
        refused = refuse("SIGNATORIES_MISSING", "/signatories")
    if refused is not None:
        return refused, valid_until
    thing = quote_thing(world, command.quote, state, command.file, command.bytes)
    if thing.fingerprint is None:  # nothing to bind to: never the case of an entry that is in the chain
        return refuse("SIGNATURE_DOCUMENT_MISMATCH", "/quote"), valid_until
    return thing, valid_until


def quote_thing(
    world: World, quote: str, state: QuoteState, file: str | None = None, size: int | None = None
) -> SignedThing:
    """Name the version in force of a quote by the fingerprint of its entry; the file shown may stand beside it."""
    return SignedThing(
        kind="quote",
        quote=quote,
        document_version=state.current.document_version,
        fingerprint=world.recorded(QUOTE.stream(quote), state.document_at),
        file=file,
        bytes=size,
        media_type="application/pdf" if file is not None else None,
    )


def signable(world: World, state: QuoteState) -> Refusal | None:
    """Refuse a quote whose validity is over: it is to be issued anew; and a change order whose contract has ended."""
    valid_until = date.fromisoformat(state.current.valid_until)
    if world.today > valid_until:
        return refuse("QUOTE_EXPIRED", "/quote", valid_until_on=valid_until)
    if state.current.amends is not None:
        original = world.state(QUOTE, state.current.amends)
        if original is None or not original.signed:
            return refuse("AMENDMENT_NEEDS_SIGNED_QUOTE", "/quote")
    return None


def pending_request(world: World, state: QuoteState) -> SignatureState | None:
    """Give the open request for signatures on the version in force, if there is one."""
    found = world.state(SIGNATURE, state.signature) if state.signature is not None else None
    if found is None or found.phase != "open":
        return None
    return None if world.today.isoformat() > found.expires_on and not found.accepted else found


def _signatories_refused(command: RequestSignature) -> Refusal | None:
    if not command.signatories:
        return refuse("SIGNATORIES_MISSING", "/signatories")
    given = [each.id for each in command.signatories if each.id is not None]
    if len(set(given)) != len(given):
        return refuse("ALREADY_EXISTS", "/signatories")
    for index, each in enumerate(command.signatories):
        place = f"/signatories/{index}"
        if each.method != "certificate" and each.level != "simple":
            return refuse("SIGNATURE_LEVEL_OVERSTATED", f"{place}/level")
        if each.method == "code" and each.code_by == "none":
            return refuse("MEMBER_INVALID", f"{place}/code_by")
    return None


def _signatory(world: World, rank: int, asked: SignatoryInput) -> Signatory:
    return Signatory(
        signatory=asked.id or world.fresh_id(),
        side=asked.side,
        rank=rank,
        method=asked.method,
        level=asked.level,
        code_by="none" if asked.method == "certificate" else asked.code_by,
    )


def read_turn(world: World, signature: str, signatory: str) -> tuple[SignatureState, Signatory] | Refusal:
    """Give an open request and one of its signatories, whose turn it is.

    A request is over after its last day; but where every client has signed in time, the others may still do so.
    """
    state = world.state(SIGNATURE, signature)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/signature")
    one = state.signatory(signatory)
    if one is None:
        return refuse("SIGNATORY_UNKNOWN", "/signatory")
    if state.phase != "open":
        return refuse("SIGNATURE_NOT_OPEN", "/signature", state=state.cancelled_because or state.phase)
    if world.today.isoformat() > state.expires_on and not state.accepted:
        return refuse("SIGNATURE_NOT_OPEN", "/signature", state="expired")
    if one not in state.waiting:
        return refuse("SIGNATORY_ALREADY_SIGNED", "/signatory")
    if state.ordered and state.waiting[0] != one:
        return refuse("SIGNATORY_OUT_OF_TURN", "/signatory")
    return state, one


# --- one-time codes


def decide_code_sent(command: RecordCodeSent, world: World) -> Outcome:
    """Record that a one-time code was sent."""
    found = read_turn(world, command.signature, command.signatory)
    if isinstance(found, Refusal):
        return found
    state, signatory = found
    if signatory.code_by == "none":
        return refuse("CODE_NOT_ASKED", "/signatory")
    sent = state.code(command.signatory).sent
    if sent >= MAX_CODES:
        return refuse("CODE_TOO_MANY", "/signatory", sent=sent)
    plan = Plan(world)
    plan.emit(
        SIGNATURE,
        command.signature,
        CodeSent(signatory=command.signatory, by=command.by, expires_at=command.expires_at, message=command.message),
    )
    return plan.done(signature=command.signature, signatory=command.signatory)


def decide_code_checked(command: RecordCodeChecked, world: World) -> Outcome:
    """Record what came of an entered code.

    The entry is a fact and always recorded; but a right code counts as expired after its time, and as blocked after
    too many wrong ones, whatever the caller says.
    """
    found = read_turn(world, command.signature, command.signatory)
    if isinstance(found, Refusal):
        return found
    code = found[0].code(command.signatory)
    if code.sent == 0:
        return refuse("CODE_NOT_SENT", "/signatory")
    outcome: Literal["right", "wrong", "expired", "blocked"] = command.outcome
    if outcome in ("right", "wrong") and _instant(world.now) > code.expires_at:
        outcome = "expired"
    if code.outcome == "blocked" or (code.outcome != "right" and code.tries >= MAX_TRIES):
        outcome = "blocked"
    plan = Plan(world)
    checked = CodeChecked(signatory=command.signatory, outcome=outcome, tries=code.tries + 1)
    plan.emit(SIGNATURE, command.signature, checked)
    left = max(0, MAX_TRIES - checked.tries)
    return plan.done(signature=command.signature, signatory=command.signatory, outcome=outcome, tries_left=left)


def _instant(now: datetime) -> str:
    """Write a moment as events do, so that moments compare as text."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# --- refusing and taking back


def decide_refuse(command: RefuseSignature, world: World) -> Outcome:
    """Record that one signatory refused; a client's refusal declines the quote."""
    state = world.state(SIGNATURE, command.signature)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/signature")
    one = state.signatory(command.signatory)
    if one is None:
        return refuse("SIGNATORY_UNKNOWN", "/signatory")
    if state.phase != "open":
        return refuse("SIGNATURE_NOT_OPEN", "/signature", state=state.cancelled_because or state.phase)
    if one not in state.waiting:
        return refuse("SIGNATORY_ALREADY_SIGNED", "/signatory")
    texts = Texts(notes=command.words) if command.words is not None else None
    plan = Plan(world)
    refused = SignatureRefused(signatory=command.signatory, reason=command.reason, texts=texts)
    plan.emit(SIGNATURE, command.signature, refused)
    quote_id = state.signed_thing.quote
    quote = world.state(QUOTE, quote_id) if quote_id is not None else None
    if one.side == "client" and quote_id is not None and quote is not None and quote.phase == "open":
        version = quote.current.document_version
        declined = QuoteDeclined(document_version=version, reason=command.reason, texts=texts)
        plan.emit(QUOTE, quote_id, declined)
    return plan.done(signature=command.signature)


def decide_cancel(command: CancelSignature, world: World) -> Outcome:
    """Take a request for signatures back, or record that its time is over."""
    state = world.state(SIGNATURE, command.signature)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/signature")
    if state.phase != "open":
        return refuse("SIGNATURE_NOT_OPEN", "/signature", state=state.cancelled_because or state.phase)
    if command.reason == "expired" and world.today.isoformat() <= state.expires_on:
        return refuse("QUOTE_STILL_VALID", "/reason", valid_until_on=date.fromisoformat(state.expires_on))
    plan = Plan(world)
    plan.emit(SIGNATURE, command.signature, SignatureCancelled(reason=command.reason))
    return plan.done(signature=command.signature)


def decide_attach(command: AddAttachment, world: World) -> Outcome:
    """Attach a file by its digest."""
    identifier = take_id(world, ATTACHMENT, command.id)
    if isinstance(identifier, Refusal):
        return identifier
    plan = Plan(world)
    plan.emit(
        ATTACHMENT,
        identifier,
        AttachmentAdded(
            about=command.about,
            digest=command.digest,
            bytes=command.bytes,
            media_type=command.media_type,
            texts=Texts(title=command.title) if command.title is not None else None,
        ),
    )
    return plan.done(attachment=identifier)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (RequestSignature, decide_request),
    (RecordCodeSent, decide_code_sent),
    (RecordCodeChecked, decide_code_checked),
    (RefuseSignature, decide_refuse),
    (CancelSignature, decide_cancel),
    (AddAttachment, decide_attach),
)
"""Signatures and attachments."""
