"""Deals: each quote, deposit and invoice with the days on which it got further; what pipeline, durations and DSO read.

A **step** is the day (and entry) on which something first happened: sent, viewed, signed, deposit paid, invoiced, paid,
or lost. A step that is no longer true (money that did not stay, a revised quote) is taken back.
docs/projections/pipeline.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from projections.business.types import others
from projections.engine.contract import Change, Entry, Get, Handler, Projection

NAME: Final = "deals"

LOST: Final = ("declined", "expired", "cancelled", "withdrawn")
"""Steps with which a deal ends without the sale."""

_Row = dict[str, Any]


# ---- quotes


def _quote(get: Get, key: str) -> _Row | None:
    found = get("quote", key)
    return None if found is None else {**found, "steps": dict(found["steps"])}


def _keep(key: str, row: _Row) -> Change:
    return Change("quote", key, row, row["issued_on"])


def _issued(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row: _Row = {
        "number": body["number"],
        "issued_on": body["issued_on"],
        "valid_until": body["valid_until"],
        "customer": body["customer"],
        "customer_kind": body["customer_kind"],
        "net": body["totals"]["net_cents"],
        "gross": body["totals"]["gross_cents"],
        "open": 0,
        "steps": {"issued": [body["issued_on"], entry.seq]},
        "entries": [entry.seq],
    }
    if "amends" in body:
        row["amends"] = body["amends"]
    return (_keep(entry.about, row),)


def _revised(get: Get, entry: Entry) -> Iterable[Change]:
    """A new version has other figures and must be sent and signed anew."""
    row = _quote(get, entry.about)
    if row is None:
        return ()
    steps = {"issued": row["steps"]["issued"]}
    totals = entry.body["totals"]
    new = {"net": totals["net_cents"], "gross": totals["gross_cents"], "valid_until": entry.body["valid_until"]}
    return (_keep(entry.about, _noted({**row, **new, "steps": steps}, entry)),)


def _noted(row: _Row, entry: Entry) -> _Row:
    """Keep the entries that a deal's value was made of: its versions, signature and change orders."""
    return {**row, "entries": [*row["entries"], entry.seq]}


def _step(name: str) -> Handler:
    def handle(get: Get, entry: Entry) -> Iterable[Change]:
        row = _quote(get, entry.about)
        if row is None or name in row["steps"]:
            return ()
        row["steps"][name] = [entry.day, entry.seq]
        return (_keep(entry.about, row),)

    return handle


def _signed(get: Get, entry: Entry) -> Iterable[Change]:
    """The contract's figures are those of the options chosen."""
    row = _quote(get, entry.about)
    if row is None:
        return ()
    totals = entry.body["totals"]
    row["steps"]["signed"] = [entry.body["concluded_on"], entry.seq]
    row |= {"net": totals["net_cents"], "gross": totals["gross_cents"]}
    return (_keep(entry.about, _noted(row, entry)),)


def _amended(get: Get, entry: Entry) -> Iterable[Change]:
    """A signed change order is worth what it changes, in the contract that it changes."""
    row, order = _quote(get, entry.about), _quote(get, entry.body["amendment"])
    if row is not None:
        row |= {"net": row["net"] + entry.body["net_cents"], "gross": row["gross"] + entry.body["gross_cents"]}
        yield _keep(entry.about, _noted(row, entry))
    if order is not None:
        yield _keep(entry.body["amendment"], {**order, "merged": True})


def _invoiced(get: Get, entry: Entry) -> Iterable[Change]:
    """The last invoice of a contract: what remains is to be paid."""
    row = _quote(get, entry.about)
    if row is None or entry.body["kind"] == "progress":
        return ()
    row["steps"]["invoiced"] = [entry.day, entry.seq]
    return (_keep(entry.about, _paid_up(row, entry.day, entry.seq)),)


def _uninvoiced(get: Get, entry: Entry) -> Iterable[Change]:
    row = _quote(get, entry.about)
    if row is None or not entry.body["whole"]:
        return ()
    row["steps"] = {name: step for name, step in row["steps"].items() if name not in ("invoiced", "paid")}
    return (_keep(entry.about, row),)


def _recurring(get: Get, entry: Entry) -> Iterable[Change]:
    """A contract that is billed period by period has left the pipeline."""
    row = _quote(get, entry.body["quote"]) if "quote" in entry.body else None
    if row is None:
        return ()
    row["steps"]["recurring"] = [entry.day, entry.seq]
    return (_keep(entry.body["quote"], row),)


def _paid_up(row: _Row, on: str, seq: int) -> _Row:
    """Note whether a contract is wholly paid: its last invoice is out, and nothing is open on any of them."""
    steps = row["steps"]
    if "invoiced" in steps and row["open"] <= 0:
        steps.setdefault("paid", [max(on, steps["invoiced"][0]), seq])
    else:
        steps.pop("paid", None)
    return row


# ---- deposits


def _requested(get: Get, entry: Entry) -> Iterator[Change]:
    body = entry.body
    row: _Row = {
        "number": body.get("number"),
        "quote": body.get("quote"),
        "kind": body["kind"],
        "issued_on": body["issued_on"],
        "due_on": body["due_on"],
        "amount": body["amount_cents"],
        "paid": 0,
        "seqs": [entry.seq],
    }
    yield Change("deposit", entry.about, row, body["due_on"])
    quote = _quote(get, row["quote"]) if row["quote"] is not None else None
    if quote is not None and "first_deposit" not in quote:
        yield _keep(row["quote"], {**quote, "first_deposit": entry.about})


def _first_deposit(get: Get, deposit: _Row, about: str) -> _Row | None:
    """Give the contract whose first deposit this is, or None."""
    row = _quote(get, deposit["quote"]) if deposit["quote"] is not None else None
    return row if row is not None and row.get("first_deposit") == about else None


def _deposit_money(sign: int) -> Handler:
    def handle(get: Get, entry: Entry) -> Iterator[Change]:
        found = get("deposit", entry.about)
        if found is None:
            return
        body = entry.body
        row = {**found, "paid": found["paid"] + sign * body["amount_cents"], "seqs": [*found["seqs"], entry.seq]}
        if sign > 0:
            row["last_on"] = max(body["received_on"], found.get("last_on", ""))
        if row["paid"] >= row["amount"]:
            row.setdefault("paid_on", row["last_on"])
        elif body.get("cause") != "refunded":  # what went back was there in time all the same
            row.pop("paid_on", None)
        yield Change("deposit", entry.about, row, row["due_on"])
        quote = _first_deposit(get, row, entry.about)
        if quote is not None and ("paid_on" in row) != ("deposit_paid" in quote["steps"]):
            if "paid_on" in row:
                quote["steps"]["deposit_paid"] = [row["paid_on"], entry.seq]
            else:
                del quote["steps"]["deposit_paid"]
            yield _keep(row["quote"], quote)

    return handle


def _deposit_over(get: Get, entry: Entry) -> Iterator[Change]:
    """A request that was taken back asks for nothing more; if nobody had paid it, the next one is the first."""
    found = get("deposit", entry.about)
    if found is None:
        return
    row = {**found, "ended": entry.day, "seqs": [*found["seqs"], entry.seq]}
    yield Change("deposit", entry.about, row, row["due_on"])
    quote = _first_deposit(get, row, entry.about)
    if quote is not None and "paid_on" not in row:
        yield _keep(row["quote"], {name: value for name, value in quote.items() if name != "first_deposit"})


# ---- invoices


def _invoice(get: Get, entry: Entry) -> Iterator[Change]:
    body = entry.body
    if body["type_code"] == "386":  # its money runs on its deposit
        return
    row: _Row = {
        "number": body["number"],
        "kind": body["kind"],
        "quote": body.get("quote"),
        "customer_kind": body["customer_kind"],
        "issued_on": body["issued_on"],
        "due_on": body["due_on"],
        "due": body["due_cents"],
        "open": body["due_cents"],
        "seq": entry.seq,
    }
    yield from _moved(get, entry, {**row, "open": 0}, body["issued_on"], "asked", body["due_cents"])


def _moved(get: Get, entry: Entry, row: _Row, on: str, what: str, cents: int) -> Iterator[Change]:
    """Change what is open on an invoice, in its contract, and in the sums of the day on which it counts.

    Money that came before the invoice counts on the invoice's day: there was nothing to pay until then.
    """
    on = max(on, row["issued_on"])
    after = {**row, "open": row["open"] + (cents if what == "asked" else -cents)}
    if after["open"] <= 0 and what == "settled" and cents > 0 and entry.type == "invoice.paid/1":
        after["paid_on"], after["paid_by"] = max(on, row.get("last_on", on)), entry.seq
    elif after["open"] > 0:
        after.pop("paid_on", None)
        after.pop("paid_by", None)
    if entry.type == "invoice.paid/1":
        after["last_on"] = max(on, row.get("last_on", on))
    yield Change("invoice", entry.about, after, after.get("paid_on", ""))
    day = get("credit", on) or {"asked": 0, "credited": 0, "settled": 0}
    yield Change("credit", on, {**day, what: day[what] + cents}, on)
    yield Change("move", f"{entry.seq:012d}", {"invoice": entry.about, "what": what, "cents": cents}, on)
    quote = _quote(get, row["quote"]) if row["quote"] is not None else None
    if quote is not None:
        quote["open"] += cents if what == "asked" else -cents
        yield _keep(row["quote"], _paid_up(quote, on, entry.seq))


def _invoice_move(what: str, sign: int, member: str, on: str = "") -> Handler:
    def handle(get: Get, entry: Entry) -> Iterable[Change]:
        row = get("invoice", entry.about)
        cents = entry.body[member]
        if row is None or not cents:
            return ()
        return _moved(get, entry, dict(row), entry.body[on] if on else entry.day, what, sign * cents)

    return handle


_HANDLES: Final[Mapping[str, Handler]] = {
    "quote.issued/1": _issued,
    "quote.revised/1": _revised,
    "quote.sent/1": _step("sent"),
    "quote.viewed/1": _step("viewed"),
    "quote.signed/1": _signed,
    "quote.declined/1": _step("declined"),
    "quote.expired/1": _step("expired"),
    "quote.cancelled/1": _step("cancelled"),
    "quote.withdrawn/1": _step("withdrawn"),
    "quote.amended/1": _amended,
    "quote.invoiced/1": _invoiced,
    "quote.uninvoiced/1": _uninvoiced,
    "subscription.started/1": _recurring,
    "deposit.requested/1": _requested,
    "deposit.paid/1": _deposit_money(1),
    "deposit.unpaid/1": _deposit_money(-1),
    "deposit.cancelled/1": _deposit_over,
    "invoice.issued/1": _invoice,
    "invoice.paid/1": _invoice_move("settled", 1, "amount_cents", "received_on"),
    "invoice.unpaid/1": _invoice_move("settled", -1, "amount_cents", "on"),
    "invoice.credited/1": _invoice_move("credited", 1, "settles_cents"),
    "invoice.early_discount_taken/1": _invoice_move("settled", 1, "amount_cents"),
    "invoice.early_discount_lost/1": _invoice_move("settled", -1, "amount_cents"),
    "invoice.written_off/1": _invoice_move("settled", 1, "amount_cents"),
}

DEALS: Final = Projection(
    name=NAME,
    version=1,
    tables=("quote", "deposit", "invoice", "credit", "move"),
    handles=_HANDLES,
    ignores=others(_HANDLES),
)
"""Quotes (by day of issue), deposits (by day due), invoices (by day paid in full); by day what invoices asked and got.

`credit` adds up, by day, what invoices `asked` after deposits, what credit notes took off again (`credited`) and what
was `settled` (money, discounts, losses); `move` is each such change by entry.
"""
