"""The projection of payments by what is left to do equals the states that the ledger decides by."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.commands.payments import RecordPayout, RecordPayoutReturn
from ledger.domain.streams.payment import PAYMENT, PaymentState
from ledger.domain.streams.provider import payout_id
from projections.business.documents import DISPUTED, DOCUMENTS, DUE, NUMBERED
from projections.business.incoming import INCOMING, PAYOUT, PLACES, sort_of
from projections.business.incoming import PAYMENT as ROWS
from tests.documents.sales import CASES
from tests.projections.playing import SALES, Folded, entries_of, played


def _place(state: PaymentState) -> str:
    if state.phase in ("announced", "failed"):
        return state.phase
    if state.left_cents <= 0:
        return "reversed"
    if state.contested_cents:
        return "contested"
    return "unplaced" if state.unallocated_cents else "placed"


@pytest.mark.parametrize("name", SALES)
def test_every_payment_stands_where_its_state_says(name: str) -> None:
    sale = played(name)
    view = Folded(INCOMING, entries_of(sale))
    rows = {row.key: row for row in view.rows(ROWS)}
    streams = {
        stream.partition(":")[2]
        for stream in {entry.stream for entry in entries_of(sale)}
        if stream.startswith("payment:")
    }
    assert set(rows) == streams
    for key, row in rows.items():
        state = sale.world.state(PAYMENT, key)
        assert state is not None
        assert row.body["place"] == _place(state)
        assert row.body["place"] in PLACES
        assert row.body["amount_cents"] == state.amount_cents
        assert row.body.get("unallocated_cents", 0) == state.unallocated_cents
        assert row.sort.startswith(sort_of(row.body["place"], state.on))


@pytest.mark.parametrize("name", SALES)
def test_what_is_due_disputed_and_numbered_is_named_and_nothing_else(name: str) -> None:
    view = Folded(DOCUMENTS, entries_of(played(name)))
    documents: dict[str, Any] = {row.key: row.body for row in view.rows("document")}
    assert {row.key for row in view.rows(DUE)} == {key for key, body in documents.items() if body.get("open_cents")}
    assert {row.key for row in view.rows(DISPUTED)} == {key for key, body in documents.items() if body.get("disputed")}
    numbered = {f"{body['number']}/{key}" for key, body in documents.items() if "number" in body}
    assert {row.key for row in view.rows(NUMBERED)} == numbered


def test_a_payout_that_came_back_keeps_its_row_and_says_when() -> None:
    sale, *_ = CASES[SALES[0]]()
    sale.play(RecordPayout(provider="stripe", provider_reference="po_1", gross_cents=1_200, fee_cents=20))
    sale.play(RecordPayoutReturn(provider="stripe", provider_reference="po_1"))
    (row,) = Folded(INCOMING, entries_of(sale)).rows(PAYOUT)
    assert (row.key, row.body["gross_cents"]) == (payout_id("stripe", "po_1"), 1_200)
    assert row.body["returned_on"] == row.body["paid_on"]


def test_a_payout_that_was_drawn_is_below_zero_in_its_row() -> None:
    sale, *_ = CASES[SALES[0]]()
    sale.play(RecordPayout(provider="stripe", provider_reference="po_1", gross_cents=-1_200, fee_cents=20))
    (row,) = Folded(INCOMING, entries_of(sale)).rows(PAYOUT)
    assert (row.body["gross_cents"], row.body["fee_cents"]) == (-1_200, 20)
