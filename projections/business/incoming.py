"""Payments by what a person still has to do with them, and payouts of providers by day.

Table `payment`: key the payment's id, sort `<place>/<day>/<entry>`; table `payout`: key its id, sort `<day>/<entry>`.
Nobody is named here; a payer's name stands in the entry's disclosures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ledger.domain.events.payments import (
    ChargebackClosed,
    ChargebackOpened,
    MeansCorrected,
    PaymentAllocated,
    PaymentAnnounced,
    PaymentFailed,
    PaymentReceived,
    PaymentRefunded,
    PaymentReversed,
    ProviderPaidOut,
    ProviderPayoutReturned,
)
from projections.business.types import others
from projections.engine.contract import Change, Entry, Get, Handler, Projection

PAYMENT: Final = "payment"
PAYOUT: Final = "payout"

PLACES: Final = ("announced", "unplaced", "contested", "placed", "failed", "reversed")
"""Where a payment stands: announced by the client, received and not put to a document wholly, contested by the
client's bank, put to its documents, never come, taken back again."""

Fields = dict[str, Any]


def sort_of(place: str, day: str, seq: int | None = None) -> str:
    """Give the second order of payments; without an entry it stands before all of that day."""
    return f"{place}/{day}" if seq is None else f"{place}/{day}/{seq:012d}"


def _place(row: Fields) -> str:
    if row["phase"] in ("announced", "failed"):
        return str(row["phase"])
    if row["amount_cents"] - row.get("reversed_cents", 0) - row.get("refunded_cents", 0) <= 0:
        return "reversed"
    if row.get("contested_cents"):
        return "contested"
    return "unplaced" if row.get("unallocated_cents") else "placed"


def _kept(payment: str, row: Fields) -> Change:
    row["place"] = _place(row)
    return Change(PAYMENT, payment, row, sort_of(row["place"], row["on"], row["first"]))


def _announced(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row = {"phase": "announced", "on": body["announced_on"], "first": entry.seq}
    names = ("means", "amount_cents", "currency", "about", "about_kind", "reference")
    row |= {name: body[name] for name in names if name in body}
    return (_kept(entry.about, row),)


def _received(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row: Fields = {"phase": "received", "on": body["received_on"], "first": entry.seq}
    names = ("means", "amount_cents", "currency", "customer", "reference", "provider", "unallocated_cents")
    row |= {name: body[name] for name in names if name in body}
    row["documents"] = [[each["about_kind"], each["about"]] for each in body.get("allocations", ())]
    if body.get("flags"):
        row["flags"] = [each["code"] for each in body["flags"]]
    return (_kept(entry.about, row),)


def _changed(get: Get, entry: Entry, changes: Fields) -> Iterator[Change]:
    before = get(PAYMENT, entry.about)
    if before is not None:
        yield _kept(entry.about, {**before, **changes})


def _allocated(get: Get, entry: Entry) -> Iterator[Change]:
    body, before = entry.body, get(PAYMENT, entry.about)
    if before is None:
        return
    documents = [list(each) for each in before.get("documents", ())]
    documents += [[each["about_kind"], each["about"]] for each in body.get("allocations", ())]
    changes = {"unallocated_cents": body["unallocated_cents"], "documents": documents}
    yield from _changed(get, entry, changes)


def _reversed(get: Get, entry: Entry) -> Iterator[Change]:
    body, before = entry.body, get(PAYMENT, entry.about)
    if before is None:
        return
    freed = sum(each["amount_cents"] for each in body.get("freed", ()))
    changes = {
        "reversed_cents": before.get("reversed_cents", 0) + body["amount_cents"],
        "unallocated_cents": max(0, before.get("unallocated_cents", 0) + freed - body["amount_cents"]),
    }
    yield from _changed(get, entry, changes)


def _refunded(get: Get, entry: Entry) -> Iterator[Change]:
    body, before = entry.body, get(PAYMENT, entry.about)
    if before is None:
        return
    refunded = before.get("refunded_cents", 0) + body["amount_cents"]
    yield from _changed(get, entry, {"refunded_cents": refunded, "unallocated_cents": body["unallocated_cents"]})


def _failed(get: Get, entry: Entry) -> Iterator[Change]:
    yield from _changed(get, entry, {"phase": "failed", "cause": entry.body["cause"]})


def _corrected(get: Get, entry: Entry) -> Iterator[Change]:
    yield from _changed(get, entry, {"means": entry.body["means"]})


def _contested(get: Get, entry: Entry) -> Iterator[Change]:
    body = entry.body
    changes = {"contested_cents": body["amount_cents"]}
    if "respond_by" in body:
        changes["respond_by"] = body["respond_by"]
    yield from _changed(get, entry, changes)


def _decided(get: Get, entry: Entry) -> Iterator[Change]:
    yield from _changed(get, entry, {"contested_cents": 0})


def _paid_out(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row = {"fee_cents": 0} | {
        name: body[name]
        for name in ("provider", "provider_reference", "currency", "gross_cents", "fee_cents", "paid_on")
        if name in body
    }
    return (Change(PAYOUT, entry.about, row, f"{body['paid_on']}/{entry.seq:012d}"),)


def _payout_returned(get: Get, entry: Entry) -> Iterable[Change]:
    row, body = get(PAYOUT, entry.about), entry.body
    if row is None:
        return ()
    kept = {**row, "returned_on": body["returned_on"]}
    return (Change(PAYOUT, entry.about, kept, f"{row['paid_on']}/{entry.seq:012d}"),)


HANDLES: Final[dict[str, Handler]] = {
    PaymentAnnounced.TYPE: _announced,
    PaymentReceived.TYPE: _received,
    PaymentAllocated.TYPE: _allocated,
    PaymentReversed.TYPE: _reversed,
    PaymentRefunded.TYPE: _refunded,
    PaymentFailed.TYPE: _failed,
    MeansCorrected.TYPE: _corrected,
    ChargebackOpened.TYPE: _contested,
    ChargebackClosed.TYPE: _decided,
    ProviderPaidOut.TYPE: _paid_out,
    ProviderPayoutReturned.TYPE: _payout_returned,
}
_FIRST: Final = frozenset({PaymentAnnounced.TYPE, PaymentReceived.TYPE, ProviderPaidOut.TYPE})


def _wants(entry: Entry) -> Iterator[tuple[str, str]]:
    if entry.type == ProviderPayoutReturned.TYPE:
        yield PAYOUT, entry.about
    elif entry.type in HANDLES and entry.type not in _FIRST:
        yield PAYMENT, entry.about


INCOMING: Final = Projection(
    name="incoming",
    version=1,
    tables=(PAYMENT, PAYOUT),
    handles=HANDLES,
    ignores=others(HANDLES),
    wants=_wants,
)
"""Payments by place and day, payouts by day."""
