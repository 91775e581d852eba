"""What a projection is: pure functions from entries to rows, and the seam between it and where rows are kept.

A projection never appends and never asks the clock. Its rows hold no personal data: names are read from the ledger's
disclosures when a report is shown, so that an erasure reaches every screen. docs/projections.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from ledger.kernel.frozen import frozen
from projections.engine.errors import UnknownType

Body = Mapping[str, Any]
"""A row's or an entry's members, as JSON gives them. Nobody changes one that was handed to them."""


class Entry(NamedTuple):
    """One entry as projections read it: the members of its line, parsed, and the business day of its recording.

    `body` is as written: private members stand there as commitments. `day` is the business day (`YYYY-MM-DD`) to which
    `at` belongs by the ledger's zone and cut-off hour (docs/closures.md).
    """

    seq: int
    at: str  # chain.at, UTC
    day: str
    fingerprint: str
    stream: str  # `<kind>:<uuid>` or `<kind>:self`
    version: int
    type: str
    actor: str
    body: Body

    @property
    def about(self) -> str:
        """The identifier of the entry's stream: what stands behind the colon."""
        return self.stream.partition(":")[2]


class Change(NamedTuple):
    """One row to keep, or to drop when `row` is None.

    `key` is unique in its table; `sort` is a second order to read the table in (a day, a state and a day, ...).
    """

    table: str
    key: str
    row: Body | None
    sort: str = ""


class Row(NamedTuple):
    """One kept row, with the entry that last changed it."""

    key: str
    seq: int
    sort: str
    body: Body


Get = Callable[[str, str], Body | None]
"""Gives a row of the same projection by table and key, as the entries before left it, or None."""

Handler = Callable[[Get, Entry], Iterable[Change]]
"""What one event type does to the rows: pure, and the same answer for the same rows and entry."""


def nothing() -> Iterable[Change]:
    """Give no row: how most projections start."""
    return ()


def no_wants(_: Entry) -> Iterable[tuple[str, str]]:
    """Name no row beforehand."""
    return ()


@frozen
class Projection:
    """A name, a version, and what each event type does.

    `handles` and `ignores` name every event type between them (a test holds it): a type in neither stops the
    projection instead of being skipped. A change of what rows say is a new version: it is built beside the old one.
    `start` gives the rows before entry 1; `wants` names (table, key) rows that an entry will ask for, so that a store
    far away is asked once for many entries.
    """

    name: str
    version: int
    tables: tuple[str, ...]
    handles: Mapping[str, Handler]
    ignores: frozenset[str]
    start: Callable[[], Iterable[Change]] = nothing
    wants: Callable[[Entry], Iterable[tuple[str, str]]] = no_wants

    def apply(self, get: Get, entry: Entry) -> Iterable[Change]:
        """Give what one entry changes.

        Raises:
            UnknownType: neither handled nor ignored (`projections.engine.errors`).
        """
        handler = self.handles.get(entry.type)
        if handler is not None:
            return handler(get, entry)
        if entry.type in self.ignores:
            return ()
        raise UnknownType(self.name, entry.type, entry.seq)


class View(Protocol):
    """One projection's rows, all as of one position, for whoever makes a report."""

    @property
    def position(self) -> int:
        """The last entry that the rows know of."""

    @property
    def missing(self) -> int:
        """How many purged entries the rows were built without; 0 but for a rebuild after a purge without archives."""

    def get(self, table: str, key: str) -> Row | None:
        """One row, or None."""

    def rows(
        self,
        table: str,
        *,
        first: str | None = None,
        last: str | None = None,
        sort_from: str | None = None,
        sort_to: str | None = None,
        descending: bool = False,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """Rows of a table in bounded memory: by key, with key between `first` and `last` (both included).

        With `sort_from` or `sort_to` (both included): by (sort, key). Strings are compared by code point.
        """
