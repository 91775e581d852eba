"""What invoices post: the sale and its VAT, money for it, its deliveries, what was given up of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
    pay,
    pour,
    spread,
    within,
)
from projections.book.deposits import take_held
from projections.book.money import money_back, money_of, told
from projections.book.moves import Moves
from projections.book.rows import Row
from projections.engine.contract import Change, Entry, Get

# --- issued


def issued(get: Get, entry: Entry) -> Iterable[Change]:
    """The sale: what remains due, what deposits paid of it, turnover and VAT."""
    body, about = entry.body, entry.about
    moves = Moves(entry)
    if body["type_code"] == "386":  # its money runs on its deposit, and so does its VAT
        _name_deposit(get, moves, body)
        refs = rows.refs_of(body, entry.stream, entry.stream)
        moves.keep(rows.INVOICE, about, {"refs": refs, "cells": []})
        return moves.changes
    cells = cells_of(body["vat"], DEBIT if _on_debits(get, body) else RECEIPT)
    refs = rows.refs_of(body, entry.stream, entry.stream)
    row: Row = {"refs": refs, "cells": cells}
    deducted = _deduct(get, cells, body)
    interest = sum(each.get("interest_cents", 0) for each in body.get("prepaid", ()))
    unsplit = sum(amount - _gross(parts) for _, _, amount, parts in deducted)
    before = [(cell[MONEY_B], cell[MONEY_V]) for cell in cells]
    pour(cells, interest + unsplit)
    if deducted:
        spread(cells, 0)
    on = body["issued_on"]
    supplied = body.get("supplied_on") or on
    at_till = told(refs, None, body)
    moves.begin("invoice", on, at_till)
    client = sum(cell[STANDS_B] + cell[STANDS_V] for cell in cells) - interest
    moves.put("client", client - sum(_gross(parts) for _, _, _, parts in deducted))
    moves.put("indemnity", interest)
    for cell, (base, vat) in zip(cells, before, strict=True):
        _sold(moves, cell, base, vat, at_once=supplied == on)
    if goods.has_goods(cells):
        _plan_goods(moves, row, on, supplied, before)
    for deposit, kept, amount, parts in deducted:
        moves.begin("deposit_applied", on, {**at_till, "settles": f"deposit:{deposit}"})
        _apply(moves, cells, amount, parts)
        moves.keep(rows.DEPOSIT, deposit, kept)
    if deducted:
        row["prepaid"] = [[deposit, amount, parts] for deposit, _, amount, parts in deducted]
    if interest:
        row["interest"] = interest
    quote = body.get("quote")
    if quote is not None and "delivered_on" in row:
        known = get(rows.QUOTE, quote)
        moves.keep(rows.QUOTE, quote, {"invoices": [*(known["invoices"] if known else ()), about]})
    moves.keep(rows.INVOICE, about, row)
    return moves.changes


def _on_debits(get: Get, body: Any) -> bool:
    """Whether services fall due with the invoice: the profile at issue, else what the invoice says of itself."""
    issuer = get(rows.ISSUER, rows.SELF)
    if issuer is not None:
        return bool(issuer["debits"])
    return body["vat_on"] == "debit" or "DEBITS_OPTION" in body.get("mentions", ())


def _deduct(get: Get, cells: list[Cell], body: Any) -> list[tuple[str, Row, int, list[list[Any]]]]:
    """Take each deposit off what is held, and count it as paid: deposit, its row, amount, parts."""
    deducted = []
    for each in body.get("prepaid", ()):
        deposit, amount = each["deposit"], each["amount_cents"]
        row = rows.deposit_row(get, deposit)
        parts = take_held(row, amount, each.get("split", ()))
        row["applied"] += amount
        for part in parts:
            cell = cell_at(cells, part)
            cell[MONEY_B] += part[4]
            cell[MONEY_V] += part[5]
        deducted.append((deposit, row, amount, parts))
    return deducted


def _gross(parts: Iterable[list[Any]]) -> int:
    return sum(part[4] + part[5] for part in parts)


def _sold(moves: Moves, cell: Cell, base: int, vat: int, *, at_once: bool) -> None:
    """Post one rate and nature of a sale, less what deposits paid of it."""
    rest, tax = cell[STANDS_B] - base, cell[STANDS_V] - vat
    moves.sale(cell, -rest)
    if cell[HOW] == RECEIPT:
        cell[DUE_B] = within(cell[MONEY_B], cell[STANDS_B])
        cell[DUE_V] = within(cell[MONEY_V], cell[STANDS_V])
        moves.tax("vat_waiting", cell, cell[DUE_B] - cell[STANDS_B], cell[DUE_V] - cell[STANDS_V])
        moves.tax("vat_collected", cell, base - cell[DUE_B], vat - cell[DUE_V], "receipt")
    elif cell[HOW] == DEBIT:
        moves.tax("vat_collected", cell, -rest, -tax, "debit")
    else:
        cell[DUE_B], cell[DUE_V] = rest, tax
        if at_once:
            moves.tax("vat_collected", cell, -rest, -tax, "delivery")
        else:
            moves.tax("vat_waiting", cell, -rest, -tax)


def _plan_goods(moves: Moves, row: Row, on: str, supplied: str, before: list[tuple[int, int]]) -> None:
    """Let VAT on goods that come on another day fall due on that day."""
    cells = row["cells"]
    row["delivered_on"] = supplied
    if any(base != cell[MONEY_B] or vat != cell[MONEY_V] for cell, (base, vat) in zip(cells, before, strict=True)):
        goods.note_money(row, on, [(place, base, vat) for place, (base, vat) in enumerate(before)])
    if supplied != on:
        goods.follow(moves, row["refs"], cells, {}, goods.plan_of(row))


def _apply(moves: Moves, cells: list[Cell], amount: int, parts: list[list[Any]]) -> None:
    """Post the part of a sale that a deposit paid; its VAT was due when the deposit was."""
    moves.put("advances", amount)
    moves.put("client", _gross(parts) - amount)  # a deposit that told no rates pays like any money
    for part in parts:
        cell = cell_at(cells, part)
        moves.sale(cell, -part[4])
        moves.tax("vat_on_advances", cell, -part[4], -part[5])


def _name_deposit(get: Get, moves: Moves, body: Any) -> None:
    """From its deposit invoice on, a deposit bears that invoice's number."""
    deposit = body.get("deposit")
    if deposit is None or get(rows.DEPOSIT, deposit) is None:
        return
    row = rows.deposit_row(get, deposit)
    row["refs"] = {**row["refs"], "number": body["number"], "issued_on": body["issued_on"]}
    moves.keep(rows.DEPOSIT, deposit, row)


# --- money


def paid(get: Get, entry: Entry) -> Iterable[Change]:
    """Money for an invoice: fresh, or out of what was on account; VAT on services falls due."""
    body, about, payment = entry.body, entry.about, entry.body["payment"]
    row, money = rows.invoice_row(get, about), rows.payment_row(get, payment)
    amount = body["amount_cents"]
    moves, refs = Moves(entry), told(row["refs"], payment, money)
    on = body["received_on"]
    if money["fresh"] >= amount:
        moves.begin("payment", on, refs)
        money_of(money, moves, amount)
        money["fresh"] -= amount
        moves.keep(rows.PAYMENT, payment, money)
    else:
        on = max(on, refs.get("issued_on", on))
        moves.begin("allocation", on, refs)
        moves.put("on_account", amount)
    moves.put("client", -amount)
    row["paid"] = row.get("paid", 0) + amount
    _move_vat(moves, row, on, amount, body.get("split", ()))
    moves.keep(rows.INVOICE, about, row)
    return moves.changes


def unpaid(get: Get, entry: Entry) -> Iterable[Change]:
    """Money taken off an invoice again: by the bank, given back, or put elsewhere."""
    body, about = entry.body, entry.about
    row, amount, on = rows.invoice_row(get, about), body["amount_cents"], body["on"]
    moves = Moves(entry)
    money_back(get, moves, row["refs"], body, amount)
    moves.put("client", amount)
    row["paid"] = row.get("paid", 0) - amount
    _move_vat(moves, row, on, -amount, body.get("split", ()))
    moves.keep(rows.INVOICE, about, row)
    return moves.changes


def _move_vat(moves: Moves, row: Row, on: str, amount: int, split: Any) -> None:
    """Let VAT follow money in the move begun; money for goods before their delivery is a prepayment."""
    cells = row["cells"]
    planned = "delivered_on" in row
    before = goods.money_in_goods(cells) if planned else []
    plan = goods.plan_of(row) if planned and on < row["delivered_on"] else None
    pay(cells, amount, split, given_up(row))
    for cell, base, vat in fall_due(cells):
        moves.tax("vat_waiting", cell, base, vat)
        moves.tax("vat_collected", cell, -base, -vat, "receipt")
    if planned:
        goods.note_money(row, on, before)
        if plan is not None:
            goods.follow(moves, row["refs"], cells, plan, goods.plan_of(row))


def given_up(row: Row) -> int:
    """Give what nobody waits for any more of an invoice: losses and discounts that no credit note has covered."""
    lost: int = row.get("lost", 0) + row.get("discount", 0)
    return lost


# --- deliveries


def delivered(get: Get, entry: Entry) -> Iterable[Change]:
    """A delivery of what one invoice is for."""
    if not entry.body["complete"]:
        return ()
    moves = Moves(entry)
    _deliver(get, moves, entry, entry.about)
    return moves.changes


def contract_delivered(get: Get, entry: Entry) -> Iterable[Change]:
    """A delivery of what a contract is for: it is one of each invoice of it that stands before."""
    known = get(rows.QUOTE, entry.about)
    if known is None or not entry.body["complete"]:
        return ()
    moves = Moves(entry)
    for invoice in known["invoices"]:
        _deliver(get, moves, entry, invoice)
    return moves.changes


def _deliver(get: Get, moves: Moves, entry: Entry, about: str) -> None:
    """Let VAT on goods fall due on the day of the first complete delivery; an acceptance never puts it off."""
    found = get(rows.INVOICE, about)
    if found is None or "delivered_on" not in found or found.get("delivered"):
        return
    row, on = rows.invoice_row(get, about), entry.body["on"]
    supposed = row["delivered_on"]
    if entry.body["kind"] == "delivery":
        row["delivered"] = True
    elif on >= supposed:
        return
    if on != supposed:
        before = goods.plan_of(row)
        row["delivered_on"] = on
        goods.follow(moves, row["refs"], row["cells"], before, goods.plan_of(row))
    moves.keep(rows.INVOICE, about, row)


# --- given up, claimed


def discount_taken(get: Get, entry: Entry) -> Iterable[Change]:
    """An early-payment discount taken: a cost, TTC; its VAT follows with a credit note."""
    return _give_up(get, entry, "early_discount", "early_discount", "discount", entry.body["amount_cents"])


def discount_lost(get: Get, entry: Entry) -> Iterable[Change]:
    """An early-payment discount that falls with the money that earned it."""
    return _give_up(get, entry, "early_discount", "early_discount_lost", "discount", -entry.body["amount_cents"])


def written_off(get: Get, entry: Entry) -> Iterable[Change]:
    """What is still due, given up as lost, TTC; its VAT follows with a credit note (CGI 272)."""
    return _give_up(get, entry, "bad_debt", "write_off", "lost", entry.body["amount_cents"])


def _give_up(get: Get, entry: Entry, account: str, cause: str, member: str, amount: int) -> Iterable[Change]:
    row = rows.invoice_row(get, entry.about)
    moves = Moves(entry)
    moves.begin(cause, entry.day, row["refs"])
    moves.put(account, amount)
    moves.put("client", -amount)
    row[member] = row.get(member, 0) + amount
    row["given"] = row.get("given", 0) + amount
    if row["cells"]:
        spread(row["cells"], given_up(row))
    for cell, base, vat in fall_due(row["cells"]):
        moves.tax("vat_waiting", cell, base, vat)
        moves.tax("vat_collected", cell, -base, -vat, "receipt")
    moves.keep(rows.INVOICE, entry.about, row)
    return moves.changes


def penalty_charged(get: Get, entry: Entry) -> Iterable[Change]:
    """Late-payment penalties and indemnity claimed, outside VAT; no payment can name them, so they letter nothing."""
    refs = {name: value for name, value in rows.invoice_row(get, entry.about)["refs"].items() if name != "settles"}
    amount = entry.body["penalty_cents"] + entry.body["indemnity_cents"]
    moves = Moves(entry).begin("penalty", entry.day, refs)
    moves.put("client", amount)
    moves.put("penalties", -amount)
    return moves.changes
