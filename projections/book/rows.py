"""The book's own memory: rows of invoices, deposits, payments, the refund being told, the issuer's VAT option.

What a handler reads it copies before it changes it. A row that is missing (its entries were purged and no archive
stands in) reads as an empty one: the money is posted all the same, only what was known of the document is not.
"""

from __future__ import annotations

from typing import Any, Final

from projections.engine.contract import Body, Get

CREDIT_NOTE: Final = "credit_note"
DEPOSIT: Final = "deposit"
INVOICE: Final = "invoice"
ISSUER: Final = "issuer"
PAYMENT: Final = "payment"
QUOTE: Final = "quote"
REFUND: Final = "refund"

TABLES: Final = ("move", CREDIT_NOTE, DEPOSIT, INVOICE, ISSUER, PAYMENT, QUOTE, REFUND)

LAST: Final = "last"
"""Key of the one row of `refund`: the refund whose documents' entries follow it in the same transaction."""
SELF: Final = "self"
LEDGER: Final = "ledger"

Row = dict[str, Any]

_SHARED: Final = ("customer", "customer_kind", "number", "issued_on")


def refs_of(body: Body, document: str, settles: str) -> Row:
    """Give the members that every move about a document shares."""
    refs: Row = {"currency": body["currency"], "document": document, "settles": settles}
    for name in _SHARED:
        value = body.get(name)
        if value is not None:
            refs[name] = value
    place = body.get("supply_place", "FR")
    if place != "FR":
        refs["supply_place"] = place
    return refs


def invoice_row(get: Get, about: str) -> Row:
    """Give a copy of an invoice's row, its cells copied too."""
    row = get(INVOICE, about)
    if row is None:
        return {"refs": _unknown(get, f"invoice:{about}"), "cells": []}
    made = dict(row)
    made["cells"] = [list(cell) for cell in row["cells"]]
    return made


def deposit_row(get: Get, about: str) -> Row:
    """Give a copy of a deposit's row, its parts copied too."""
    row = get(DEPOSIT, about)
    if row is None:
        return {"refs": _unknown(get, f"deposit:{about}"), "available": 0, "applied": 0, "held": []}
    made = dict(row)
    made["held"] = [list(part) for part in row["held"]]
    return made


def payment_row(get: Get, payment: str) -> Row:
    """Give a copy of a payment's row."""
    row = get(PAYMENT, payment)
    if row is None:
        return {"refs": _unknown(get, f"payment:{payment}"), "means": "other", "fresh": 0, "rest": 0}
    return dict(row)


def refund_row(get: Get) -> Row:
    """Give a copy of the last refund's row."""
    row = get(REFUND, LAST)
    return {"refund": None, "means": "other", "left": 0} if row is None else dict(row)


def _unknown(get: Get, stream: str) -> Row:
    ledger = get(ISSUER, LEDGER)
    return {"currency": "EUR" if ledger is None else ledger["currency"], "document": stream, "settles": stream}
