"""Postings out of the book's rows: by effective day, or in the order of the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from projections.book.posting import Posting
from projections.engine.contract import Row, View

TABLE = "posting"
"""The book's table of postings: key `seq.move.rank`, sort the effective day."""


def key_of(seq: int, move: int = 0, rank: int = 0) -> str:
    """Give the key of a posting; keys sort as the ledger does."""
    return f"{seq:012d}.{move:02d}.{rank:03d}"


def posting_of(row: Row) -> Posting:
    """Read one row of the table `posting`."""
    return Posting(**row.body)


def postings(
    view: View, *, on_from: str | None = None, on_to: str | None = None, upto_seq: int | None = None
) -> Iterator[Posting]:
    """Give the postings whose effective day lies between two days (both included), by that day, then by entry.

    `upto_seq` leaves out what was recorded after that entry. Bounded memory.
    """
    rows = view.rows(TABLE, sort_from="" if on_from is None else on_from, sort_to=on_to)
    for row in rows:
        if upto_seq is None or row.seq <= upto_seq:
            yield posting_of(row)


def postings_recorded(view: View, *, first_seq: int = 1, last_seq: int | None = None) -> Iterator[Posting]:
    """Give the postings of the entries between two (both included), in the order of the ledger."""
    last = None if last_seq is None else key_of(last_seq + 1)
    for row in view.rows(TABLE, first=key_of(first_seq), last=last):
        yield posting_of(row)
