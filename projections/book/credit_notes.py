"""What credit notes post: the sale undone, its VAT, and where the money goes (docs/decisions/credit-notes.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ledger.domain.money import allocate, div_half_up
from projections.book import goods, rows
from projections.book.cells import (
    DEBIT,
    DUE_B,
    DUE_V,
    HOW,
    MONEY_B,
    MONEY_V,
    RECEIPT,
    STANDS_B,
    STANDS_V,
    Cell,
    cell_at,
    cells_of,
    fall_due,
    spread,
    within,
)
from projections.book.deposits import put_parts
from projections.book.invoices import given_up
from projections.book.money import money_of, told
from projections.book.moves import Moves
from projections.book.rows import Row
from projections.engine.contract import Body, Change, Entry, Get

Pairs = dict[int, tuple[int, int]]
"""Base and VAT by the place of the cell."""


def issued(get: Get, entry: Entry) -> Iterable[Change]:
    """Undo a sale wholly or in part: turnover, VAT that waits before VAT that was due, and the client's account."""
    body = entry.body
    if body["type_code"] == "503":  # the money of a deposit invoice runs on its deposit
        return ()
    invoice = body["preceding"][0]["invoice"]
    row = rows.invoice_row(get, invoice)
    cells, on = row["cells"], body["issued_on"]
    moves = Moves(entry)
    undone = _places(cells, ((cell, cell[STANDS_B], cell[STANDS_V]) for cell in cells_of(body["vat"], RECEIPT)))
    freed = _freed(get, row, body)
    back = _places(cells, ((part, part[4], part[5]) for _, _, _, parts in freed for part in parts))
    refs = told(rows.refs_of(body, entry.stream, f"invoice:{invoice}"), None, body)
    early = _before_delivery(moves, row, on, undone, back)
    covered = _cover(row, body, sum(amount for _, _, amount, _ in freed))
    for place, (base, vat) in back.items():
        cells[place][MONEY_B] -= base
        cells[place][MONEY_V] -= vat
    for place, (base, vat) in undone.items():
        cells[place][STANDS_B] -= base
        cells[place][STANDS_V] -= vat
    if cells:
        spread(cells, given_up(row))
    moves.begin("credit_note", on, refs)
    for place, cell in enumerate(cells):
        _undo(moves, cell, undone.get(place, (0, 0)), back.get(place, (0, 0)), early.get(place, (0, 0)))
    moves.put("client", -body["settles_cents"] - body["refund_cents"])
    for account, amount in covered:
        moves.put(account, -amount)
    for deposit, kept, amount, parts in freed:
        moves.begin("deposit_released", on, {**refs, "settles": f"deposit:{deposit}"})
        _release(moves, cells, amount, parts)
        moves.keep(rows.DEPOSIT, deposit, kept)
    row["credited"] = row.get("credited", 0) + body["totals"]["gross_cents"]
    row["settled"] = row.get("settled", 0) + body["settles_cents"]
    row["refund"] = row.get("refund", 0) + body["refund_cents"]
    moves.keep(rows.INVOICE, invoice, row)
    moves.keep(rows.CREDIT_NOTE, entry.about, {"invoice": invoice, "refs": refs})
    return moves.changes


def _places(cells: list[Cell], parts: Iterable[tuple[Sequence[Any], int, int]]) -> Pairs:
    """Add up parts by the place of their cell; a rate that the invoice does not have gets one."""
    found: Pairs = {}
    for part, base, vat in parts:
        cell = cell_at(cells, part)
        place = next(rank for rank, each in enumerate(cells) if each is cell)
        known = found.get(place, (0, 0))
        found[place] = known[0] + base, known[1] + vat
    return found


def _undo(moves: Moves, cell: Cell, undone: tuple[int, int], back: tuple[int, int], early: tuple[int, int]) -> None:
    """Post one rate and nature of a credit note; what goes back to deposits is not this move's."""
    base, vat = undone[0] - back[0], undone[1] - back[1]
    moves.sale(cell, base)
    if cell[HOW] == RECEIPT:
        cell[DUE_B] -= back[0]
        cell[DUE_V] -= back[1]
        due = within(cell[MONEY_B], cell[STANDS_B]), within(cell[MONEY_V], cell[STANDS_V])
        more = due[0] - cell[DUE_B], due[1] - cell[DUE_V]
        cell[DUE_B], cell[DUE_V] = due
        moves.tax("vat_waiting", cell, base + more[0], vat + more[1])
        moves.tax("vat_collected", cell, -more[0], -more[1], "credit")
    elif cell[HOW] == DEBIT:
        moves.tax("vat_collected", cell, base, vat, "credit")
    else:
        moves.tax("vat_waiting", cell, early[0], early[1])
        moves.tax("vat_collected", cell, base - early[0], vat - early[1], "credit")


def _before_delivery(moves: Moves, row: Row, on: str, undone: Pairs, back: Pairs) -> Pairs:
    """Take credited goods off the day on which they were to come: their VAT is waiting again, and goes from there."""
    day = row.get("delivered_on")
    if day is None or on >= day:
        return {}
    cells = row["cells"]
    before = goods.plan_of(row)
    planned = before[day, "delivery"]
    early: Pairs = {}
    for place, (base, vat) in undone.items():
        if place not in planned:
            continue
        less = back.get(place, (0, 0))
        off = within(base - less[0], planned[place][0]), within(vat - less[1], planned[place][1])
        early[place] = off
        cells[place][DUE_B] -= off[0]
        cells[place][DUE_V] -= off[1]
    goods.follow(moves, row["refs"], cells, before, goods.plan_of(row))
    return early


# --- where the money goes


def _freed(get: Get, row: Row, body: Body) -> list[tuple[str, Row, int, list[list[Any]]]]:
    """Find the deposits that a whole credit frees: deposit, its row, amount, parts.

    The entries `deposit.released/1` behind this one say the same amounts (`credit_figures.settle_money`); a test holds
    the two equal.
    """
    if not body["whole"] or "prepaid" not in row:
        return []
    rest = body["totals"]["gross_cents"] - body["settles_cents"]
    if body["cause"] in ("bad_debt", "discount"):
        covered = row.get("credited", 0) - row.get("settled", 0) - row.get("refund", 0)
        rest -= min(rest, max(0, row.get("given", 0) - covered))
    prepaid = sum(amount for _, amount, _ in row["prepaid"])
    left = max(0, prepaid - max(0, row.get("refund", 0) - row.get("paid", 0)))
    freed = []
    for deposit, amount, parts in row["prepaid"]:
        kept = rows.deposit_row(get, deposit)
        part = min(amount, left, rest, kept["applied"])
        if part <= 0:
            continue
        left -= part
        rest -= part
        mine = parts if part == amount else _share(parts, part)
        kept["applied"] -= part
        put_parts(kept, part, mine)
        freed.append((deposit, kept, part, mine))
    return freed


def _share(parts: list[list[Any]], amount: int) -> list[list[Any]]:
    """Cut an amount out of a deposit's parts, pro rata of their gross."""
    gross = [max(0, part[4] + part[5]) for part in parts]
    if not sum(gross):
        return []
    shares = allocate(min(amount, sum(gross)), gross)
    made = []
    for part, share in zip(parts, shares, strict=True):
        if share:
            vat = div_half_up(share * part[5], part[4] + part[5])
            made.append([*part[:4], share - vat, vat])
    return made


def _release(moves: Moves, cells: list[Cell], amount: int, parts: list[list[Any]]) -> None:
    """Post the part of a sale undone that a deposit had paid: the money is held again, its VAT stays due."""
    for part in parts:
        cell = cell_at(cells, part)
        moves.sale(cell, part[4])
        moves.tax("vat_on_advances", cell, part[4], part[5])
    moves.put("client", amount - sum(part[4] + part[5] for part in parts))
    moves.put("advances", -amount)


def _cover(row: Row, body: Body, freed: int) -> list[tuple[str, int]]:
    """Say what a credit note takes off losses, discounts and interest: what it neither settles nor gives back."""
    rest = body["totals"]["gross_cents"] - body["settles_cents"] - body["refund_cents"] - freed
    covered: list[tuple[str, int]] = []
    order = (("lost", "bad_debt"), ("discount", "early_discount"), ("interest", "indemnity"))
    if body["cause"] == "discount":
        order = (order[1], order[0], order[2])
    for member, account in order:
        part = min(rest, row.get(member, 0))
        if part > 0:
            row[member] -= part
            rest -= part
            covered.append((account, part))
    if rest:
        covered.append(("client", rest))
    return covered


def refunded(get: Get, entry: Entry) -> Iterable[Change]:
    """Money given back for a credit note: the client's account is even again."""
    body, amount = entry.body, entry.body["amount_cents"]
    note = get(rows.CREDIT_NOTE, entry.about)
    refund = rows.refund_row(get)
    moves = Moves(entry)
    invoice = None if note is None else note["invoice"]
    row = rows.invoice_row(get, invoice or entry.about)
    refs = row["refs"] if note is None else note["refs"]
    moves.begin("refund", body["paid_on"], told(refs, body["refund"], refund))
    money_of(refund, moves, -amount)
    moves.put("client", amount)
    if invoice is not None and row["cells"]:
        row["cells"][0][MONEY_B] -= amount
        spread(row["cells"], given_up(row))
        for cell, base, vat in fall_due(row["cells"]):
            moves.tax("vat_waiting", cell, base, vat)
            moves.tax("vat_collected", cell, -base, -vat, "receipt")
        moves.keep(rows.INVOICE, invoice, row)
    refund["left"] -= amount
    moves.keep(rows.REFUND, rows.LAST, refund)
    return moves.changes
