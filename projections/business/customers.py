"""Customers and their accounts: what each was asked for, paid and was given back, with a balance.

Table `customer`: key the customer's id; how they are treated, and sums over their account. Table `move`: the account's
lines, key `<customer>/<seq>.<rank>`, sort `<customer>/<day>`; above zero is debit, below is credit. Tables `owner`
(which customer a document's stream is of) and `payment` (what of a payment is put to nothing yet) serve the handlers.

Debit is what the customer is asked for or was given back; credit is what they paid or were credited. Deposits count
when money comes in, so the final invoice counts whole; a deposit invoice (386) moves nothing. What a credit note
neither settles nor refunds (deposits it frees, sums given up before) is taken off it again. It is the account that the
statement on paper shows (`projections/documents/builders/accounts.py`); a test holds both equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from projections.business.types import others
from projections.engine.contract import Body, Change, Entry, Get, Handler, Projection

CUSTOMER: Final = "customer"
MOVE: Final = "move"
OWNER: Final = "owner"
PAYMENT: Final = "payment"

Said = tuple[str, str, int]
"""Day, what it was in one word, cents."""

SUM_OF: Final[Mapping[str, tuple[str, int]]] = {
    "invoice": ("invoiced_cents", 1),
    "credit_note": ("credited_cents", -1),
    "paid": ("received_cents", -1),
    "unpaid_reversed": ("received_cents", -1),
    "unpaid_moved": ("received_cents", -1),
    "unpaid_refunded": ("given_back_cents", 1),
    "refunded": ("given_back_cents", 1),
}
"""Which sum of a customer a line goes into besides the balance, and with which sign."""


def _registered(get: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row = dict(get(CUSTOMER, entry.about) or {})
    row.setdefault("since_on", entry.day)
    for name in ("kind", "country", "risk", "language", "payment_days"):
        if name in body:
            row[name] = body[name]
        else:
            row.pop(name, None)
    yield _kept(entry.about, row)


def _kept(customer: str, row: Mapping[str, Any]) -> Change:
    return Change(CUSTOMER, customer, row, row.get("last_on", ""))


def _moved(get: Get, entry: Entry, owner: Body, stream: str, said: Iterable[Said], **more: Any) -> Iterator[Change]:
    """Write the lines of one entry, and the customer's sums after them; lines of nothing are left out."""
    customer = owner["customer"]
    row: dict[str, Any] | None = None
    for rank, (on, what, cents) in enumerate(said, 1):
        if not cents:
            continue
        line = {"on": on, "what": what, "cents": cents, "type": entry.type, "document": stream, **more}
        for name in ("number", "reference"):
            if name in owner:
                line[name] = owner[name]
        yield Change(MOVE, f"{customer}/{entry.seq:012d}.{rank}", line, f"{customer}/{on}")
        if row is None:
            row = dict(get(CUSTOMER, customer) or {})
        row["balance_cents"] = row.get("balance_cents", 0) + cents
        row["last_on"] = max(on, row.get("last_on", ""))
        if what in SUM_OF:
            name, sign = SUM_OF[what]
            row[name] = row.get(name, 0) + sign * cents
    if row is not None:
        yield _kept(customer, row)


def _owner(entry: Entry) -> dict[str, Any] | None:
    """Give whose a document is, and how it is named; None for a sale over the counter."""
    body = entry.body
    if "customer" not in body:
        return None
    owner = {"customer": body["customer"], "number": body.get("number", "")}
    if "reference" in body and entry.type != "deposit.requested/1":  # a deposit's is that of its transfer
        owner["reference"] = body["reference"]
    return owner


def _invoice(get: Get, entry: Entry) -> Iterator[Change]:
    owner, body = _owner(entry), entry.body
    if owner is None:
        return
    yield Change(OWNER, entry.stream, owner)
    if body["kind"] == "deposit":
        return
    interest = sum(one.get("interest_cents", 0) for one in body.get("prepaid", ()))
    on = body["issued_on"]
    said = ((on, "invoice", body["totals"]["gross_cents"]), (on, "interest", -interest))
    yield from _moved(get, entry, owner, entry.stream, said)


def _credit_note(get: Get, entry: Entry) -> Iterator[Change]:
    owner, body = _owner(entry), entry.body
    if owner is None:
        return
    yield Change(OWNER, entry.stream, owner)
    if body["type_code"] != "381":
        return
    on, gross = body["issued_on"], body["totals"]["gross_cents"]
    rest = gross - body["settles_cents"] - body["refund_cents"]
    yield from _moved(get, entry, owner, entry.stream, ((on, "credit_note", -gross), (on, "credit_rest", rest)))


def _deposit(_: Get, entry: Entry) -> Iterator[Change]:
    owner = _owner(entry)
    if owner is not None:
        yield Change(OWNER, entry.stream, owner)


def _said(entry: Entry) -> Iterable[Said]:
    """Say what an entry in a document's stream moved; every amount is there, or the entry is not of its schema."""
    body, on = entry.body, entry.day
    match entry.type:
        case "invoice.paid/1" | "deposit.paid/1":
            return ((body["received_on"], "paid", -body["amount_cents"]),)
        case "deposit.unpaid/1":
            back, more = body["amount_cents"], body.get("indemnity_cents", 0)
            return ((body["on"], f"unpaid_{body['cause']}", back), (body["on"], "indemnity_paid", more))
        case "invoice.unpaid/1":
            return ((body["on"], f"unpaid_{body['cause']}", body["amount_cents"]),)
        case "invoice.early_discount_taken/1":
            return ((on, "early_discount", -body["amount_cents"]),)
        case "invoice.early_discount_lost/1":
            return ((on, "early_discount_lost", body["amount_cents"]),)
        case "invoice.written_off/1":
            return ((on, "written_off", -body["amount_cents"]),)
        case "invoice.penalty_charged/1":
            return ((on, "penalty", body["penalty_cents"] + body["indemnity_cents"]),)
        case "deposit.released/1":
            return ((on, "released", -body["amount_cents"]),)
        case "deposit.forfeited/1":
            return ((on, "forfeited", body["amount_cents"]),)
        case "deposit.refund_due/1":
            return ((on, "indemnity", -body.get("indemnity_cents", 0) - body.get("interest_cents", 0)),)
        case _:  # credit_note.refunded/1
            return ((body["paid_on"], "refunded", body["amount_cents"]),)


def _of_document(get: Get, entry: Entry) -> Iterable[Change]:
    owner = get(OWNER, entry.stream)
    if owner is None:
        return ()
    more = {"means": entry.body["means"]} if "means" in entry.body else {}
    return _moved(get, entry, owner, entry.stream, _said(entry), **more)


def _received(get: Get, entry: Entry) -> Iterator[Change]:
    """Money of a named customer: what is put to no document yet stands on their account by itself."""
    body = entry.body
    if "customer" not in body:
        return
    owner = {"customer": body["customer"], "unallocated_cents": body.get("unallocated_cents", 0)}
    yield Change(PAYMENT, entry.stream, owner)
    yield from _unallocated(get, entry, owner, body["received_on"], 0, owner["unallocated_cents"])


def _reallocated(get: Get, entry: Entry) -> Iterator[Change]:
    owner, body = get(PAYMENT, entry.stream), entry.body
    if owner is None:
        return
    before = owner["unallocated_cents"]
    if entry.type == "payment.reversed/1":
        freed = sum(one["amount_cents"] for one in body.get("freed", ()))
        after = before - (body["amount_cents"] - freed)
    else:
        after = body["unallocated_cents"]
    yield Change(PAYMENT, entry.stream, {**owner, "unallocated_cents": after})
    yield from _unallocated(get, entry, owner, entry.day, before, after)


def _unallocated(get: Get, entry: Entry, owner: Body, on: str, before: int, after: int) -> Iterator[Change]:
    what = "unallocated" if after > before else "unallocated_less"
    yield from _moved(get, entry, {"customer": owner["customer"]}, entry.stream, ((on, what, before - after),))


HANDLES: Final[Mapping[str, Handler]] = {
    "customer.registered/1": _registered,
    "customer.updated/1": _registered,
    "invoice.issued/1": _invoice,
    "credit_note.issued/1": _credit_note,
    "deposit.requested/1": _deposit,
    "invoice.paid/1": _of_document,
    "invoice.unpaid/1": _of_document,
    "invoice.early_discount_taken/1": _of_document,
    "invoice.early_discount_lost/1": _of_document,
    "invoice.written_off/1": _of_document,
    "invoice.penalty_charged/1": _of_document,
    "deposit.paid/1": _of_document,
    "deposit.unpaid/1": _of_document,
    "deposit.released/1": _of_document,
    "deposit.forfeited/1": _of_document,
    "deposit.refund_due/1": _of_document,
    "credit_note.refunded/1": _of_document,
    "payment.received/1": _received,
    "payment.allocated/1": _reallocated,
    "payment.refunded/1": _reallocated,
    "payment.reversed/1": _reallocated,
}
"""What each event does to accounts."""


def _wants(entry: Entry) -> Iterable[tuple[str, str]]:
    if entry.stream.startswith("payment:"):
        yield PAYMENT, entry.stream
    else:
        yield OWNER, entry.stream
    customer = entry.body.get("customer")
    if customer is not None:
        yield CUSTOMER, customer


CUSTOMERS: Final = Projection(
    name="customers",
    version=1,
    tables=(CUSTOMER, MOVE, OWNER, PAYMENT),
    handles=HANDLES,
    ignores=others(HANDLES),
    wants=_wants,
)
"""Customers and their accounts."""
