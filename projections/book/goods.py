"""When VAT on an invoice's goods falls due: on delivery, or before it as far as they are paid (CGI 269-1-a, 269-2-a).

The book posts it at once on the day on which it is to fall due, ahead or past; when the facts change (money before that
day, another day, a credit note before it), what changes is moved from day to day.
"""

from __future__ import annotations

from typing import Any

from projections.book.cells import DELIVERY, DUE_B, DUE_V, HOW, MONEY_B, MONEY_V, Cell, within
from projections.book.moves import Moves, Refs
from projections.book.rows import Row

Plan = dict[tuple[str, str], dict[int, tuple[int, int]]]
"""By day and reason (`delivery`, `deposit`): base and VAT due, by the place of the cell."""

Money = list[list[Any]]
"""Money for goods, in the order of its recording: day, place of the cell, base, VAT; below zero when it went again."""


def plan_of(row: Row) -> Plan:
    """Say when the VAT of an invoice's goods is due, by what is known now."""
    cells: list[Cell] = row["cells"]
    day: str = row["delivered_on"]
    due: Plan = {(day, "delivery"): {}}
    paid: dict[int, tuple[int, int]] = {}
    for on, place, base, vat in sorted(row.get("money", ()), key=lambda each: str(each[0])):
        if on >= day:
            break
        cell = cells[place]
        before = paid.get(place, (0, 0))
        after = within(before[0] + base, cell[DUE_B]), within(before[1] + vat, cell[DUE_V])
        paid[place] = after
        of_day = due.setdefault((on, "deposit"), {})
        known = of_day.get(place, (0, 0))
        of_day[place] = known[0] + after[0] - before[0], known[1] + after[1] - before[1]
    rest = due[day, "delivery"]
    for place, cell in enumerate(cells):
        if cell[HOW] == DELIVERY:
            base, vat = paid.get(place, (0, 0))
            rest[place] = cell[DUE_B] - base, cell[DUE_V] - vat
    return due


def follow(moves: Moves, refs: Refs, cells: list[Cell], before: Plan, after: Plan) -> None:
    """Move what changed between two plans, each day by a move of its own."""
    for key in sorted(before.keys() | after.keys()):
        day, reason = key
        old, new = before.get(key, {}), after.get(key, {})
        moves.begin("delivery" if reason == "delivery" else "payment", day, refs)
        for place in sorted(old.keys() | new.keys()):
            was, now = old.get(place, (0, 0)), new.get(place, (0, 0))
            base, vat = now[0] - was[0], now[1] - was[1]
            moves.tax("vat_waiting", cells[place], base, vat)
            moves.tax("vat_collected", cells[place], -base, -vat, reason)


def has_goods(cells: list[Cell]) -> bool:
    """Tell whether any VAT of an invoice falls due on delivery."""
    return any(cell[HOW] == DELIVERY for cell in cells)


def money_in_goods(cells: list[Cell]) -> list[tuple[int, int, int]]:
    """Give the money that each cell of goods has now: place, base, VAT."""
    return [(i, cell[MONEY_B], cell[MONEY_V]) for i, cell in enumerate(cells) if cell[HOW] == DELIVERY]


def note_money(row: Row, on: str, before: list[tuple[int, int, int]]) -> None:
    """Add to an invoice's row what money for its goods changed since `before`."""
    cells: list[Cell] = row["cells"]
    known = {place: (base, vat) for place, base, vat in before}
    added = []
    for place, base, vat in money_in_goods(cells):
        was = known.get(place, (0, 0))
        if (base, vat) != was:
            added.append([on, place, base - was[0], vat - was[1]])
    if added:
        row["money"] = [*row.get("money", ()), *added]
