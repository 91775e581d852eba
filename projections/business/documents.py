"""Every document and where it stands: one row each, equal to the state that the ledger decides by.

Table `document`: key the stream (`invoice:<id>`), sort `<kind>/<state>/<day of issue>/<number>`. Amounts are cents TTC
unless said; a counter at zero may be left out. Table `owned` finds a customer's documents: key `<customer>/<stream>`;
`numbered` those of a printed number: key `<number>/<stream>`. Table `due` names what is still to be paid, sort
`<kind>/<due day>/<number>`, and `disputed` what the client contests, sort `<day of issue>/<number>`. Table `instalment`
holds the payments that a signed contract plans: key `<quote>/<rank>`.

The arithmetic is that of `ledger/domain/streams/{invoice,deposit,quote,credit_note}.py`, written over rows because a
state of the domain holds whole documents and names; a test holds both equal, over every sale that the tests play.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from projections.business.types import others
from projections.engine.contract import Body, Change, Entry, Get, Handler, Projection

DOCUMENT: Final = "document"
OWNED: Final = "owned"
NUMBERED: Final = "numbered"
DUE: Final = "due"
DISPUTED: Final = "disputed"
INSTALMENT: Final = "instalment"

Fields = dict[str, Any]
"""A row that is being made; nobody else has it yet."""

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "quote": ("open", "signed", "declined", "expired", "cancelled", "withdrawn"),
    "deposit_request": (
        "requested", "partly_paid", "paid", "applied", "forfeited", "refund_due", "refunded", "cancelled",
    ),
    "deposit_invoice": ("by_deposit", "credited", "replaced"),
    "invoice": ("open", "part_paid", "paid", "credited", "replaced", "written_off"),
    "deposit_credit_note": ("issued",),
    "credit_note": ("issued", "refund_due", "refunded"),
    "note": ("issued",),
    "receipt": ("issued",),
    "subscription": ("active", "paused", "stopped"),
}  # fmt: skip
"""Kinds of documents and the states that each may be in, in the order in which they are read.

The money of a deposit invoice (386) runs on its deposit: it is `by_deposit`, neither open nor paid by itself.
"""


def sort_of(kind: str, state: str, day: str, number: str = "") -> str:
    """Give the second order of the table: by kind, state, day of issue and number.

    Without a number it stands before every document of that day; `day` followed by `~` stands behind them.
    """
    return f"{kind}/{state}/{day}/{number}" if number else f"{kind}/{state}/{day}"


# --- states, over rows


def restate_invoice(row: Fields) -> None:
    """Say what is open on an invoice and where it stands: `InvoiceState.open_cents` and `.state`."""
    if row["kind"] == "deposit_invoice":
        row["open_cents"] = 0
        row["state"] = "replaced" if "replaced_by" in row else "credited" if row.get("whole_credited") else "by_deposit"
        return
    paid, settled = row.get("paid_cents", 0), row.get("settled_cents", 0)
    given_up = row.get("early_discount_cents", 0) + row.get("written_off_cents", 0)
    row["open_cents"] = left = max(0, row["due_cents"] - paid - settled - given_up)
    if "replaced_by" in row:
        row["state"] = "replaced"
    elif row.get("whole_credited"):
        row["state"] = "credited"
    elif row.get("written_off_cents"):
        row["state"] = "written_off"
    elif left == 0:
        row["state"] = "paid"
    else:
        row["state"] = "part_paid" if paid or settled else "open"


def restate_deposit(row: Fields) -> None:
    """Say what is open, held and to be given back of a deposit, and where it stands: `DepositState`."""
    paid, refunded = row.get("paid_cents", 0), row.get("refunded_cents", 0)
    applied, forfeited = sum(row["uses"].values()) if "uses" in row else 0, row.get("forfeited_cents", 0)
    asked_back, cancelled = row.get("refund_asked_cents", 0), row.get("cancelled", False)
    held = paid - applied - forfeited - refunded
    to_refund = max(0, min(asked_back - refunded, held))
    indemnity = max(0, row.get("indemnity_asked_cents", 0) - row.get("indemnity_paid_cents", 0))
    stopped = cancelled or forfeited or asked_back
    left = 0 if stopped else max(0, row["gross_cents"] - paid + refunded)
    row["applied_cents"], row["held_cents"], row["open_cents"] = applied, held, left
    row["refund_due_cents"] = to_refund + indemnity
    if to_refund or indemnity:
        row["state"] = "refund_due"
    elif forfeited:
        row["state"] = "forfeited"
    elif applied and not held:
        row["state"] = "applied"
    elif refunded and not held and not left:
        row["state"] = "refunded"
    elif cancelled and not held:
        row["state"] = "cancelled"
    elif left == 0:
        row["state"] = "paid"
    else:
        row["state"] = "partly_paid" if paid > refunded else "requested"


def restate_credit_note(row: Fields) -> None:
    """Say what is still to be paid back of a credit note: `CreditNoteState.open_cents`."""
    asked = row.get("refund_cents", 0)
    row["refund_due_cents"] = left = max(0, asked - row.get("refunded_cents", 0))
    row["state"] = (
        "issued" if row["kind"] == "deposit_credit_note" or not asked else "refund_due" if left else "refunded"
    )


def _as_said(_: Fields) -> None:
    """Leave a state as its handler wrote it."""


# --- how rows come and change

Restate = Callable[[Fields], None]


def _kept(stream: str, row: Fields) -> Change:
    sort = sort_of(row["kind"], row["state"], row["issued_on"], row.get("number", ""))
    return Change(DOCUMENT, stream, row, sort)


def _due(stream: str, row: Fields) -> Change:
    """Name what is still to be paid among what falls due; what is paid goes."""
    sort = f"{row['kind']}/{row.get('due_on', '')}/{row.get('number', '')}"
    return Change(DUE, stream, {} if row["open_cents"] else None, sort)


def _begun(stream: str, row: Fields) -> Iterator[Change]:
    yield _kept(stream, row)
    if "number" in row:
        yield Change(NUMBERED, f"{row['number']}/{stream}", {})
    if row.get("open_cents"):
        yield _due(stream, row)
    customer = row.get("customer")
    if customer is not None:
        yield Change(OWNED, f"{customer}/{stream}", {})


def _changing(change: Callable[[Fields, Body], None], restate: Restate = _as_said) -> Handler:
    """Make a handler that changes the row of the entry's own stream.

    No row: the document began in an entry that was purged before the rows were built anew; it stays away whole.
    """

    def handler(get: Get, entry: Entry) -> Iterator[Change]:
        before = get(DOCUMENT, entry.stream)
        if before is None:
            return
        row = dict(before)
        change(row, entry.body)
        restate(row)
        yield _kept(entry.stream, row)
        if bool(row.get("open_cents")) != bool(before.get("open_cents")):
            yield _due(entry.stream, row)

    return handler


def _add(row: Fields, name: str, cents: int) -> None:
    row[name] = row.get(name, 0) + cents


def _some(body: Body, *names: str) -> Fields:
    """Take the members that an entry has."""
    return {name: body[name] for name in names if name in body}


def _totals(body: Body) -> Fields:
    totals = body["totals"]
    return {"net_cents": totals["net_cents"], "vat_cents": totals["vat_cents"], "gross_cents": totals["gross_cents"]}


# --- quotes


def _quoted(get: Get, entry: Entry) -> Iterable[Change]:
    """Begin a quote, or put a new version in the place of the last one (its number stays)."""
    body = entry.body
    row = dict(get(DOCUMENT, entry.stream) or {})
    for name in ("sent", "viewed", "signed_on", "withdrawal_until", "payment_from"):
        row.pop(name, None)
    row |= {"kind": "quote", "state": "open", **_totals(body)}
    row |= _some(body, "number", "issued_on", "valid_until", "customer", "customer_kind", "document_version", "amends")
    return _begun(entry.stream, row)


def _sent(row: Fields, _: Body) -> None:
    row["sent"] = True


def _viewed(row: Fields, _: Body) -> None:
    row["viewed"] = True


def _signed(get: Get, entry: Entry) -> Iterator[Change]:
    before = get(DOCUMENT, entry.stream)
    if before is None:
        return
    body, schedule = entry.body, entry.body.get("schedule", ())
    row = {**before, "state": "signed", "signed_on": body["concluded_on"], **_totals(body)}
    row |= _some(body, "withdrawal_until", "payment_from")
    row["instalments"] = len(schedule)
    yield _kept(entry.stream, row)
    for rank, planned in enumerate(schedule, 1):
        if planned["amount_cents"]:
            yield _planned(entry, rank, planned, row)


def _planned(entry: Entry, rank: int, planned: Body, quote: Fields) -> Change:
    one = {"quote": entry.about, "rank": rank} | _some(quote, "number", "customer")
    one |= _some(planned, "kind", "amount_cents", "trigger", "due_on", "due_days", "milestone", "automatic")
    if planned["trigger"] == "signature":
        one["reached_on"] = quote["signed_on"]
    return _instalment(one)


def _instalment(one: Fields) -> Change:
    return Change(INSTALMENT, f"{one['quote']}/{one['rank']:03d}", one, instalment_sort(one))


def due_of_instalment(one: Body) -> str | None:
    """Give the day by which a planned payment falls due; None while its trigger has not come."""
    if one["trigger"] == "date":
        return one.get("due_on")
    reached = one.get("reached_on")
    if reached is None:
        return None
    return (date.fromisoformat(reached) + timedelta(days=one.get("due_days") or 0)).isoformat()


def instalment_sort(one: Body) -> str:
    """Give the second order of planned payments, by due day: asked for, in the contract's last invoice, or planned."""
    where = "asked" if "deposit" in one else "billed" if "billed_by" in one else "planned"
    return f"{where}/{due_of_instalment(one) or '9999-12-31'}"


def _instalments(get: Get, entry: Entry) -> Iterator[Fields]:
    quote = get(DOCUMENT, entry.stream) or {}
    for rank in range(1, quote.get("instalments", 0) + 1):
        one = get(INSTALMENT, f"{entry.about}/{rank:03d}")
        if one is not None:
            yield dict(one)


def _reached(get: Get, entry: Entry) -> Iterator[Change]:
    """A milestone was reached: what waits for it falls due."""
    for one in _instalments(get, entry):
        if one["trigger"] == "milestone" and one.get("milestone") == entry.body["milestone"]:
            yield _instalment(one | {"reached_on": entry.body["on"]})


def _delivered(get: Get, entry: Entry) -> Iterator[Change]:
    before = get(DOCUMENT, entry.stream)
    if before is None or not entry.body.get("complete"):
        return
    yield _kept(entry.stream, {**before, "delivered_on": entry.body["on"]})
    for one in _instalments(get, entry):
        if one["trigger"] == "delivery" and "reached_on" not in one:
            yield _instalment(one | {"reached_on": entry.body["on"]})


def _deposit_asked(get: Get, entry: Entry) -> Iterator[Change]:
    rank = entry.body.get("instalment")
    one = get(INSTALMENT, f"{entry.about}/{rank:03d}") if rank is not None else None
    if one is not None:
        yield _instalment({**one, "deposit": entry.body["deposit"]})


def _ended(state: str) -> Handler:
    """A quote or contract ends: what it still planned is asked for no more."""

    def handler(get: Get, entry: Entry) -> Iterator[Change]:
        before = get(DOCUMENT, entry.stream)
        if before is None:
            return
        for one in _instalments(get, entry):
            if "deposit" not in one:
                yield Change(INSTALMENT, f"{one['quote']}/{one['rank']:03d}", None)
        yield _kept(entry.stream, {**before, "state": state})

    return handler


def _amended(row: Fields, body: Body) -> None:
    for name in ("net_cents", "vat_cents", "gross_cents"):
        row[name] += body[name]


def _quote_invoiced(get: Get, entry: Entry) -> Iterator[Change]:
    """A part or the whole was invoiced: after the whole, nothing is asked for in advance any more."""
    before = get(DOCUMENT, entry.stream)
    if before is None:
        return
    row = dict(before)
    _add(row, "invoiced_cents", entry.body["gross_cents"])
    yield _kept(entry.stream, row)
    if entry.body["kind"] != "progress":
        for one in _instalments(get, entry):
            if "deposit" not in one:
                yield _instalment(one | {"billed_by": entry.body["invoice"]})


def _quote_uninvoiced(get: Get, entry: Entry) -> Iterator[Change]:
    """A credit note undid an invoice: what it had billed wholly is planned again."""
    before = get(DOCUMENT, entry.stream)
    if before is None:
        return
    row = dict(before)
    _add(row, "invoiced_cents", -entry.body["gross_cents"])
    yield _kept(entry.stream, row)
    if entry.body["whole"]:
        for one in _instalments(get, entry):
            if one.get("billed_by") == entry.body["invoice"]:
                del one["billed_by"]
                yield _instalment(one)


# --- deposits


def _requested(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row: Fields = {"kind": "deposit_request", "gross_cents": body["amount_cents"], "advance": body["kind"]}
    row |= _some(
        body, "number", "issued_on", "due_on", "payable_from", "customer", "customer_kind", "quote", "instalment",
        "reference",
    )  # fmt: skip
    row["vat_cents"] = sum(each["vat_cents"] for each in body.get("split", ()))
    row["net_cents"] = row["gross_cents"] - row["vat_cents"]
    restate_deposit(row)
    return _begun(entry.stream, row)


def _deposit_paid(row: Fields, body: Body) -> None:
    _add(row, "paid_cents", body["amount_cents"])
    row["paid_on"] = max(body["received_on"], row.get("paid_on", ""))


def _deposit_unpaid(row: Fields, body: Body) -> None:
    if body["cause"] == "refunded":
        _add(row, "refunded_cents", body["amount_cents"])
        _add(row, "indemnity_paid_cents", body.get("indemnity_cents", 0))
        row["refunded_on"] = body["on"]
        return
    _add(row, "paid_cents", -body["amount_cents"])
    if not row["paid_cents"]:
        row.pop("paid_on", None)


def _applied(row: Fields, body: Body) -> None:
    uses = dict(row.get("uses", {}))
    uses[body["invoice"]] = uses.get(body["invoice"], 0) + body["amount_cents"]
    row["uses"] = uses
    row["applied_on_invoice"] = body["invoice"]


def _released(row: Fields, body: Body) -> None:
    uses = dict(row.get("uses", {}))
    left = uses.pop(body["invoice"], 0) - body["amount_cents"]
    if left > 0:
        uses[body["invoice"]] = left
    row["uses"] = uses


def _forfeited(row: Fields, body: Body) -> None:
    _add(row, "forfeited_cents", body["amount_cents"])


def _refund_due(row: Fields, body: Body) -> None:
    _add(row, "refund_asked_cents", body["paid_cents"])
    _add(row, "indemnity_asked_cents", body.get("indemnity_cents", 0) + body.get("interest_cents", 0))
    if "due_on" in body:
        row["refund_due_on"] = body["due_on"]


def _cancelled(row: Fields, _: Body) -> None:
    row["cancelled"] = True


def _deposit_invoiced(row: Fields, body: Body) -> None:
    row["invoice"] = body["invoice"]


# --- invoices


def _issued(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    kind = "deposit_invoice" if body["kind"] == "deposit" else "invoice"
    row: Fields = {"kind": kind, "form": body["kind"], **_totals(body)}
    row |= _some(
        body, "number", "issued_on", "due_on", "due_cents", "customer", "customer_kind", "quote", "deposit",
        "subscription", "reference", "supplied_on",
    )  # fmt: skip
    if body.get("prepaid"):
        row["prepaid_cents"] = sum(each["amount_cents"] for each in body["prepaid"])
        row["interest_cents"] = sum(each.get("interest_cents", 0) for each in body["prepaid"])
    restate_invoice(row)
    return _begun(entry.stream, row)


def _paid(row: Fields, body: Body) -> None:
    _add(row, "paid_cents", body["amount_cents"])
    row["paid_on"] = max(body["received_on"], row.get("paid_on", ""))


def _unpaid(row: Fields, body: Body) -> None:
    _add(row, "paid_cents", -body["amount_cents"])
    if not row["paid_cents"]:
        row.pop("paid_on", None)


def _credited(row: Fields, body: Body) -> None:
    _add(row, "credited_cents", body["gross_cents"])
    _add(row, "settled_cents", body["settles_cents"])
    _add(row, "refund_cents", body["refund_cents"])
    if body.get("whole"):
        row["whole_credited"] = True


def _replaced(row: Fields, body: Body) -> None:
    row["replaced_by"] = body["by"]


def _invoice_delivered(row: Fields, body: Body) -> None:
    if body.get("complete"):
        row["delivered_on"] = body["on"]


def _disputed(get: Get, entry: Entry) -> Iterator[Change]:
    before = get(DOCUMENT, entry.stream)
    if before is None:
        return
    opened = entry.body["state"] == "opened"
    row = {**before, "disputed": opened}
    yield _kept(entry.stream, row)
    yield Change(DISPUTED, entry.stream, {} if opened else None, f"{row['issued_on']}/{row.get('number', '')}")


def _discount_taken(row: Fields, body: Body) -> None:
    _add(row, "early_discount_cents", body["amount_cents"])


def _discount_lost(row: Fields, body: Body) -> None:
    _add(row, "early_discount_cents", -body["amount_cents"])


def _penalty(row: Fields, body: Body) -> None:
    _add(row, "penalty_cents", body["penalty_cents"] + body["indemnity_cents"])


def _written_off(row: Fields, body: Body) -> None:
    _add(row, "written_off_cents", body["amount_cents"])


# --- credit notes, notes, receipts, subscriptions


def _credit_note(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    kind = "deposit_credit_note" if body["type_code"] == "503" else "credit_note"
    row: Fields = {"kind": kind, "invoice": body["preceding"][0]["invoice"], **_totals(body)}
    row |= _some(body, "number", "issued_on", "customer", "customer_kind", "settles_cents", "refund_cents", "cause")
    restate_credit_note(row)
    return _begun(entry.stream, row)


def _credit_refunded(row: Fields, body: Body) -> None:
    _add(row, "refunded_cents", body["amount_cents"])
    row["refunded_on"] = body["paid_on"]


def _note(get: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row: Fields = {"kind": "note", "state": "issued", **_totals(body)}
    row |= _some(body, "number", "issued_on", "quote", "invoice")
    about = f"invoice:{body['invoice']}" if "invoice" in body else f"quote:{body.get('quote')}"
    row |= _some(get(DOCUMENT, about) or {}, "customer", "customer_kind")
    return _begun(entry.stream, row)


def _receipt(get: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row: Fields = {"kind": "receipt", "state": "issued", "gross_cents": body["amount_cents"]}
    row |= _some(body, "number", "issued_on", "payment", "deposit")
    row |= _some(get(DOCUMENT, f"deposit:{body.get('deposit')}") or {}, "customer", "customer_kind")
    return _begun(entry.stream, row)


def _subscribed(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row: Fields = {"kind": "subscription", "state": "active", "issued_on": entry.day, **_totals(body)}
    row |= _some(body, "customer", "customer_kind", "quote", "every", "billed", "starts_on", "ends_on")
    return _begun(entry.stream, row)


def _subscription_changed(row: Fields, body: Body) -> None:
    row |= _totals(body)


def _subscription_paused(row: Fields, body: Body) -> None:
    if row["state"] != "stopped":
        row["state"] = "paused" if body["paused"] else "active"


def _subscription_stopped(row: Fields, body: Body) -> None:
    row["state"] = "stopped"
    row["ends_on"] = min(body["on"], row.get("ends_on", body["on"]))


HANDLES: Final[Mapping[str, Handler]] = {
    "quote.issued/1": _quoted,
    "quote.revised/1": _quoted,
    "quote.sent/1": _changing(_sent),
    "quote.viewed/1": _changing(_viewed),
    "quote.signed/1": _signed,
    "quote.declined/1": _ended("declined"),
    "quote.expired/1": _ended("expired"),
    "quote.cancelled/1": _ended("cancelled"),
    "quote.withdrawn/1": _ended("withdrawn"),
    "quote.amended/1": _changing(_amended),
    "quote.milestone_reached/1": _reached,
    "quote.delivered/1": _delivered,
    "quote.deposit_requested/1": _deposit_asked,
    "quote.invoiced/1": _quote_invoiced,
    "quote.uninvoiced/1": _quote_uninvoiced,
    "deposit.requested/1": _requested,
    "deposit.invoiced/1": _changing(_deposit_invoiced),
    "deposit.paid/1": _changing(_deposit_paid, restate_deposit),
    "deposit.unpaid/1": _changing(_deposit_unpaid, restate_deposit),
    "deposit.applied/1": _changing(_applied, restate_deposit),
    "deposit.released/1": _changing(_released, restate_deposit),
    "deposit.forfeited/1": _changing(_forfeited, restate_deposit),
    "deposit.refund_due/1": _changing(_refund_due, restate_deposit),
    "deposit.cancelled/1": _changing(_cancelled, restate_deposit),
    "invoice.issued/1": _issued,
    "invoice.paid/1": _changing(_paid, restate_invoice),
    "invoice.unpaid/1": _changing(_unpaid, restate_invoice),
    "invoice.credited/1": _changing(_credited, restate_invoice),
    "invoice.replaced/1": _changing(_replaced, restate_invoice),
    "invoice.sent/1": _changing(_sent),
    "invoice.viewed/1": _changing(_viewed),
    "invoice.delivered/1": _changing(_invoice_delivered),
    "invoice.disputed/1": _disputed,
    "invoice.early_discount_taken/1": _changing(_discount_taken, restate_invoice),
    "invoice.early_discount_lost/1": _changing(_discount_lost, restate_invoice),
    "invoice.penalty_charged/1": _changing(_penalty),
    "invoice.written_off/1": _changing(_written_off, restate_invoice),
    "credit_note.issued/1": _credit_note,
    "credit_note.refunded/1": _changing(_credit_refunded, restate_credit_note),
    "note.issued/1": _note,
    "receipt.issued/1": _receipt,
    "subscription.started/1": _subscribed,
    "subscription.changed/1": _changing(_subscription_changed),
    "subscription.paused/1": _changing(_subscription_paused),
    "subscription.stopped/1": _changing(_subscription_stopped),
}
"""What each event does to the rows."""


def _wants(entry: Entry) -> Iterable[tuple[str, str]]:
    yield DOCUMENT, entry.stream
    body = entry.body
    if entry.type == "receipt.issued/1" and "deposit" in body:
        yield DOCUMENT, f"deposit:{body['deposit']}"
    elif entry.type == "note.issued/1":
        yield DOCUMENT, f"invoice:{body['invoice']}" if "invoice" in body else f"quote:{body.get('quote')}"


DOCUMENTS: Final = Projection(
    name="documents",
    version=2,
    tables=(DOCUMENT, OWNED, NUMBERED, DUE, DISPUTED, INSTALMENT),
    handles=HANDLES,
    ignores=others(HANDLES),
    wants=_wants,
)
"""Documents by state."""
