"""Signing: by those who were asked, in their turn, or by the client on the spot; the last one concludes the contract.

C. civ. 1366 and 1367; décret 2017-1416 and eIDAS art. 25 to 28 (levels). A drawn, typed or code signature is simple,
never more (Cass. 13 March 2024).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from ledger.domain.commands.common import Command
from ledger.domain.commands.quotes import (
    GiveSignature,
    SignQuote,
)
from ledger.domain.deciders.conclusion import Word, check_word, conclude
from ledger.domain.deciders.quotes import read_open
from ledger.domain.deciders.signatures import pending_request, quote_thing, read_turn, signable
from ledger.domain.decision import Outcome, Plan, World
from ledger.domain.events.quotes import SignatureAttached
from ledger.domain.events.signatures import (
    Evidence,
    Signatory,
    SignatureCancelled,
    SignatureCompleted,
    SignatureGiven,
    SignatureRequested,
)
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.deposit import DEPOSIT
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.streams.signature import SIGNATURE, SignatureState
from ledger.domain.types import SignatureLevel

Method = Literal["drawn", "typed", "code", "certificate"]

_LEVELS: tuple[SignatureLevel, ...] = ("simple", "advanced", "qualified")
_KEPT: Mapping[Method, tuple[str, str]] = {
    "drawn": ("drawing", "l'empreinte du dessin de la signature"),
    "typed": ("name_typed", "le nom tapé par le signataire"),
    "code": ("code_sent_to", "le numéro ou l'adresse où le code a été envoyé"),
    "certificate": ("certificate", "l'empreinte du certificat"),
}
"""The member of the evidence that each method must leave, and what it is for people."""


def decide_give(command: GiveSignature, world: World) -> Outcome:
    """Record that one signatory signed exactly these bytes; the last one completes the request."""
    found = read_turn(world, command.signature, command.signatory)
    if isinstance(found, Refusal):
        return found
    state, signatory = found
    word = Word(
        chosen=command.chosen,
        early_start_requested=command.early_start_requested,
        loss_acknowledged=command.loss_acknowledged,
        reduced_rate_stated=command.reduced_rate_stated,
    )
    refused = _quote_refused(world, state, signatory, word)
    if refused is None and command.signed != state.digest:
        refused = refuse("SIGNATURE_DOCUMENT_MISMATCH", "/signed")
    if refused is None:
        refused = _level_refused(signatory, command.level, command.evidence)
    if refused is None:
        refused = _evidence_refused(signatory.method, command.evidence)
    code = state.code(command.signatory)
    if refused is None and signatory.code_by != "none" and code.outcome != "right":
        refused = refuse("CODE_NOT_CONFIRMED", "/signatory")
    if refused is not None:
        return refused
    plan = Plan(world)
    given = SignatureGiven(
        signatory=command.signatory,
        signed=command.signed,
        method=signatory.method,
        level=command.level,
        code_outcome="right" if code.outcome == "right" else "none",
        chosen=command.chosen,
        early_start_requested=command.early_start_requested,
        loss_acknowledged=command.loss_acknowledged,
        reduced_rate_stated=command.reduced_rate_stated,
        evidence=command.evidence,
    )
    return _give(plan, command.signature, given)


def decide_sign(command: SignQuote, world: World) -> Outcome:
    """Record a signature given on the spot by the client alone: request and signature in one act."""
    state = read_open(world, command.quote)
    if isinstance(state, Refusal):
        return state
    current = state.current.document_version
    if command.document_version != current:
        return refuse("QUOTE_VERSION_NOT_CURRENT", "/document_version", given=command.document_version, current=current)
    thing = quote_thing(world, command.quote, state)
    if thing.fingerprint is None or command.fingerprint != thing.fingerprint:
        return refuse("SIGNATURE_DOCUMENT_MISMATCH", "/fingerprint")
    plan = Plan(world)
    refused = signable(world, state) or _step_aside(plan, state)
    if refused is None:
        refused = _evidence_refused(command.method, command.evidence)
    word = Word(
        chosen=command.chosen,
        early_start_requested=command.early_start_requested,
        loss_acknowledged=command.loss_acknowledged,
        reduced_rate_stated=command.reduced_rate_stated,
    )
    if refused is None:
        refused = check_word(state.current, word, earlier=(), last=True)
    if refused is not None:
        return refused
    identifier, signatory = plan.fresh_id(), plan.fresh_id()
    client = state.current.client
    plan.emit(
        SIGNATURE,
        identifier,
        SignatureRequested(
            thing=thing,
            attachments=state.current.attachments,
            signatories=(Signatory(signatory=signatory, side="client", rank=1, method=command.method, code_by="none"),),
            expires_on=state.current.valid_until,
            parties=(client,) if client is not None else None,
        ),
    )
    link = SignatureAttached(signature=identifier, document_version=current)
    plan.emit(QUOTE, command.quote, link)
    given = SignatureGiven(
        signatory=signatory,
        signed=command.fingerprint,
        method=command.method,
        level="simple",
        code_outcome="none",
        chosen=command.chosen,
        early_start_requested=command.early_start_requested,
        loss_acknowledged=command.loss_acknowledged,
        reduced_rate_stated=command.reduced_rate_stated,
        evidence=command.evidence,
    )
    return _give(plan, identifier, given)


def _give(plan: Plan, identifier: str, given: SignatureGiven) -> Outcome:
    """Record a signature that was found good; if it is the last, complete the request and conclude the contract."""
    state = plan.emit(SIGNATURE, identifier, given)
    if state.waiting:
        return plan.done(signature=identifier, signatory=given.signatory, completed=False)
    level = min((each.level for each in state.given), key=_LEVELS.index)
    completed = SignatureCompleted(signed=state.digest, level=level, signatories=len(state.given))
    state = plan.emit(SIGNATURE, identifier, completed)
    if state.signed_thing.quote is None:
        return plan.done(signature=identifier, signatory=given.signatory, completed=True, level=level)
    concluded = conclude(plan, state.signed_thing.quote, identifier, state, level)
    if isinstance(concluded, Refusal):
        return concluded
    return plan.done(
        signature=identifier,
        signatory=given.signatory,
        completed=True,
        level=level,
        quote=state.signed_thing.quote,
        deposits=list(concluded),
        deposit_cents=[_asked_cents(plan, each) for each in concluded],
    )


def _asked_cents(plan: Plan, deposit: str) -> int:
    state = plan.state(DEPOSIT, deposit)
    return 0 if state is None else state.amount_cents


def _step_aside(plan: Plan, state: QuoteState) -> Refusal | None:
    """End a request for the client's signature alone; one that awaits others is not to be got round."""
    pending = pending_request(plan, state)
    if pending is None or state.signature is None:
        return None
    if any(each.side != "client" for each in pending.signatories) or len(pending.signatories) > 1:
        return refuse("SIGNATURE_REQUEST_PENDING", "/quote")
    plan.emit(SIGNATURE, state.signature, SignatureCancelled(reason="asked"))
    return None


def _quote_refused(world: World, state: SignatureState, signatory: Signatory, word: Word) -> Refusal | None:
    """Check what a signatory says against the quote: its version, its validity, the choices."""
    thing = state.signed_thing
    if thing.quote is None:
        return refuse("QUOTE_CHOICE_INVALID", "/chosen") if word.chosen else None
    quote = read_open(world, thing.quote)
    if isinstance(quote, Refusal):
        return quote
    current = quote.current.document_version
    if thing.document_version != current:
        given = thing.document_version or 0
        return refuse("QUOTE_VERSION_NOT_CURRENT", "/signature", given=given, current=current)
    if signatory.side != "client":
        return refuse("QUOTE_CHOICE_INVALID", "/chosen") if word.chosen else None
    refused = signable(world, quote)
    if refused is not None:
        return refused
    clients = {each.signatory for each in state.signatories if each.side == "client"}
    earlier = tuple(each for each in state.given if each.signatory in clients)
    return check_word(quote.current, word, earlier, last=len(earlier) + 1 == len(clients))


def _level_refused(signatory: Signatory, level: SignatureLevel, evidence: Evidence) -> Refusal | None:
    if signatory.method != "certificate" and level != "simple":
        return refuse("SIGNATURE_LEVEL_OVERSTATED", "/level")
    if level == "qualified" and evidence.certificate is None:
        return refuse("SIGNATURE_CERTIFICATE_MISSING", "/evidence/certificate")
    if _LEVELS.index(level) < _LEVELS.index(signatory.level):
        return refuse("SIGNATURE_LEVEL_TOO_LOW", "/level", asked=signatory.level, given=level)
    return None


def _evidence_refused(method: Method, evidence: Evidence) -> Refusal | None:
    if not evidence.consent_text.strip():
        return refuse("CONSENT_MISSING", "/evidence/consent_text")
    member, words = _KEPT[method]
    if getattr(evidence, member) is not None:
        return None
    return refuse("EVIDENCE_MISSING", f"/evidence/{member}", missing=words)


DECIDERS: tuple[tuple[type[Command], Callable[[Any, World], Outcome]], ...] = (
    (SignQuote, decide_sign),
    (GiveSignature, decide_give),
)
"""Signing."""
