"""What payments and refunds post by themselves: what of them is put to no document; and payouts of providers."""

from __future__ import annotations

from collections.abc import Iterable

from projections.book import rows
from projections.book.money import money_of, told
from projections.book.moves import Moves
from projections.engine.contract import Change, Entry, Get


def received(get: Get, entry: Entry) -> Iterable[Change]:
    """Money that came in: what is put to no document; the documents' own entries post the rest."""
    del get
    body, payment = entry.body, entry.about
    refs = {"currency": body["currency"], "document": entry.stream, "settles": entry.stream}
    if body.get("customer") is not None:
        refs["customer"] = body["customer"]
    rest = body["unallocated_cents"]
    row = {
        "refs": refs,
        "means": body["means"],
        "till": body["till"],
        "fresh": body["amount_cents"] - rest,
        "rest": rest,
    }
    if body.get("provider") is not None:
        row["provider"] = True
    moves = Moves(entry)
    if rest:
        moves.begin("payment", body["received_on"], told(refs, payment, row))
        money_of(row, moves, rest)
        moves.put("on_account", -rest)
    moves.keep(rows.PAYMENT, payment, row)
    return moves.changes


def allocated(get: Get, entry: Entry) -> Iterable[Change]:
    """Nothing is posted: the documents' own entries do; what is on account now is kept."""
    row = rows.payment_row(get, entry.about)
    row["rest"] = entry.body["unallocated_cents"]
    moves = Moves(entry)
    moves.keep(rows.PAYMENT, entry.about, row)
    return moves.changes


def reversed_(get: Get, entry: Entry) -> Iterable[Change]:
    """Money that did not stay: what of it was put to no document."""
    body, payment = entry.body, entry.about
    row = rows.payment_row(get, payment)
    rest = body["amount_cents"] - sum(each["amount_cents"] for each in body.get("freed", ()))
    moves = Moves(entry).begin("reversal", body["reversed_on"], told(row["refs"], payment, row))
    moves.put("on_account", rest)
    money_of(row, moves, -rest)
    row["rest"] -= rest
    moves.keep(rows.PAYMENT, payment, row)
    return moves.changes


def refunded(get: Get, entry: Entry) -> Iterable[Change]:
    """Money given back out of what was put to no document.

    A refund that its documents took whole leaves nothing to post, though it takes the payment's rest with it.
    """
    row, refund = rows.payment_row(get, entry.about), rows.refund_row(get)
    taken = row["rest"] - entry.body["unallocated_cents"]
    amount = max(0, min(taken, refund["left"]))
    moves = Moves(entry).begin("refund", refund.get("on", entry.day), told(row["refs"], refund["refund"], refund))
    moves.put("on_account", amount)
    money_of(refund, moves, -amount)
    row["rest"] -= taken
    refund["left"] -= amount
    moves.keep(rows.PAYMENT, entry.about, row)
    moves.keep(rows.REFUND, rows.LAST, refund)
    return moves.changes


def means_corrected(get: Get, entry: Entry) -> Iterable[Change]:
    """The same money by another means, in the period of the correction."""
    body, payment = entry.body, entry.about
    row = rows.payment_row(get, payment)
    before = {**row, "means": body["means_before"]}
    row["means"] = body["means"]
    moves = Moves(entry).begin("means_corrected", entry.day, told(row["refs"], payment, row))
    money_of(row, moves, body["amount_cents"])
    money_of(before, moves, -body["amount_cents"])
    moves.keep(rows.PAYMENT, payment, row)
    return moves.changes


def refund_paid(get: Get, entry: Entry) -> Iterable[Change]:
    """Money that went back: what nothing called for; what did posts the rest in its own entries, which follow."""
    del get
    body = entry.body
    unplaced = body.get("unplaced_cents", 0)
    row = {
        "refund": entry.about,
        "means": body["means"],
        "till": body["till"],
        "on": body["paid_on"],
        "left": body["amount_cents"] - unplaced,
    }
    if body.get("provider") is not None:
        row["provider"] = True
    refs = {"currency": body["currency"], "document": entry.stream, "settles": entry.stream}
    if body.get("customer") is not None:
        refs["customer"] = body["customer"]
    moves = Moves(entry).begin("refund", body["paid_on"], told(refs, entry.about, row))
    moves.put("on_account", unplaced)
    money_of(row, moves, -unplaced)
    moves.keep(rows.REFUND, rows.LAST, row)
    return moves.changes


def paid_out(get: Get, entry: Entry) -> Iterable[Change]:
    """A provider's payout: what it had collected reaches the bank, less its fees; or the bank pays what is missing."""
    del get
    body = entry.body
    refs = {"currency": body["currency"], "document": entry.stream, "settles": entry.stream}
    moves = Moves(entry).begin("payout", body["paid_on"], refs)
    net = body["gross_cents"] - body["fee_cents"]
    moves.put("bank", net, _means_of(net))
    moves.put("fees", body["fee_cents"])
    moves.put("provider", -body["gross_cents"])
    return moves.changes


def payout_returned(get: Get, entry: Entry) -> Iterable[Change]:
    """A payout that came back: what had reached the bank, or left it, is undone; its fees stay a cost."""
    del get
    body = entry.body
    refs = {"currency": body["currency"], "document": entry.stream, "settles": entry.stream}
    moves = Moves(entry).begin("payout", body["returned_on"], refs)
    moves.put("provider", body["amount_cents"])
    moves.put("bank", -body["amount_cents"], _means_of(body["amount_cents"]))
    return moves.changes


def _means_of(net_cents: int) -> str:
    """Give how a payout moved between provider and bank: transferred to it, or drawn from it."""
    return "credit_transfer" if net_cents > 0 else "direct_debit"
