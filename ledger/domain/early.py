"""Asks again, of every erasure, whether the law let the data go on that day: from the entries alone.

A fold that `sceau verify` runs over the entries up to the last erasure, when there is one. It follows what a person's
data rests on as `archive.erasure` did at the time, and compares; nothing in a body is believed. What it cannot know (a
line that a purge took since) does not count against an erasure.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import orjson

from ledger.domain import codec
from ledger.domain.events.ledger import LedgerOpened
from ledger.domain.events.periods import ArchiveCreated, DataErased, EntriesPurged, PeriodClosed, YearEndSet
from ledger.domain.periods import BusinessDays, year_end
from ledger.domain.persons import ACCOUNTS, CONTRACT, NOBODYS, Until, root_of, texts, until
from ledger.domain.register import Register
from ledger.kernel.entry import format_at, parse_at
from ledger.kernel.errors import Malformed
from ledger.kernel.stretch import Finding

CODES: Final = frozenset({"erased_too_early"})
"""Codes of the findings made here; `docs/verify.md` says what each means."""

UNDER_WAY: Final = timedelta(minutes=15)
"""What was recorded so shortly before an erasure may not have been seen by who decided it."""

_CALENDAR: Final = frozenset({LedgerOpened.TYPE, PeriodClosed.TYPE, YearEndSet.TYPE})
_AT: Final = slice(16, 43)  # in a line: it begins `{"chain":{"at":"`


@dataclass(slots=True)
class _Person:
    """When one person's data was last added to."""

    accounts_on: date | None = None
    contract_on: date | None = None
    contact_on: date = date.min

    def add(self, kind: str, type_name: str, on: date) -> None:
        self.contact_on = max(self.contact_on, on)
        if kind in ACCOUNTS:
            self.accounts_on = max(self.accounts_on or on, on)
        if type_name in CONTRACT:
            self.contract_on = max(self.contract_on or on, on)


class _Recent(NamedTuple):
    """An entry that may still have been under way when an erasure was decided."""

    at: str
    seq: int
    root: str
    kind: str
    type: str
    on: date


class Early:
    """Erasures before their time: give it every entry in order, up to the last erasure."""

    def __init__(self, days: BusinessDays, places: Mapping[int, Sequence[int]]) -> None:
        """Begin before entry 1.

        Args:
            days: what a day of this ledger is.
            places: by the seq of each erasure entry, the entries of which it names something.
        """
        self._days = days
        self._places = places
        self._wanted = frozenset(seq for seqs in places.values() for seq in seqs)
        self._owners: dict[str, str] = {}
        self._shared: dict[str, frozenset[str]] = {}  # by the identifiers of streams that speak of several persons
        self._roots: dict[int, frozenset[str]] = {}  # of the entries of which something was erased; none is nobody
        self._persons: dict[str, _Person] = {}
        self._recent: deque[_Recent] = deque()
        self._from = self._to = ""  # bounds of the day in hand, as `at` writes them
        self._on = date.min
        self._minute, self._before = "", ""  # what was recorded before that is seen by who decides in this minute
        self._register = Register()
        self._years: list[tuple[str, str]] = []
        self._archived: dict[str, str] = {}  # manifest -> last day

    def __call__(self, seq: int, stream: str, type_name: str, line: bytes) -> Iterator[Finding]:
        """Take the next entry; what is no entry, or whose line is gone, is passed over."""
        kind, _, identifier = stream.partition(":")
        if not line:
            return
        try:
            at = line[_AT].decode("ascii")
            on = self._day(at)
            self._settle(at)
            if kind not in NOBODYS:
                self._take(seq, stream, kind, identifier, type_name, line, at, on)
            elif seq in self._wanted:
                self._roots[seq] = frozenset()
            elif type_name in _CALENDAR:
                self._calendar(stream, type_name, _body(line))
            elif type_name in (ArchiveCreated.TYPE, EntriesPurged.TYPE):
                self._purged(type_name, _body(line))
            if type_name == DataErased.TYPE and seq in self._places:
                yield from tuple(self._judge(seq, _body(line), on))
        except (Malformed, ValueError, TypeError, KeyError, OverflowError):  # the audit says what is wrong with it
            return

    # ---- what is followed

    def _take(
        self, seq: int, stream: str, kind: str, identifier: str, type_name: str, line: bytes, at: str, on: date
    ) -> None:
        root = self._owners.get(identifier)
        if root is None or (root == stream and kind != "customer"):
            body = _body(line)
            root = root_of(stream, kind, identifier, body, self._owners)
            if kind != "customer" and not isinstance(body.get("customer"), str):
                self._share(identifier, root, body)
            self._owners[identifier] = root
        if seq in self._wanted:
            self._roots[seq] = self._shared.get(identifier) or frozenset((root,))
        self._recent.append(_Recent(at, seq, root, kind, type_name, on))

    def _share(self, identifier: str, root: str, body: Mapping[str, Any]) -> None:
        """Note whom else an entry speaks of (a payment of two customers' invoices): it may go with either of them."""
        others = {root}
        for one in texts(body):
            if one in self._owners and one != identifier:
                others |= self._shared.get(one) or {self._owners[one]}
        if len(others) > 1:
            self._shared[identifier] = frozenset(others)

    def _calendar(self, stream: str, type_name: str, body: Mapping[str, Any]) -> None:
        event = codec.decode(type_name, body, {})
        self._register = self._register.evolve(stream, event)
        if isinstance(event, PeriodClosed) and event.period == "year":
            self._years.append((event.from_on, event.to_on))

    def _purged(self, type_name: str, body: Mapping[str, Any]) -> None:
        """What a purge took counts as of the last day of its archive, for the customers that it names, or for all."""
        if type_name == ArchiveCreated.TYPE:
            self._archived[str(body["manifest"])] = str(body["to_on"])
            return
        on, customers = date.fromisoformat(self._archived[str(body["manifest"])]), body.get("customers")
        roots = [*self._persons] if customers is None else [f"customer:{one}" for one in customers]
        for root in roots:
            person = self._persons.get(root)
            if person is not None and root.startswith("customer:"):
                person.accounts_on = max(person.accounts_on or on, on)

    def _day(self, at: str) -> date:
        if not self._from <= at < self._to:
            self._on = self._days.of(parse_at(at))
            self._from, self._to = format_at(self._days.begins(self._on)), format_at(self._days.ends(self._on))
        return self._on

    def _settle(self, at: str) -> None:
        """Count what is old enough to have been seen by who decides at this moment."""
        if at[:16] != self._minute:
            self._minute = at[:16]
            self._before = format_at(parse_at(f"{self._minute}:00.000000Z") - UNDER_WAY)
        while self._recent and self._recent[0].at < self._before:
            one = self._recent.popleft()
            self._persons.setdefault(one.root, _Person()).add(one.kind, one.type, one.on)

    # ---- what is found

    def _judge(self, seq: int, body: Mapping[str, Any], today: date) -> Iterator[Finding]:
        ended = body.get("ground") == "prospect_ended"
        named: dict[frozenset[str], list[int]] = {}
        for place in self._places[seq]:
            if place in self._roots:
                named.setdefault(self._roots[place], []).append(place)
        for roots, places in named.items():
            if not roots:
                yield Finding("erased_too_early", seq, f"entry {places[0]} is about no customer: it is kept for ever")
                continue
            kept = min((self._until(root, places, today) for root in roots), key=lambda one: one.day)
            if kept.day >= today and (ended or not kept.prospect):
                words = f"what entry {places[0]} names was to be kept until {kept.day} ({kept.law})"
                yield Finding("erased_too_early", seq, words)

    def _until(self, root: str, places: Sequence[int], today: date) -> Until:
        return until(self._as_seen(root, set(places)), self._year_end, today)

    def _as_seen(self, root: str, places: set[int]) -> _Person:
        """Give what who decided had seen of a person: what was under way counts if it was itself erased."""
        person = replace(self._persons.get(root, _Person()))
        for one in self._recent:
            if one.root == root and one.seq in places:
                person.add(one.kind, one.type, one.on)
        return person

    def _year_end(self, day: date) -> date:
        return last_day_of_year(day, self._years, self._register)


def last_day_of_year(day: date, closed: Sequence[tuple[str, str]], register: Register) -> date:
    """Give the last day of the financial year that a day lies in.

    Args:
        day: the day.
        closed: first and last day of each year that was closed.
        register: knows the open year, and how others begin.
    """
    text = day.isoformat()
    for first, last in closed:
        if first <= text <= last:
            return date.fromisoformat(last)
    open_year = register.periods
    if open_year.year_from and open_year.year_from <= text <= open_year.year_to:
        return date.fromisoformat(open_year.year_to)
    return date.fromisoformat(year_end(text, register.year_start))


def _body(line: bytes) -> dict[str, Any]:
    body = orjson.loads(line)["entry"]["body"]
    if not isinstance(body, dict):
        raise Malformed("body")
    return body
