"""Trying a quote out: what it would come to and which rule would refuse it, decided and then forgotten.

The rules are the ledger's own (`ledger.domain.deciders.quotes`) over the states of the store: nothing is written and no
number is taken. What is tried can still be refused when it is issued, if something changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar
from uuid import uuid4

from api.pages.frame.visit import Visit
from api.rendering.tasks import Draw
from ledger.domain.commands.quotes import IssueQuote, ReviseQuote
from ledger.domain.deciders.quotes import decide_issue, decide_revise
from ledger.domain.decision import StreamKind
from ledger.domain.events.quotes import QuoteDocument
from ledger.domain.refusals import Refusal
from ledger.domain.register import Register
from ledger.kernel.entry import format_at, parse_at
from ledger.shell.closing import days_of
from ledger.shell.service import Service, ill_formed
from projections.documents.builders import Wanted, paper_of
from projections.documents.paper import Language
from projections.documents.sources import Recorded, StoreSources

S = TypeVar("S")
DRAFT_NUMBER = "BROUILLON"
"""What stands in place of a number on a preview."""


def ledger_today(service: Service, ledger: str) -> date:
    """Give the ledger's current business day; one with a simulated clock stands at its last entry."""
    return days_of(service.register(ledger)).of(_now(service, ledger))


def _now(service: Service, ledger: str) -> datetime:
    head = service.store.head(ledger)
    at = parse_at(head.at) if head is not None else service.clock.now()
    return at if service.register(ledger).clock == "simulated" else max(service.clock.now(), at)


@dataclass(slots=True)
class TrialWorld:
    """`ledger.domain.decision.World` over a service, for decisions that are not carried out."""

    service: Service
    ledger: str
    actor: str
    now: datetime
    today: date
    register: Register

    def fresh_id(self) -> str:
        """See `World`."""
        return str(uuid4())

    def state(self, kind: StreamKind[S], identifier: str) -> S | None:
        """See `World`."""
        return self.service.state(self.ledger, kind, identifier)

    def recorded(self, stream: str, version: int) -> str | None:
        """See `World`."""
        line = next(self.service.store.stream(self.ledger, stream, gt=version - 1, lte=version), None)
        return None if line is None else line.fingerprint


def trial_world(visit: Visit) -> TrialWorld:
    """Give the world as it is now."""
    service, ledger = visit.context.service, visit.ledger.ledger
    register = service.register(ledger)
    now = _now(service, ledger)
    return TrialWorld(service, ledger, visit.actor, now, days_of(register).of(now), register)


def try_quote(visit: Visit, command: IssueQuote | ReviseQuote) -> QuoteDocument | Refusal:
    """Say what a quote would be, or which rule would refuse it."""
    wrong = ill_formed(command)
    if wrong is not None:
        return wrong
    world = trial_world(visit)
    decided = decide_revise(command, world) if isinstance(command, ReviseQuote) else decide_issue(command, world)
    if isinstance(decided, Refusal):
        return decided
    return next(each.event for each in decided.events if isinstance(each.event, QuoteDocument))


def preview_pdf(visit: Visit, document: QuoteDocument, language: Language = "fr") -> bytes:
    """Draw the quote that a draft would become; it bears no number, and stands for no entry.

    Raises:
        NotRendered, Overloaded: it cannot be drawn now.
    """
    context, ledger = visit.context, visit.ledger.ledger
    about = str(uuid4())
    sources = _WithDraft(StoreSources(context.store, ledger), about, document, format_at(trial_world(visit).now))
    paper = paper_of(sources, Wanted(kind="quote", about=about, language=language))
    return context.documents.run(Draw(replace(paper, salt="0" * 32), ())).data


class _WithDraft:
    """`Sources` with one entry more, which nobody wrote: the draft's."""

    def __init__(self, sources: StoreSources, about: str, document: QuoteDocument, at: str) -> None:
        shown = replace(document, number=DRAFT_NUMBER)
        self._sources = sources
        self._stream = f"quote:{about}"
        self._entry = Recorded(sources.upto + 1, self._stream, 1, at, "0" * 64, shown)

    @property
    def ledger(self) -> str:
        return self._sources.ledger

    @property
    def upto(self) -> int:
        return self._entry.seq

    def stream(self, stream: str) -> Sequence[Recorded]:
        return (self._entry,) if stream == self._stream else self._sources.stream(stream)

    def first(self, stream: str) -> Recorded | None:
        return self._entry if stream == self._stream else self._sources.first(stream)

    def entry(self, seq: int) -> Recorded | None:
        return self._entry if seq == self._entry.seq else self._sources.entry(seq)

    def of_types(self, types: Sequence[str]) -> Iterator[Recorded]:
        return self._sources.of_types(types)
