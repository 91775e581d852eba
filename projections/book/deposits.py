"""What deposits post: money held, its VAT, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from projections.book import rows
from projections.book.cells import Cell, parts_of
from projections.book.money import money_back, money_of, told
from projections.book.moves import Moves
from projections.book.rows import Row
from projections.engine.contract import Change, Entry, Get

BASE, VAT = 4, 5


def requested(get: Get, entry: Entry) -> Iterable[Change]:
    """Nothing is posted for a request; what is known of it is kept."""
    del get
    refs = rows.refs_of(entry.body, entry.stream, entry.stream)
    moves = Moves(entry)
    moves.keep(rows.DEPOSIT, entry.about, {"refs": refs, "available": 0, "applied": 0, "held": []})
    return moves.changes


def paid(get: Get, entry: Entry) -> Iterable[Change]:
    """Money for a deposit: held TTC, its VAT due at once (CGI 269-2-a and -c)."""
    body, payment, amount = entry.body, entry.body["payment"], entry.body["amount_cents"]
    row, money = rows.deposit_row(get, entry.about), rows.payment_row(get, payment)
    moves, refs = Moves(entry), told(row["refs"], payment, money)
    on = body["received_on"]
    if money["fresh"] >= amount:
        moves.begin("deposit", on, refs)
        money_of(money, moves, amount)
        money["fresh"] -= amount
        moves.keep(rows.PAYMENT, payment, money)
    else:
        moves.begin("allocation", max(on, refs.get("issued_on", on)), refs)
        moves.put("on_account", amount)
    moves.put("advances", -amount)
    _owe_vat(moves, put_held(row, amount, body.get("split", ())), "deposit")
    moves.keep(rows.DEPOSIT, entry.about, row)
    return moves.changes


def unpaid(get: Get, entry: Entry) -> Iterable[Change]:
    """Money taken off a deposit again, and its VAT; an indemnity given back on top is what was owed since before."""
    body, amount = entry.body, entry.body["amount_cents"]
    indemnity = body.get("indemnity_cents", 0)
    row = rows.deposit_row(get, entry.about)
    moves = Moves(entry)
    money_back(get, moves, row["refs"], body, amount + indemnity)
    moves.put("advances", amount)
    moves.put("client", indemnity)
    parts = take_held(row, amount, body.get("split", ())) if amount else []
    _owe_vat(moves, _minus(parts), "deposit")
    moves.keep(rows.DEPOSIT, entry.about, row)
    return moves.changes


def forfeited(get: Get, entry: Entry) -> Iterable[Change]:
    """Arrhes kept: an indemnity outside VAT, so the VAT that had fallen due goes back (CJEU C-277/05; CGI 272)."""
    row, amount = rows.deposit_row(get, entry.about), entry.body["amount_cents"]
    moves = Moves(entry).begin("arrhes_kept", entry.day, row["refs"])
    moves.put("advances", amount)
    moves.put("arrhes_kept", -amount)
    parts = take_held(row, amount, entry.body.get("split", ()))
    _owe_vat(moves, _minus(parts), "credit")
    moves.keep(rows.DEPOSIT, entry.about, row)
    return moves.changes


def refund_due(get: Get, entry: Entry) -> Iterable[Change]:
    """What is owed on top: the second half of doubled arrhes, legal interest (C. conso L214-1, L214-2)."""
    amount = entry.body.get("indemnity_cents", 0) + entry.body.get("interest_cents", 0)
    moves = Moves(entry).begin("refund_due", entry.day, rows.deposit_row(get, entry.about)["refs"])
    moves.put("indemnity", amount)
    moves.put("client", -amount)
    return moves.changes


def _owe_vat(moves: Moves, parts: Iterable[Sequence[Any]], due_by: str) -> None:
    """Let VAT on money held fall due, or go back where the parts are below zero."""
    for part in parts:
        cell: Cell = list(part)
        moves.tax("vat_on_advances", cell, part[BASE], part[VAT])
        moves.tax("vat_collected", cell, -part[BASE], -part[VAT], due_by)


# --- what is held, per rate and nature


def put_held(row: Row, amount: int, split: Any) -> list[list[Any]]:
    """Add money to what is held, and give its parts."""
    return _change(row, amount, [list(part) for part in parts_of(split)])


def take_held(row: Row, amount: int, split: Any) -> list[list[Any]]:
    """Take money off what is held, and give its parts; the last of it takes all that is left of each rate."""
    return _minus(_change(row, -amount, _minus(parts_of(split))))


def put_parts(row: Row, amount: int, parts: Iterable[Sequence[Any]]) -> None:
    """Add parts that were taken before."""
    _change(row, amount, [list(part) for part in parts])


def _minus(parts: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return [[*part[:BASE], -part[BASE], -part[VAT]] for part in parts]


def _change(row: Row, amount: int, parts: list[list[Any]]) -> list[list[Any]]:
    held: list[list[Any]] = row["held"]
    row["available"] += amount
    if row["available"] == 0 and -sum(part[BASE] + part[VAT] for part in held) == amount:
        row["held"] = []
        return _minus(held)
    for part in parts:
        for known in held:
            if known[:BASE] == part[:BASE]:
                known[BASE] += part[BASE]
                known[VAT] += part[VAT]
                break
        else:
            held.append(list(part))
    row["held"] = [part for part in held if part[BASE] or part[VAT]]
    return parts
