"""Writing balanced moves: the rows of the table `posting`, one entry at a time, as plain dicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projections.book.cells import CATEGORY, EXEMPTION, NATURE, RATE, Cell
from projections.engine.contract import Change, Entry

Refs = Mapping[str, Any]
"""Members of a posting that a whole move shares: document, number, customer, ..."""


class Moves:
    """The changes of one entry: `begin` a move, then `put` its lines; a move without lines leaves nothing."""

    __slots__ = ("_begun", "_head", "_move", "_on", "_prefix", "_rank", "_seq", "changes", "day")

    def __init__(self, entry: Entry) -> None:
        """Begin with no move and no change."""
        self.changes: list[Change] = []
        self.day = entry.day
        self._seq = entry.seq
        self._move = 0
        self._rank = 0
        self._begun = False
        self._on = entry.day
        self._prefix = ""
        self._head: dict[str, Any] = {"seq": entry.seq, "move": 0, "rank": 0, "type": entry.type, "day": entry.day}

    def begin(self, cause: str, on: str, refs: Refs) -> Moves:
        """Begin a move: what follows has this cause, counts on this day and shares these members."""
        head = self._head
        self._head = {"seq": self._seq, "move": 0, "rank": 0, "type": head["type"], "day": self.day, "on": on}
        self._head["cause"] = cause
        self._head.update(refs)
        self._on = on
        self._begun = False
        return self

    def put(self, account: str, amount_cents: int, more: Refs | None = None) -> None:
        """Put a line, debit above zero; nothing of nothing."""
        if amount_cents:
            self._line(account, amount_cents, more)

    def tax(self, account: str, cell: Cell, base_cents: int, vat_cents: int, due_by: str | None = None) -> None:
        """Put a line of a VAT account, debit above zero: its amount is the VAT, and the base stands beside it."""
        if not base_cents and not vat_cents:
            return
        more = _of(cell, base_cents)
        if due_by is not None:
            more["due_by"] = due_by if cell[RATE] else "none"
        self._line(account, vat_cents, more)

    def sale(self, cell: Cell, base_cents: int) -> None:
        """Put a line of turnover, debit above zero."""
        if base_cents:
            self._line("sales", base_cents, _of(cell, base_cents))

    def keep(self, table: str, key: str, row: dict[str, Any]) -> None:
        """Keep a row of the book's own memory."""
        self.changes.append(Change(table, key, row))

    def _line(self, account: str, amount_cents: int, more: Refs | None) -> None:
        if not self._begun:
            self._begun = True
            self._move += 1
            self._rank = 0
            self._head["move"] = self._move
            self._prefix = f"{self._seq:012d}.{self._move:02d}."
        rank = self._rank = self._rank + 1
        row = {**self._head, "rank": rank, "account": account, "amount_cents": amount_cents}
        if more:
            row.update(more)
        self.changes.append(Change("posting", f"{self._prefix}{rank:03d}", row, self._on))


def _of(cell: Cell, base_cents: int) -> dict[str, Any]:
    more = {"category": cell[CATEGORY], "rate_bp": cell[RATE], "nature": cell[NATURE]}
    if base_cents:
        more["base_cents"] = base_cents
    if cell[EXEMPTION]:
        more["exemption"] = cell[EXEMPTION]
    return more
