"""Takings: money received, by the day it was received, with what it was for; the rows of the *livre des recettes*.

One row for each payment, refund and reversal, dated on its own value day and never re-dated. What the money was for is
known when it is put to documents: until then it stands as unassigned, and a later allocation changes nothing but that.
Amounts with and without VAT follow the split that each settlement carries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ledger.domain.money import net_of_gross
from projections.business.types import others
from projections.engine.contract import Body, Change, Entry, Get, Handler, Projection

NAME: Final = "takings"

PARTS: Final = ("goods", "services", "unassigned", "net_goods", "net_services")
"""What the money of a row is made of, in cents: with VAT, unassigned, and without VAT."""

_Row = dict[str, Any]


def parts_of(split: Iterable[Body]) -> dict[str, int]:
    """Cut a split per rate into goods and services, with and without VAT."""
    made = dict.fromkeys(("goods", "services", "net_goods", "net_services"), 0)
    for row in split:
        goods = row["goods_gross_cents"]
        net_goods = row["net_cents"] if goods == row["gross_cents"] else net_of_gross(goods, row["rate_bp"])
        made["goods"] += goods
        made["services"] += row["gross_cents"] - goods
        made["net_goods"] += net_goods
        made["net_services"] += row["net_cents"] - net_goods
    return made


class _Sheet:
    """The changes of one entry: rows, and the sums of their days."""

    def __init__(self, get: Get) -> None:
        self._get = get
        self._rows: dict[str, _Row] = {}
        self._days: dict[str, _Row] = {}

    def row(self, key: str) -> _Row | None:
        """A row to change, or None."""
        found = self._rows.get(key) or self._get("taking", key)
        return None if found is None else dict(found)

    def put(self, key: str, row: _Row) -> None:
        """Keep a row, and let its day's sums follow."""
        before = self._rows.get(key) or self._get("taking", key) or {}
        day = self._days.get(row["on"]) or dict(self._get("day", row["on"]) or dict.fromkeys(PARTS, 0))
        if row["own"]:
            for name in PARTS:
                day[name] += row[name] - before.get(name, 0)
            self._days[row["on"]] = day
        self._rows[key] = row

    def changes(self) -> Iterator[Change]:
        """Give all that changed."""
        for key, row in self._rows.items():
            yield Change("taking", key, row, row["on"])
        for on, day in self._days.items():
            yield Change("day", on, day, on)


def _new(entry: Entry, what: str, on: str, cents: int, own: bool) -> _Row:
    body = entry.body
    return {
        "what": what,
        "on": on,
        "day": entry.day,
        "means": body["means"],
        "currency": body["currency"],
        "own": own,  # in the ledger's currency: counted
        "cents": cents,
        **dict.fromkeys(PARTS, 0),
        "unassigned": cents,
        "customer": body.get("customer"),
        "documents": [],
        "seqs": [entry.seq],
    }


def _is_own(get: Get, currency: str) -> bool:
    opened = get("ledger", "self")
    return opened is None or opened["currency"] == currency


def _opened(_: Get, entry: Entry) -> Iterable[Change]:
    return (Change("ledger", "self", {"currency": entry.body["currency"]}),)


def _document(get: Get, entry: Entry) -> Iterable[Change]:
    """A document that money can be put to: its number, and whose it is."""
    body = entry.body
    row = {"number": body.get("number"), "customer": body.get("customer"), "kind": body["customer_kind"]}
    yield Change("document", entry.about, row)
    if body.get("deposit") is not None and get("document", body["deposit"]) is not None:  # a 386 names its deposit
        yield Change("document", body["deposit"], row)


def _received(get: Get, entry: Entry) -> Iterable[Change]:
    own = _is_own(get, entry.body["currency"])
    sheet = _Sheet(get)
    sheet.put(entry.about, _new(entry, "received", entry.body["received_on"], entry.body["amount_cents"], own))
    return sheet.changes()


def _paid(get: Get, entry: Entry) -> Iterable[Change]:
    """Money was put to a document: it is known what it is for."""
    return _assign(get, entry, entry.body["payment"], 1)


def _unpaid(get: Get, entry: Entry) -> Iterable[Change]:
    """Money was taken off a document: moved, it is unassigned again; reversed, the reversal is of that nature."""
    cause = entry.body["cause"]
    if cause == "moved":
        return _assign(get, entry, entry.body["payment"], -1)
    if cause == "reversed":
        payment = get("taking", entry.body["payment"])
        key = payment.get("reversal") if payment is not None else None
        return _assign(get, entry, key, -1) if key is not None else ()
    return ()  # refunded: the refund's own row carries its split


def _assign(get: Get, entry: Entry, key: str, sign: int) -> Iterable[Change]:
    sheet = _Sheet(get)
    row = sheet.row(key)
    if row is None:
        return ()
    found = parts_of(entry.body.get("split", ()))
    whole = found["goods"] + found["services"]
    for name, cents in found.items():
        row[name] += sign * cents
    row["unassigned"] -= sign * whole
    row["seqs"] = [*row["seqs"], entry.seq]
    document = get("document", entry.about)
    if document is not None:
        named = [entry.about, document["number"]]
        if named not in row["documents"]:
            row["documents"] = [*row["documents"], named]
        row["customer"] = row["customer"] or document["customer"]
        row["kind"] = document["kind"]
    sheet.put(key, row)
    return sheet.changes()


def _refunded(get: Get, entry: Entry) -> Iterable[Change]:
    """Money went back; the second half of doubled arrhes is a cost, not a taking given back."""
    body = entry.body
    cents = body["indemnity_cents"] - body["amount_cents"] if "indemnity_cents" in body else -body["amount_cents"]
    row = _new(entry, "refunded", body["paid_on"], cents, _is_own(get, body["currency"]))
    found = parts_of(body.get("split", ()))
    for name, part in found.items():
        row[name] -= part
    row["unassigned"] += found["goods"] + found["services"]
    about = get("document", body["about"]) if body.get("about") is not None else None
    if about is not None:
        row["documents"] = [[body["about"], about["number"]]]
        row["kind"] = about["kind"]
        row["customer"] = row["customer"] or about["customer"]
    sheet = _Sheet(get)
    sheet.put(entry.about, row)
    return sheet.changes()


def _reversed(get: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    own = _is_own(get, body["currency"])
    row = _new(entry, "reversed", body["reversed_on"], -body["amount_cents"], own)
    key = f"{entry.about}.{entry.seq}"
    sheet = _Sheet(get)
    payment = sheet.row(entry.about)
    if payment is not None:
        row |= {"customer": payment["customer"]}
        row |= {"kind": payment["kind"]} if "kind" in payment else {}
        sheet.put(entry.about, {**payment, "reversal": key})
    sheet.put(key, row)
    return sheet.changes()


def _corrected(get: Get, entry: Entry) -> Iterable[Change]:
    """The means was recorded wrongly: the row says the right one, and names the correction."""
    sheet = _Sheet(get)
    row = sheet.row(entry.about)
    if row is None:
        return ()
    sheet.put(entry.about, {**row, "means": entry.body["means"], "seqs": [*row["seqs"], entry.seq]})
    return sheet.changes()


_HANDLES: Final[Mapping[str, Handler]] = {
    "ledger.opened/1": _opened,
    "invoice.issued/1": _document,
    "deposit.requested/1": _document,
    "credit_note.issued/1": _document,
    "payment.received/1": _received,
    "invoice.paid/1": _paid,
    "deposit.paid/1": _paid,
    "invoice.unpaid/1": _unpaid,
    "deposit.unpaid/1": _unpaid,
    "refund.paid/1": _refunded,
    "payment.reversed/1": _reversed,
    "payment.means_corrected/1": _corrected,
}

TAKINGS: Final = Projection(
    name=NAME,
    version=1,
    tables=("ledger", "document", "taking", "day"),
    handles=_HANDLES,
    ignores=others(_HANDLES),
)
"""Payments, refunds and reversals by value day (`taking`), their sums by day (`day`), numbers of documents."""
