"""Postings out of the book's rows: by effective day, or in the order of the ledger."""

from __future__ import annotations

from collections.abc import Container, Iterator

from projections.book.moves import TABLE as TABLE  # read here by who reads moves
from projections.book.posting import Posting
from projections.engine.contract import Row, View


def key_of(seq: int, move: int = 0) -> str:
    """Give the key of a move; keys sort as the ledger does."""
    return f"{seq:012d}.{move:03d}"


def postings_of(row: Row, accounts: Container[str] | None = None) -> Iterator[Posting]:
    """Read one row of the table `move`: its lines, or those of some accounts only."""
    shared = {**row.body, "seq": int(row.key[:12]), "move": int(row.key[13:]), "on": row.sort}
    lines = shared.pop("lines")
    for rank, line in enumerate(lines, 1):
        account, amount, *more = line
        if accounts is not None and account not in accounts:
            continue
        if len(more) > 1:
            base, category, rate, nature, due_by, exemption = more
            yield Posting(
                **shared,
                rank=rank,
                account=account,
                amount_cents=amount,
                base_cents=base,
                category=category,
                rate_bp=rate,
                exemption=exemption or None,
                nature=nature,
                due_by=due_by,
            )
        else:
            yield Posting(**shared, rank=rank, account=account, amount_cents=amount, means=more[0] if more else None)


def postings(
    view: View, *, on_from: str | None = None, on_to: str | None = None, upto_seq: int | None = None
) -> Iterator[Posting]:
    """Give the postings whose effective day lies between two days (both included), by that day, then by entry.

    `upto_seq` leaves out what was recorded after that entry. Bounded memory.
    """
    rows = view.rows(TABLE, sort_from="" if on_from is None else on_from, sort_to=on_to)
    for row in rows:
        if upto_seq is None or row.seq <= upto_seq:
            yield from postings_of(row)


def postings_recorded(view: View, *, first_seq: int = 1, last_seq: int | None = None) -> Iterator[Posting]:
    """Give the postings of the entries between two (both included), in the order of the ledger."""
    last = None if last_seq is None else key_of(last_seq + 1)
    for row in view.rows(TABLE, first=key_of(first_seq), last=last):
        yield from postings_of(row)
