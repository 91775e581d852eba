"""Erasure of personal data: refused before its time with the law, done after it, each of them an entry.

First the entry, then the data: a run that was killed in between is taken up by the next one. docs/retention.md
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import orjson

from archive.period import closures
from archive.persons import Person, persons
from ledger.domain.early import last_day_of_year
from ledger.domain.events.periods import DataErased, ErasedPlace, ErasureRefused
from ledger.domain.periods import BusinessDays
from ledger.domain.persons import Until, until
from ledger.domain.refusals import Refusal, refuse
from ledger.domain.register import Register
from ledger.kernel.entry import parse_at
from ledger.shell.closing import days_of
from ledger.shell.errors import LedgerUnknown
from ledger.shell.journal import journal, journal_decided
from ledger.shell.service import Service
from ledger.shell.store import Store

STREAM: Final = "erasure:self"
PLACES: Final = 500
"""Places listed by one entry: the database looks each of them up in it."""

Ground = Literal["retention_ended", "prospect_ended", "asked"]

_READER: Final = "erasure"  # how far erasure entries have been carried out
_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: whose, how many values, by which entries (seq)."""

    persons: int
    places: int
    entries: tuple[int, ...]


def erase(service: Service, ledger: str, customer: str, *, actor: str = "system") -> Erased | Refusal:
    """Erase what the ledger holds of one customer, or refuse; the refusal is recorded too.

    Args:
        service: who serves the ledger.
        ledger: name or id.
        customer: the customer's id.
        actor: who asks.

    Raises:
        LedgerUnknown, KeyMissing, BehindMark, StoreFailure: see `ledger.shell.errors`.
    """
    row = service.find(ledger)
    finish(service, row.ledger)
    clock = _Clock(service, row.ledger)
    person = persons(service.store, row.ledger, clock.days, customer).get(f"customer:{customer}")
    if person is None:
        return refuse("CUSTOMER_UNKNOWN", "/customer")
    places = _places(service.store, row.ledger, person)
    if not places:
        return refuse("ERASURE_NOTHING", "/customer")
    until = clock.until(person)
    if until.prospect:  # nothing obliges to keep: asked for is enough
        ground: Ground = "prospect_ended" if until.day < clock.today else "asked"
        return _carry_out(service, row.ledger, [(person, places)], ground, "RGPD 17-1", actor)
    if until.day >= clock.today:
        refused = ErasureRefused(subject=customer, law=until.law, kept_until=until.day.isoformat())
        journal(service, row.ledger, [(STREAM, refused)], actor=actor)
        return refuse("ERASURE_TOO_EARLY", "/customer", kept_until=until.day, ground=until.law)
    return _carry_out(service, row.ledger, [(person, places)], "retention_ended", until.law, actor)


def erase_due(service: Service, ledger: str, *, actor: str = "system") -> Erased:
    """Erase everything whose time is over today.

    Raises:
        LedgerUnknown, KeyMissing, BehindMark, StoreFailure: see `ledger.shell.errors`.
    """
    row = service.find(ledger)
    finish(service, row.ledger)
    clock = _Clock(service, row.ledger)
    due: dict[tuple[Ground, str], list[tuple[Person, list[tuple[int, str]]]]] = {}
    for person in persons(service.store, row.ledger, clock.days).values():
        until = clock.until(person)
        if until.day < clock.today and (places := _places(service.store, row.ledger, person)):
            ground: Ground = "prospect_ended" if until.prospect else "retention_ended"
            due.setdefault((ground, until.law), []).append((person, places))
    done = [_carry_out(service, row.ledger, of, *why, actor) for why, of in due.items()]
    return Erased(
        sum(one.persons for one in done), sum(one.places for one in done), tuple(s for one in done for s in one.entries)
    )


def finish(service: Service, ledger: str) -> int:
    """Carry out what an erasure entry lists and a run that was killed left behind; how many values went."""
    gone = 0
    for seq, places in _waiting(service.store, ledger):
        gone += service.store.erase(ledger, seq, places)
        service.store.track(ledger, _READER, seq)
    if gone:
        service.forget(ledger)
    return gone


def _waiting(store: Store, ledger: str) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Give the entries that were not carried out to their end, with the places they list."""
    done = store.tracked(ledger, _READER) or 0
    for line in store.stream(ledger, STREAM):
        if line.type == DataErased.TYPE and line.seq > done:
            yield line.seq, [(one["seq"], one["path"]) for one in orjson.loads(line.line)["entry"]["body"]["places"]]


def _carry_out(
    service: Service,
    ledger: str,
    due: Sequence[tuple[Person, list[tuple[int, str]]]],
    ground: Ground,
    law: str,
    actor: str,
) -> Erased:
    """Write the entries, then let the values go, then the drafts that name who was erased."""
    every = sorted(place for _, places in due for place in places)
    entries, gone = [], 0
    for at in range(0, len(every), PLACES):
        some = every[at : at + PLACES]

        left: list[tuple[int, str]] = []

        def decide(some: Sequence[tuple[int, str]] = some, left: list[tuple[int, str]] = left) -> DataErased | int:
            left[:] = _unlisted(service, ledger, some)
            listed = tuple(ErasedPlace(seq=seq, path=path) for seq, path in left)
            return DataErased(ground=ground, law=law, places=listed) if left else 0

        seq, _ = journal_decided(service, ledger, STREAM, decide, actor=actor)
        if left:  # else another erasure was written just now, and lists them all
            entries.append(seq)
            gone += len(left)
    finish(service, ledger)
    _drop_drafts(service, ledger, {person.root.partition(":")[2] for person, _ in due})
    service.forget(ledger)
    return Erased(len(due), gone, tuple(entries))


def _unlisted(service: Service, ledger: str, places: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Give those places that have a value still, and that no entry yet to be carried out lists."""
    listed = {place for _, some in _waiting(service.store, ledger) for place in some}
    there = {(one.seq, one.path) for one in service.store.disclosures_of(ledger, sorted({seq for seq, _ in places}))}
    return [place for place in places if place in there and place not in listed]


def _places(store: Store, ledger: str, person: Person) -> list[tuple[int, str]]:
    """Give where a person's values still stand."""
    return [(one.seq, one.path) for one in store.disclosures_of(ledger, person.seqs)]


def _drop_drafts(service: Service, ledger: str, identifiers: set[str]) -> None:
    side, after = service.store.side(), ""
    wanted = [each.encode() for each in identifiers]
    while drafts := side.drafts(ledger, None, after, _PAGE):
        for draft in drafts:
            if any(each in draft.body for each in wanted):
                side.delete_draft(ledger, draft.draft)
        after = drafts[-1].draft


class _Clock:
    """The ledger's today, and the end of its financial years."""

    def __init__(self, service: Service, ledger: str) -> None:
        self.register: Register = service.register(ledger)
        self.days: BusinessDays = days_of(self.register)
        head = service.store.head(ledger)
        if head is None:
            raise LedgerUnknown(ledger)
        last = parse_at(head.at)
        simulated = self.register.clock == "simulated"
        self.today: date = self.days.of(last if simulated else max(last, service.clock.now()))
        self._years: list[tuple[str, str]] = list(_years(service.store, ledger))

    def until(self, person: Person) -> Until:
        """Give until when a person's data must be kept: the longest duty that applies."""
        return until(person, self._year_end, self.today)

    def _year_end(self, day: date) -> date:
        return last_day_of_year(day, self._years, self.register)


def _years(store: Store, ledger: str) -> Iterator[tuple[str, str]]:
    return ((one.from_on, one.to_on) for one in closures(store, ledger) if one.kind == "year")
