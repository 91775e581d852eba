"""Writing balanced moves: one row of the table `move` each, one entry at a time.

A row says once what its lines share, as members; `lines` are short lists, read back by `reading.postings_of`:
account and amount; then the means of money; or base, category, rate, nature, why it fell due and exemption of a rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from projections.book.cells import CATEGORY, EXEMPTION, NATURE, RATE, Cell
from projections.engine.contract import Change, Entry

TABLE: Final = "move"
"""The book's table of moves: key `seq.move`, sort the effective day."""

Refs = Mapping[str, Any]
"""Members of a posting that a whole move shares: document, number, customer, ..."""


class Moves:
    """The changes of one entry: `begin` a move, then `put` its lines; a move without lines leaves nothing."""

    __slots__ = ("_cause", "_lines", "_move", "_on", "_refs", "_seq", "_type", "changes", "day")

    def __init__(self, entry: Entry) -> None:
        """Begin with no move and no change."""
        self.changes: list[Change] = []
        self.day = entry.day
        self._seq = entry.seq
        self._type = entry.type
        self._move = 0
        self._cause = ""
        self._on = entry.day
        self._refs: Refs = {}
        self._lines: list[list[Any]] | None = None

    def begin(self, cause: str, on: str, refs: Refs) -> Moves:
        """Begin a move: what follows has this cause, counts on this day and shares these members."""
        self._cause, self._on, self._refs, self._lines = cause, on, refs, None
        return self

    def put(self, account: str, amount_cents: int, means: str | None = None) -> None:
        """Put a line, debit above zero, by a means if it is money; nothing of nothing."""
        if amount_cents:
            self._line([account, amount_cents] if means is None else [account, amount_cents, means])

    def tax(self, account: str, cell: Cell, base_cents: int, vat_cents: int, due_by: str | None = None) -> None:
        """Put a line of a VAT account, debit above zero: its amount is the VAT, and the base stands beside it."""
        if not base_cents and not vat_cents:
            return
        why = due_by if due_by is None or cell[RATE] else "none"
        self._line([account, vat_cents, base_cents, cell[CATEGORY], cell[RATE], cell[NATURE], why, cell[EXEMPTION]])

    def sale(self, cell: Cell, base_cents: int) -> None:
        """Put a line of turnover, debit above zero."""
        if base_cents:
            line = ["sales", base_cents, base_cents, cell[CATEGORY], cell[RATE], cell[NATURE], None, cell[EXEMPTION]]
            self._line(line)

    def keep(self, table: str, key: str, row: dict[str, Any]) -> None:
        """Keep a row of the book's own memory."""
        self.changes.append(Change(table, key, row))

    def _line(self, line: list[Any]) -> None:
        if self._lines is None:
            self._lines = []
            self._move += 1
            row = {"type": self._type, "day": self.day, "cause": self._cause, **self._refs, "lines": self._lines}
            self.changes.append(Change(TABLE, f"{self._seq:012d}.{self._move:03d}", row, self._on))
        self._lines.append(line)
