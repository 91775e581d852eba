"""The line of money in a move: through the bank or a provider, or what was on account before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from projections.book import rows
from projections.book.moves import Moves
from projections.book.rows import Row
from projections.engine.contract import Body, Get

UNPAID: Final[Mapping[str, str]] = {"reversed": "reversal", "refunded": "refund", "moved": "move"}
"""The cause of a move by the cause of an entry that takes money off a document."""


def money_of(row: Mapping[str, Any], moves: Moves, amount_cents: int) -> None:
    """Put the line of money that came (above zero) or went by a payment's or refund's means."""
    moves.put("provider" if row.get("provider") else "bank", amount_cents, row["means"])


def told(refs: Mapping[str, Any], payment: str | None, row: Mapping[str, Any]) -> Row:
    """Give a move's shared members with the money's own: its payment or refund and its till."""
    made = dict(refs)
    if payment is not None:
        made["payment"] = payment
    till = row.get("till")
    if till is not None:
        made["till"] = till
    return made


def money_back(get: Get, moves: Moves, refs: Row, body: Body, amount: int) -> None:
    """Begin the move of money that leaves a document, and put where it goes: back through the bank, or on account."""
    cause, payment = body["cause"], body["payment"]
    if cause == "refunded":
        refund = rows.refund_row(get)
        moves.begin("refund", body["on"], told(refs, refund["refund"], refund))
        money_of(refund, moves, -amount)
        refund["left"] -= amount
        moves.keep(rows.REFUND, rows.LAST, refund)
        return
    money = rows.payment_row(get, payment)
    moves.begin(UNPAID[cause], body["on"], told(refs, payment, money))
    if cause == "reversed":
        money_of(money, moves, -amount)
    else:
        moves.put("on_account", -amount)
