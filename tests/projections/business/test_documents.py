"""The documents projection equals the states that the ledger decides by, over every sale that the tests play."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.domain.events import EVENT_TYPES
from ledger.domain.streams.credit_note import CREDIT_NOTE, CreditNoteState
from ledger.domain.streams.deposit import DEPOSIT, DepositState
from ledger.domain.streams.invoice import INVOICE, InvoiceState
from ledger.domain.streams.note import NOTE, NoteState
from ledger.domain.streams.quote import QUOTE, QuoteState
from ledger.domain.streams.receipt import RECEIPT, ReceiptState
from ledger.domain.streams.subscription import SUBSCRIPTION, SubscriptionState
from projections.business.documents import DOCUMENTS, KINDS, sort_of
from projections.business.types import GROUPS
from projections.engine.contract import Row
from tests.domain.world import FixedWorld
from tests.projections.playing import SALES, Folded, entries_of, played


def test_every_type_stands_in_one_group() -> None:
    named = [name for group in GROUPS for name in group]
    assert len(named) == len(set(named))
    assert set(named) == {each.TYPE for each in EVENT_TYPES}


# --- the same as the ledger's own states


def _invoice(state: InvoiceState) -> dict[str, Any]:
    document = state.issued
    deposit = document.kind == "deposit"
    word = state.state if not deposit or state.state in ("replaced", "credited") else "by_deposit"
    return {
        "kind": "deposit_invoice" if deposit else "invoice", "state": word, "open_cents": state.open_cents,
        "gross_cents": state.gross_cents, "due_cents": state.due_cents, "paid_cents": state.paid_cents,
        "credited_cents": state.credited_cents, "settled_cents": state.settled_cents,
        "refund_cents": state.refund_cents, "early_discount_cents": state.early_discount_cents,
        "written_off_cents": state.written_off_cents, "penalty_cents": state.penalty_cents + state.indemnity_cents,
        "prepaid_cents": sum(each.amount_cents for each in document.prepaid),
        "interest_cents": sum(each.interest_cents for each in document.prepaid),
        "number": document.number, "issued_on": document.issued_on, "due_on": document.due_on,
        "customer": document.customer, "quote": document.quote, "deposit": document.deposit,
        "subscription": document.subscription, "replaced_by": state.replaced_by, "disputed": state.disputed,
        "sent": state.sent, "viewed": state.viewed, "delivered_on": state.delivered_on,
    }  # fmt: skip


def _deposit(state: DepositState) -> dict[str, Any]:
    asked = state.asked
    return {
        "kind": "deposit_request", "state": state.phase, "gross_cents": state.amount_cents,
        "open_cents": state.to_pay_cents, "paid_cents": state.paid_cents, "applied_cents": state.applied_cents,
        "refunded_cents": state.refunded_cents, "forfeited_cents": state.forfeited_cents,
        "held_cents": state.available_cents,
        "refund_due_cents": state.to_refund_cents + state.indemnity_due_cents,
        "advance": asked.kind, "number": asked.number, "issued_on": asked.issued_on, "due_on": asked.due_on,
        "payable_from": asked.payable_from, "customer": asked.customer, "quote": asked.quote,
        "instalment": asked.instalment, "invoice": state.invoices[-1] if state.invoices else None,
    }  # fmt: skip


def _quote(state: QuoteState) -> dict[str, Any]:
    document, contract = state.current, state.contract
    return {
        "kind": "quote", "state": state.phase, "gross_cents": state.gross_cents,
        "invoiced_cents": state.invoiced_cents, "number": document.number, "issued_on": document.issued_on,
        "valid_until": document.valid_until, "customer": document.customer, "sent": state.sent,
        "document_version": document.document_version,
        "signed_on": contract.concluded_on if contract else None,
        "withdrawal_until": contract.withdrawal_until if contract else None,
        "instalments": len(contract.schedule) if contract else 0,
    }  # fmt: skip


def _credit_note(state: CreditNoteState) -> dict[str, Any]:
    return {
        "gross_cents": state.gross_cents, "number": state.number, "issued_on": state.issued_on,
        "invoice": state.invoice, "customer": state.customer, "refund_cents": state.refund_cents,
        "refunded_cents": state.refunded_cents, "refund_due_cents": state.open_cents,
    }  # fmt: skip


def _note(state: NoteState) -> dict[str, Any]:
    return {
        "kind": "note", "state": "issued", "gross_cents": state.gross_cents, "number": state.number,
        "issued_on": state.issued_on, "quote": state.quote, "invoice": state.invoice,
    }  # fmt: skip


def _receipt(state: ReceiptState) -> dict[str, Any]:
    return {
        "kind": "receipt", "state": "issued", "gross_cents": state.amount_cents, "number": state.number,
        "issued_on": state.issued_on, "payment": state.payment, "deposit": state.deposit,
    }  # fmt: skip


def _subscription(state: SubscriptionState) -> dict[str, Any]:
    return {
        "kind": "subscription", "state": "stopped" if state.stopped else "paused" if state.paused else "active",
        "ends_on": state.last_on, "starts_on": state.started.starts_on, "customer": state.started.customer,
    }  # fmt: skip


READ: dict[str, tuple[Any, Callable[[Any], dict[str, Any]]]] = {
    "invoice": (INVOICE, _invoice),
    "deposit": (DEPOSIT, _deposit),
    "quote": (QUOTE, _quote),
    "credit_note": (CREDIT_NOTE, _credit_note),
    "note": (NOTE, _note),
    "receipt": (RECEIPT, _receipt),
    "subscription": (SUBSCRIPTION, _subscription),
}


def differences(world: FixedWorld, view: Folded) -> list[str]:
    """Where a row and the state of its stream differ; a counter that is not there is zero."""
    found = []
    streams = dict.fromkeys(emit.stream for emit in world.log)
    documents = [stream for stream in streams if stream.partition(":")[0] in READ]
    if sorted(documents) != sorted(row.key for row in view.rows("document")):
        found.append(f"documents {documents}, rows {[row.key for row in view.rows('document')]}")
    for stream in documents:
        kind, read = READ[stream.partition(":")[0]]
        state = world.state(kind, stream.partition(":")[2])
        row = view.get("document", stream)
        body = row.body if row is not None else {}
        for name, value in read(state).items():
            if (body.get(name) or None) != (value or None):
                found.append(f"{stream} {name}: row {body.get(name)!r}, ledger {value!r}")
    return found


@pytest.mark.parametrize("name", SALES)
def test_every_row_says_what_the_ledger_knows(name: str) -> None:
    sale = played(name)
    assert differences(sale.world, Folded(DOCUMENTS, entries_of(sale))) == []


@pytest.mark.parametrize("name", SALES)
def test_every_row_stands_where_its_kind_state_and_day_put_it(name: str) -> None:
    view = Folded(DOCUMENTS, entries_of(played(name)))
    for row in view.rows("document"):
        assert row.body["state"] in KINDS[row.body["kind"]]
        assert row.sort == sort_of(
            row.body["kind"], row.body["state"], row.body["issued_on"], row.body.get("number", "")
        )


def _plain(rows: list[Row]) -> list[tuple[Any, ...]]:
    return [(row.key, row.seq, row.sort, dict(row.body)) for row in rows]


@pytest.mark.parametrize("name", SALES)
def test_a_row_holds_no_name_and_no_text(name: str) -> None:
    sale = played(name)
    rows = str([_plain(list(view)) for view in (Folded(DOCUMENTS, entries_of(sale)).rows(t) for t in DOCUMENTS.tables)])
    for one in sale.entries:
        party = getattr(one.event, "party", None) or getattr(one.event, "client", None)
        if party is not None:
            assert party.name not in rows
    assert "$c" not in rows
