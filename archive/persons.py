"""Whose personal data stands where: every stream that names a person, by the customer it belongs to.

One pass over the entries, by the rules of `ledger.domain.persons`. What is purged is not met: its disclosures went with
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import orjson

from ledger.domain.events.periods import ArchiveCreated
from ledger.domain.periods import BusinessDays
from ledger.domain.persons import ACCOUNTS, CONTRACT, NOBODYS, root_of
from ledger.kernel.entry import parse_at
from ledger.kernel.stretch import PURGED
from ledger.shell.purged import ARCHIVE_STREAM
from ledger.shell.store import Store

_COMMITMENT: Final = b'{"$c":"'


@dataclass(slots=True)
class Person:
    """What the ledger holds of one person, and when it was last added to."""

    root: str  # `customer:<id>`, or the first stream of a passing customer
    seqs: list[int] = field(default_factory=list)  # entries that commit to something
    accounts_on: date | None = None  # last entry that the accounts rest on
    contract_on: date | None = None  # last entry that made or performed a contract
    contact_on: date = date.min  # last entry of all


def persons(store: Store, ledger: str, days: BusinessDays, only: str | None = None) -> dict[str, Person]:
    """Give every person of a ledger by root, or one customer alone (`only`: the id).

    What was purged counts as of the last day of its archive, for the customers that the purge names. Memory grows
    with the number of documents; for one customer, with theirs.
    """
    found = _shown(store, ledger, days, only)
    for end, customers in _purged(store, ledger, days):
        for root in list(found) if customers is None else [f"customer:{one}" for one in customers]:
            person = found.get(root)
            if person is not None and person.root.startswith("customer:"):
                person.accounts_on = max(person.accounts_on or end, end)
    return found


def buyers(store: Store, ledger: str, first: int, last: int) -> list[str]:
    """Give the ids of the customers with accounts or contracts between two entries, in order."""
    found: set[str] = set()
    owners: dict[str, str] = {}
    for line in store.lines(ledger, 0, last):
        kind, _, identifier = line.stream.partition(":")
        if kind in NOBODYS or not line.line:
            continue
        root = root_of(line.stream, kind, identifier, orjson.loads(line.line)["entry"]["body"], owners)
        owners[identifier] = root
        if line.seq >= first and (kind in ACCOUNTS or line.type in CONTRACT) and root.startswith("customer:"):
            found.add(root.removeprefix("customer:"))
    return sorted(found)


def _purged(store: Store, ledger: str, days: BusinessDays) -> Iterator[tuple[date, list[str] | None]]:
    """Give, of each purge, the last day of the archive it names, and the customers it names.

    The archive's day, not that of the range's last entry: what closes a year is written on a day of the next one.
    `ledger.domain.early` judges by the same day.
    """
    archived: dict[str, date] = {}
    for line in store.stream(ledger, ARCHIVE_STREAM):
        if line.type not in (ArchiveCreated.TYPE, PURGED):
            continue
        whole = orjson.loads(line.line)
        body = whole["entry"]["body"]
        if line.type == ArchiveCreated.TYPE:
            archived[body["manifest"]] = date.fromisoformat(body["to_on"])
        else:  # of an archive nobody made: `sceau verify` finds it, and nothing is erased the sooner for it
            yield archived.get(body["manifest"]) or days.of(parse_at(whole["chain"]["at"])), body.get("customers")


def _shown(store: Store, ledger: str, days: BusinessDays, only: str | None) -> dict[str, Person]:
    owners: dict[str, str] = {} if only is None else {only: f"customer:{only}"}
    found: dict[str, Person] = {}
    on, of_second = date.min, ""
    for line in store.lines(ledger):
        kind, _, identifier = line.stream.partition(":")
        if kind in NOBODYS or not line.line:
            continue
        whole = orjson.loads(line.line)
        root = root_of(line.stream, kind, identifier, whole["entry"]["body"], owners)
        if only is not None and root != owners[only]:
            continue
        owners[identifier] = root
        at: str = whole["chain"]["at"]
        if at != of_second:
            on, of_second = days.of(parse_at(at)), at
        person = found.setdefault(root, Person(root))
        person.contact_on = max(person.contact_on, on)
        if kind in ACCOUNTS:
            person.accounts_on = on
        if line.type in CONTRACT:
            person.contract_on = on
        if _COMMITMENT in line.line:
            person.seqs.append(line.seq)
    return found
