"""Payments as a bank's line may meet them: amount, day, reference, and what of the money has not gone back.

Table `payment`: key the payment's id, sort the day on which it was received. Table `reference`: key
`<reference>/<payment>`, for the bank's returns, which name the payment that they take back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from ledger.domain.events.payments import MeansCorrected, PaymentReceived, PaymentRefunded, PaymentReversed
from projections.bank.matching import Known
from projections.business.types import others
from projections.engine.contract import Change, Entry, Get, Handler, Projection, Row, View

PAYMENT: Final = "payment"
REFERENCE: Final = "reference"

BY_BANK: Final = frozenset({"credit_transfer", "instant_transfer", "direct_debit", "cheque"})
"""Means that reach the account one by one: what a person recorded by hand may be seen again on a statement."""


def _received(_: Get, entry: Entry) -> Iterable[Change]:
    body = entry.body
    row = {
        "amount_cents": body["amount_cents"],
        "currency": body["currency"],
        "received_on": body["received_on"],
        "means": body["means"],
        "left_cents": body["amount_cents"],
        "from_file": "statement" in body,
    }
    reference = body.get("reference")
    if reference is not None:
        row["reference"] = reference
        yield Change(REFERENCE, f"{reference}/{entry.about}", {})
    yield Change(PAYMENT, entry.about, row, body["received_on"])


def _less(get: Get, entry: Entry) -> Iterable[Change]:
    before = get(PAYMENT, entry.about)
    if before is not None:  # None: received in an entry that was purged before the rows were made anew
        left = max(0, before["left_cents"] - entry.body["amount_cents"])
        yield Change(PAYMENT, entry.about, {**before, "left_cents": left}, before["received_on"])


def _corrected(get: Get, entry: Entry) -> Iterable[Change]:
    before = get(PAYMENT, entry.about)
    if before is not None:
        yield Change(PAYMENT, entry.about, {**before, "means": entry.body["means"]}, before["received_on"])


HANDLES: Final[dict[str, Handler]] = {
    PaymentReceived.TYPE: _received,
    PaymentReversed.TYPE: _less,
    PaymentRefunded.TYPE: _less,
    MeansCorrected.TYPE: _corrected,
}


def _wants(entry: Entry) -> Iterator[tuple[str, str]]:
    if entry.type in HANDLES and entry.type != PaymentReceived.TYPE:
        yield PAYMENT, entry.about


PAYMENTS: Final = Projection(
    name="payments",
    version=1,
    tables=(PAYMENT, REFERENCE),
    handles=HANDLES,
    ignores=others(HANDLES),
    wants=_wants,
)
"""The projection of payments by day and by reference."""


def known_around(view: View, days: Iterable[str], within: int) -> list[Known]:
    """Give the payments by bank that were recorded by hand with a value date near one of these days."""
    told = sorted(days)
    if not told:
        return []
    margin = timedelta(days=within)
    first, last = date.fromisoformat(told[0]) - margin, date.fromisoformat(told[-1]) + margin
    rows = view.rows(PAYMENT, sort_from=first.isoformat(), sort_to=last.isoformat())
    return [_known(row) for row in rows if row.body["means"] in BY_BANK and not row.body["from_file"]]


def known_by_reference(view: View, references: Iterable[str]) -> list[Known]:
    """Give the payments that were recorded under one of these references."""
    found = []
    for reference in sorted(set(references)):
        for pointer in view.rows(REFERENCE, first=f"{reference}/", last=f"{reference}0"):  # 0 comes after /
            row = view.get(PAYMENT, pointer.key.rpartition("/")[2])
            if row is not None:
                found.append(_known(row))
    return found


def _known(row: Row) -> Known:
    body = row.body
    return Known(
        payment=row.key,
        amount_cents=body["amount_cents"],
        currency=body["currency"],
        received_on=body["received_on"],
        end_to_end=body.get("reference"),
        left_cents=body["left_cents"],
    )
