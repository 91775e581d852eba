"""The signature stream: who is to sign which exact bytes, who did, and how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ledger.domain.decision import StreamKind
from ledger.domain.events.common import EventRecord
from ledger.domain.events.signatures import (
    CodeChecked,
    CodeSent,
    Signatory,
    SignatureCancelled,
    SignatureCompleted,
    SignatureGiven,
    SignatureRefused,
    SignatureRequested,
    SignedThing,
)

SignaturePhase = Literal["none", "open", "completed", "cancelled"]


@dataclass(frozen=True, slots=True)
class CodeState:
    """A signatory's one-time code: how many were sent, and what became of the last one."""

    sent: int = 0
    expires_at: str = ""
    tries: int = 0
    outcome: Literal["none", "right", "wrong", "expired", "blocked"] = "none"


@dataclass(frozen=True, slots=True)
class SignatureState:
    """One request for signatures."""

    phase: SignaturePhase = "none"
    events: int = 0
    thing: SignedThing | None = None
    signatories: tuple[Signatory, ...] = ()
    ordered: bool = True
    expires_on: str = ""
    codes: tuple[tuple[str, CodeState], ...] = ()
    given: tuple[SignatureGiven, ...] = ()  # without their evidence
    cancelled_because: str | None = None

    @property
    def signed_thing(self) -> SignedThing:
        """What is to be signed; the stream of a signature always begins with it."""
        if self.thing is None:
            raise AssertionError("a signature stream begins with a request")
        return self.thing

    @property
    def digest(self) -> str:
        """The digest that a signature must name: of the version's entry, or of the file's bytes."""
        return self.signed_thing.fingerprint or self.signed_thing.file or ""

    @property
    def waiting(self) -> tuple[Signatory, ...]:
        """Those who have not signed yet, by rank."""
        done = {each.signatory for each in self.given}
        return tuple(each for each in self.signatories if each.signatory not in done)

    @property
    def accepted(self) -> bool:
        """Whether every signatory on the client's side has signed."""
        clients = {each.signatory for each in self.signatories if each.side == "client"}
        return bool(clients) and clients <= {each.signatory for each in self.given}

    def signatory(self, identifier: str) -> Signatory | None:
        """Give one signatory, or None."""
        return next((each for each in self.signatories if each.signatory == identifier), None)

    def code(self, identifier: str) -> CodeState:
        """Give the state of a signatory's one-time code."""
        return dict(self.codes).get(identifier, CodeState())


def start() -> SignatureState:
    """Give the state before the first event."""
    return SignatureState()


def evolve(state: SignatureState, event: EventRecord) -> SignatureState:
    """Give the state after one event."""
    return _evolve(replace(state, events=state.events + 1), event)


def _evolve(state: SignatureState, event: EventRecord) -> SignatureState:
    match event:
        case SignatureRequested():
            return replace(
                state,
                phase="open",
                thing=event.thing,
                signatories=event.signatories,
                ordered=event.ordered,
                expires_on=event.expires_on,
            )
        case CodeSent():
            sent = CodeState(sent=state.code(event.signatory).sent + 1, expires_at=event.expires_at)
            return _with_code(state, event.signatory, sent)
        case CodeChecked():
            code = replace(state.code(event.signatory), tries=event.tries, outcome=event.outcome)
            return _with_code(state, event.signatory, code)
        case SignatureGiven():
            return replace(state, given=(*state.given, replace(event, evidence=None)))
        case SignatureCompleted():
            return replace(state, phase="completed")
        case SignatureRefused():
            return replace(state, phase="cancelled", cancelled_because="refused")
        case SignatureCancelled():
            return replace(state, phase="cancelled", cancelled_because=event.reason)
        case _:
            return state


def _with_code(state: SignatureState, signatory: str, code: CodeState) -> SignatureState:
    others = tuple(each for each in state.codes if each[0] != signatory)
    return replace(state, codes=(*others, (signatory, code)))


SIGNATURE: StreamKind[SignatureState] = StreamKind("signature", start, evolve)
"""Requests for signatures on a version of a quote or on a file."""
