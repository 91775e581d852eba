"""Asking: for signatures on a quote or on any PDF, on the spot, and for a payment without a quote.

Nothing is mailed here: mails follow the chain, so that the desk, a program and the command line lead to the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal
from uuid import uuid4

from api.signing.files import Files
from api.signing.links import MadeLink, make_link
from ledger.domain.commands.quotes import CancelSignature, RequestSignature, SendQuote, SignatoryInput
from ledger.domain.commands.sales import RequestDeposit
from ledger.domain.events.common import Party
from ledger.domain.events.signatures import SignatureRequested
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.streams.signature import SIGNATURE
from ledger.kernel.entry import format_at
from ledger.shell.calls import Answer
from ledger.shell.service import Service, ill_formed

HERE_FOR: Final = timedelta(hours=2)
"""How long a link on the craftsman's own device signs without a code."""
Role = Literal["quote", "contract", "purchase_order", "other"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for signatures and those who are to sign, by rank."""

    signature: str
    signatories: tuple[str, ...]


def client_of(party: Party) -> SignatoryInput:
    """Give the usual signatory: the client, by a code to their address."""
    return SignatoryInput(side="client", method="code", code_by="email", party=party)


def ask_for_quote(
    service: Service,
    ledger: str,
    quote: str,
    signatories: Sequence[SignatoryInput] = (),
    *,
    ordered: bool = True,
    by: Literal["email", "link", "hand"] = "email",
    message: Callable[[Asked], str | Refusal] | None = None,
    actor: str,
    key: str | None = None,
) -> Asked | Refusal:
    """Ask for signatures on the version in force and record that it was sent; the client alone, by default.

    One who was asked before for the same quote keeps their id, so that their link goes on. `message` queues a message
    with words of its own once the request stands, and gives its id for `quote.send`; without one, the ready-made goes.

    Refusals: what `signature.request` and `quote.send` refuse, `CODE_NO_ADDRESS` for a code to nowhere.
    """
    state = service.state(ledger, QUOTE, quote)
    if state is None:
        return refuse("REFERENCE_UNKNOWN", "/quote")
    wanted = list(signatories)
    if not wanted and state.current.client is not None:
        wanted = [client_of(state.current.client)]
    for place, each in enumerate(wanted):
        if each.code_by == "email" and each.method != "certificate" and each.party.email is None:
            return refuse("CODE_NO_ADDRESS", f"/signatories/{place}")
    request = RequestSignature(
        quote=quote, signatories=_same_ids(service, ledger, quote, state, wanted), ordered=ordered
    )
    made = _do(service, ledger, request, actor, f"{key}:request" if key else None)
    asked = _pending(service, ledger, state, request, made) if isinstance(made, Refusal) else _asked(made)
    if isinstance(asked, Refusal):
        return asked
    queued = message(asked) if message is not None else None
    if isinstance(queued, Refusal):
        return queued
    command = SendQuote(quote=quote, by=by, message=queued)
    sent = _do(service, ledger, command, actor, f"{key}:send" if key else None)
    return sent if isinstance(sent, Refusal) else asked


def ask_for_file(
    service: Service,
    files: Files,
    ledger: str,
    data: bytes,
    signatories: Sequence[SignatoryInput],
    *,
    role: Role = "contract",
    ordered: bool = True,
    expires_on: str | None = None,
    actor: str,
) -> Asked | Refusal:
    """Ask for signatures on a PDF of one's own: looked at, kept, asked for; its digest is what is signed.

    Raises:
        NotRendered, Overloaded: it could not be looked at.
        KeyMissing: the ledger's keys are not here.
    """
    row = service.find(ledger)
    for place, each in enumerate(signatories):
        if each.code_by == "email" and each.method != "certificate" and each.party.email is None:
            return refuse("CODE_NO_ADDRESS", f"/signatories/{place}")
    identifier = str(uuid4())
    digest = files.keep_pdf(row.ledger, identifier, data)
    if isinstance(digest, Refusal):
        return digest
    request = RequestSignature(
        id=identifier,
        file=digest,
        bytes=len(data),
        role=role,
        signatories=tuple(signatories),
        ordered=ordered,
        expires_on=expires_on,
    )
    made = _do(service, ledger, request, actor, None)
    return made if isinstance(made, Refusal) else _asked(made)


def on_the_spot(service: Service, ledger: str, quote: str, *, actor: str) -> MadeLink | Refusal:
    """Let the client sign here and now, on the business's device, without a code; the link lives for `HERE_FOR`.

    A request for the client's signature alone steps aside; one that awaits others is not to be got round.
    """
    state = service.state(ledger, QUOTE, quote)
    if state is None or state.current.client is None:
        return refuse("REFERENCE_UNKNOWN", "/quote")
    pending = service.state(ledger, SIGNATURE, state.signature) if state.signature is not None else None
    if pending is not None and pending.phase == "open" and state.signature is not None:
        if len(pending.signatories) > 1 or pending.signatories[0].side != "client":
            return refuse("SIGNATURE_REQUEST_PENDING", "/quote")
        aside = _do(service, ledger, CancelSignature(signature=state.signature), actor, None)
        if isinstance(aside, Refusal) and aside.code != "SIGNATURE_NOT_OPEN":
            return aside
    here = SignatoryInput(side="client", method="typed", code_by="none", party=state.current.client)
    asked = ask_for_quote(service, ledger, quote, (here,), by="hand", actor=actor)
    if isinstance(asked, Refusal):
        return asked
    until = format_at(service.clock.now() + HERE_FOR)
    return make_link(service, ledger, quote, "quote", "sign", party=asked.signatories[0], expires_at=until, actor=actor)


def payment_link(
    service: Service, ledger: str, request: RequestDeposit, *, actor: str, key: str | None = None
) -> MadeLink | Refusal:
    """Ask for a payment, with or without a quote, and give the link by which it is paid."""
    made = _do(service, ledger, request, actor, key)
    if isinstance(made, Refusal):
        return made
    return make_link(service, ledger, str(made.result["deposit"]), "deposit", "pay", actor=actor)


def _pending(
    service: Service, ledger: str, state: QuoteState, asked: RequestSignature, refused: Refusal
) -> Asked | Refusal:
    """Give the open request of the same people on a version that was never sent: somebody was stopped in between.

    Otherwise the refusal stands.
    """
    if refused.code != "SIGNATURE_REQUEST_PENDING" or state.sent or state.signature is None:
        return refused
    first = service.stream(ledger, SIGNATURE.stream(state.signature))[0].record
    if not isinstance(first, SignatureRequested):
        return refused
    theirs = tuple((one.side, one.code_by) for one in first.signatories)
    ours = tuple((one.side, one.code_by) for one in asked.signatories)
    parties = tuple(one.party for one in asked.signatories)
    if (theirs, first.parties, first.ordered) != (ours, parties, asked.ordered):
        return refused
    return Asked(state.signature, tuple(one.signatory for one in first.signatories))


def _same_ids(
    service: Service, ledger: str, quote: str, state: QuoteState, wanted: Sequence[SignatoryInput]
) -> tuple[SignatoryInput, ...]:
    """Give those who were asked for an earlier version the ids they had, by side and address."""
    known = _known(service, ledger, quote) if state.events > 1 else {}
    given: list[SignatoryInput] = []
    for each in wanted:
        found = known.pop((each.side, each.party.email or each.party.name, each.code_by), None)
        given.append(replace(each, id=found) if each.id is None and found is not None else each)
    return tuple(given)


def _known(service: Service, ledger: str, quote: str) -> dict[tuple[str, str, str], str]:
    known: dict[tuple[str, str, str], str] = {}
    for event in service.stream(ledger, QUOTE.stream(quote)):
        signature = getattr(event.record, "signature", None)
        if event.record.TYPE != "quote.signature_requested/1" or signature is None:
            continue
        found = service.state(ledger, SIGNATURE, signature)
        if found is None or found.phase in ("open", "completed"):
            continue  # the one in force: whoever asks again asks the same
        first = service.stream(ledger, SIGNATURE.stream(signature))[0].record
        if isinstance(first, SignatureRequested) and first.parties is not None:
            for one, party in zip(first.signatories, first.parties, strict=True):
                known[one.side, party.email or party.name, one.code_by] = one.signatory
    return known


def _do(
    service: Service,
    ledger: str,
    command: RequestSignature | SendQuote | CancelSignature | RequestDeposit,
    actor: str,
    key: str | None,
) -> Answer | Refusal:
    wrong = ill_formed(command)
    return wrong if wrong is not None else service.execute(ledger, command, actor=actor, key=key)


def _asked(made: Answer) -> Asked:
    return Asked(str(made.result["signature"]), tuple(str(each) for each in made.result["signatories"]))
