"""Reads docs/projections/golden-year.md: the tables that were worked by hand are the expected figures."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[3] / "docs" / "projections" / "golden-year.md"


class Place(NamedTuple):
    """Where an amount stands: day of recording, day that it counts on, account, nature and rate or means."""

    day: str
    on: str
    account: str
    of: str


@dataclass(frozen=True)
class Line:
    """One line of a sale; the base has the sign of a debit, as in the book."""

    place: Place
    base_cents: int
    amount_cents: int


@dataclass(frozen=True)
class Page:
    """The page: lines by sale, and the other tables by their heading."""

    sales: dict[int, tuple[Line, ...]]
    tables: dict[str, list[tuple[dict[str, str], ...]]]


def cents(text: str) -> int:
    """Read an amount: "1 200.00" is 120000; nothing is 0."""
    if not text:
        return 0
    whole, point, tail = text.replace(" ", "").partition(".")
    assert len(tail) == 2 or not point, text
    sign = -1 if whole.startswith("-") else 1
    return int(whole) * 100 + sign * int(tail or 0)


@cache
def page() -> Page:
    """Read the page."""
    sales: dict[int, tuple[Line, ...]] = {}
    tables: dict[str, list[tuple[dict[str, str], ...]]] = defaultdict(list)
    for block in re.split(r"^#{2,3} ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title = block.partition("\n")[0]
        found = [_rows(table) for table in re.findall(r"(?:^\|.*\n)+", block, flags=re.MULTILINE)]
        number = re.match(r"([0-9]+)\. ", title)
        if number is not None:
            (rows,) = found
            sales[int(number[1])] = tuple(_lines(rows))
        else:
            tables[title] += found
    return Page(sales, tables)


def balances(lines: tuple[Line, ...]) -> dict[Place, tuple[int, int]]:
    """Add lines up by place, as (base, amount); what comes to nothing is left out."""
    sums: dict[Place, tuple[int, int]] = {}
    for line in lines:
        base, amount = sums.get(line.place, (0, 0))
        sums[line.place] = (base + line.base_cents, amount + line.amount_cents)
    return {place: pair for place, pair in sums.items() if any(pair)}


def _rows(table: str) -> tuple[dict[str, str], ...]:
    head, _, *rest = ([cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines())
    return tuple(dict(zip(head, row, strict=True)) for row in rest)


def _lines(rows: tuple[dict[str, str], ...]) -> list[Line]:
    made = []
    day = on = ""
    for row in rows:
        day, on = row["recorded"] or day, row["counts on"] or on
        assert bool(row["debit"]) != bool(row["credit"]), row
        sign = 1 if row["debit"] else -1
        amount = sign * cents(row["debit"] or row["credit"])
        made.append(Line(Place(day, on, row["account"], row["of"]), sign * cents(row["base"]), amount))
    return made
