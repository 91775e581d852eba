"""What of an invoice stands, is paid and has fallen due, per VAT rate and nature: a cell is a plain list of figures.

Everything is counted in pairs of base and VAT, in cents, so that what is paid in full has fallen due to the cent,
whatever the payments' splits were rounded to. The lists are rows of the book: JSON, copied before they change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ledger.domain.money import allocate, div_half_up

Cell = list[Any]
"""category, rate_bp, exemption or "", nature, how it falls due, then base and VAT of: standing, money, due."""

CATEGORY, RATE, EXEMPTION, NATURE, HOW, STANDS_B, STANDS_V, MONEY_B, MONEY_V, DUE_B, DUE_V = range(11)

RECEIPT: Final = "receipt"
"""Falls due when paid: services."""
DEBIT: Final = "debit"
"""Falls due with the invoice: services under the debits option."""
DELIVERY: Final = "delivery"
"""Falls due on delivery or before it when paid: goods. Its due pair is what delivery or prepayments make due."""

_PAIRS: Final = ((STANDS_B, MONEY_B), (STANDS_V, MONEY_V))

Part = tuple[str, int, str, str, int, int]
"""A part of money at one rate and nature: category, rate_bp, exemption or "", nature, base and VAT in cents."""


def parts_of(split: Iterable[Mapping[str, Any]]) -> list[Part]:
    """Cut an entry's split (`RateSplit`) by nature; the VAT of the goods is found by proportion."""
    parts: list[Part] = []
    for row in split:
        gross, goods, vat, net = row["gross_cents"], row["goods_gross_cents"], row["vat_cents"], row["net_cents"]
        category, rate, exemption = row["category"], row["rate_bp"], row.get("exemption") or ""
        if goods == 0:
            parts.append((category, rate, exemption, "services", net, vat))
        elif goods == gross:
            parts.append((category, rate, exemption, "goods", net, vat))
        else:
            part = div_half_up(vat * goods, gross) if gross > 0 else -div_half_up(vat * goods, -gross) if gross else 0
            parts.append((category, rate, exemption, "goods", goods - part, part))
            parts.append((category, rate, exemption, "services", net - goods + part, vat - part))
    return parts


def cells_of(rows: Iterable[Mapping[str, Any]], services: str) -> list[Cell]:
    """Make the cells of a document's VAT rows; `services` says how its services fall due."""
    cells: list[Cell] = []
    for row in rows:
        base, vat = row["base_cents"], row["vat_cents"]
        goods_base, goods_vat = row["goods_base_cents"], row["goods_vat_cents"]
        category, rate, exemption = row["category"], row["rate_bp"], row.get("exemption") or ""
        if goods_base or goods_vat:
            cells.append([category, rate, exemption, "goods", DELIVERY, goods_base, goods_vat, 0, 0, 0, 0])
            base, vat = base - goods_base, vat - goods_vat
        if base or vat:
            cells.append([category, rate, exemption, "services", services, base, vat, 0, 0, 0, 0])
    return cells


def cell_at(cells: list[Cell], part: Sequence[Any]) -> Cell:
    """Give the cell of a part's rate and nature, a new one where the document has none."""
    same = list(part[:4])
    for cell in cells:
        if cell[:4] == same:
            return cell
    made = [*same, DELIVERY if part[NATURE] == "goods" else RECEIPT, 0, 0, 0, 0, 0, 0]
    cells.append(made)
    return made


def nearest(cells: list[Cell], part: Sequence[Any]) -> Cell:
    """Give the cell that a payment's part goes to: of its rate and nature, else of its rate, else the first."""
    of_rate = None
    for cell in cells:
        if cell[RATE] == part[1] and cell[CATEGORY] == part[0] and cell[EXEMPTION] == part[2]:
            if cell[NATURE] == part[3]:
                return cell
            of_rate = cell
    return of_rate or cells[0]


# --- money


def pay(cells: list[Cell], amount_cents: int, split: Sequence[Mapping[str, Any]], lost_cents: int) -> None:
    """Let money come in (above zero) or go (below), cut over the rates as its entry says.

    `lost_cents` is what was given up and is waited for no more.
    """
    if not cells:
        return
    have = want = 0
    for cell in cells:
        have += cell[MONEY_B] + cell[MONEY_V]
        want += cell[STANDS_B] + cell[STANDS_V]
    if have + amount_cents == want and not lost_cents:
        for cell in cells:
            cell[MONEY_B], cell[MONEY_V] = cell[STANDS_B], cell[STANDS_V]
        return
    sign = 1 if amount_cents > 0 else -1
    left = abs(amount_cents)
    for part in parts_of(split):
        cell = nearest(cells, part)
        cell[MONEY_B] += sign * part[4]
        cell[MONEY_V] += sign * part[5]
        left -= part[4] + part[5]
    cells[0][MONEY_B] += sign * left
    spread(cells, lost_cents)


def spread(cells: list[Cell], lost_cents: int) -> None:
    """Let money that a rate has too much of pay what is left of the others, so that no VAT waits for money that came.

    Where all has been paid, each rate is paid to the cent; where nothing is, none is.
    """
    have = want = 0
    for cell in cells:
        have += cell[MONEY_B] + cell[MONEY_V]
        want += cell[STANDS_B] + cell[STANDS_V]
    if not have:
        for cell in cells:
            cell[MONEY_B] = cell[MONEY_V] = 0
        return
    if have >= want and not lost_cents:
        for cell in cells:
            cell[MONEY_B], cell[MONEY_V] = cell[STANDS_B], cell[STANDS_V]
        cells[0][MONEY_B] += have - want
        return
    spare, owing = _level(cells)
    if owing > spare:  # more was taken off a rate than it had: the others give it
        _take(cells, owing - spare)
        spare = owing
    spare -= owing
    if spare <= 0:
        return
    room = sum(max(0, cell[s] - cell[m]) for cell in cells for s, m in _PAIRS if cell[s] > 0) - lost_cents
    put = min(spare, max(0, room))
    pour(cells, put)
    if spare > put:
        cells[0][MONEY_B] += spare - put


def _level(cells: list[Cell]) -> tuple[int, int]:
    """Take off what is above a rate's standing amount, fill up what is below nothing: give both sums."""
    spare = owing = 0
    for cell in cells:
        for stands, money in _PAIRS:
            high, low = max(cell[stands], 0), min(cell[stands], 0)
            if cell[money] > high:
                spare += cell[money] - high
                cell[money] = high
            elif cell[money] < low:
                owing += low - cell[money]
                cell[money] = low
    return spare, owing


def _take(cells: list[Cell], amount_cents: int) -> None:
    """Take money off whatever has some, in order."""
    for cell in cells:
        for _, money in _PAIRS:
            off = min(amount_cents, max(0, cell[money]))
            cell[money] -= off
            amount_cents -= off


def pour(cells: list[Cell], amount_cents: int) -> None:
    """Put money to what is left of each rate, pro rata of its gross; what is too much to the first cell's base."""
    if not amount_cents or not cells:
        return
    open_ = []
    for cell in cells:
        base = max(0, cell[STANDS_B] - cell[MONEY_B]) if cell[STANDS_B] > 0 else 0
        vat = max(0, cell[STANDS_V] - cell[MONEY_V]) if cell[STANDS_V] > 0 else 0
        open_.append((base, vat))
    room = sum(base + vat for base, vat in open_)
    put = min(amount_cents, room)
    for cell, (base, vat), share in zip(cells, open_, allocate(put, [sum(each) for each in open_]), strict=True):
        if share:
            tax = div_half_up(share * vat, base + vat)
            cell[MONEY_B] += share - tax
            cell[MONEY_V] += tax
    cells[0][MONEY_B] += amount_cents - put


def fall_due(cells: list[Cell]) -> list[tuple[Cell, int, int]]:
    """Let VAT on services follow the money: give each cell that changes with its base and VAT newly due."""
    changed = []
    for cell in cells:
        if cell[HOW] != RECEIPT:
            continue
        base = within(cell[MONEY_B], cell[STANDS_B])
        vat = within(cell[MONEY_V], cell[STANDS_V])
        if base != cell[DUE_B] or vat != cell[DUE_V]:
            changed.append((cell, base - cell[DUE_B], vat - cell[DUE_V]))
            cell[DUE_B], cell[DUE_V] = base, vat
    return changed


def within(part: int, whole: int) -> int:
    """Hold a part between nothing and the whole, whatever the whole's sign."""
    if whole >= 0:
        return 0 if part < 0 else part if part < whole else whole
    return 0 if part > 0 else part if part > whole else whole
