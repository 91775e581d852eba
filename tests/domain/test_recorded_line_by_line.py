"""A sale that lacks a datum the law names is no event: the schema refuses it (BOI-TVA-DECLA-30-10-30 §50)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain import codec
from ledger.domain.commands.common import LineInput
from ledger.domain.commands.payments import RecordPayment
from ledger.domain.commands.sales import IssueInvoice
from ledger.domain.events.invoices import InvoiceIssued
from ledger.domain.events.payments import Allocation, PaymentReceived
from ledger.kernel.errors import Malformed
from tests.domain.world import CONSUMER, opened

VASE = LineInput(label="Vase", quantity="3", unit_price="9.99", nature="goods")
SALE_DATA = ("number", "issued_on", "till", "totals", "lines", "vat", "series", "n", "due_cents", "currency")
LINE_DATA = ("quantity", "unit_price", "net_cents", "rate_bp", "category", "nature")
PAYMENT_DATA = ("means", "amount_cents", "received_on", "till", "currency")


def an_invoice_and_its_payment() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    sale = opened()
    issued = sale.play(IssueInvoice(customer=CONSUMER, lines=(VASE,)))
    whole = Allocation(about=issued["invoice"], about_kind="invoice", amount_cents=issued["gross_cents"])
    sale.play(RecordPayment(means="card", amount_cents=issued["gross_cents"], allocations=(whole,)))
    body, private = codec.encode(sale.last(InvoiceIssued))
    payment, _ = codec.encode(sale.last(PaymentReceived))
    return body, private, payment


@pytest.mark.parametrize("datum", SALE_DATA)
def test_a_sale_without_one_of_its_data_is_refused(datum: str) -> None:
    body, private, _ = an_invoice_and_its_payment()
    codec.decode("invoice.issued/1", body, private)
    with pytest.raises(Malformed):
        codec.decode("invoice.issued/1", {name: value for name, value in body.items() if name != datum}, private)


@pytest.mark.parametrize("datum", LINE_DATA)
def test_a_line_without_one_of_its_data_is_refused(datum: str) -> None:
    body, private, _ = an_invoice_and_its_payment()
    line = {name: value for name, value in body["lines"][0].items() if name != datum}
    with pytest.raises(Malformed):
        codec.decode("invoice.issued/1", {**body, "lines": [line]}, private)


def test_every_line_of_a_sale_has_its_label_beside_the_chain() -> None:
    body, private, _ = an_invoice_and_its_payment()
    assert len(private["texts"]["lines"]) == len(body["lines"])


@pytest.mark.parametrize("datum", PAYMENT_DATA)
def test_a_payment_without_one_of_its_data_is_refused(datum: str) -> None:
    _, _, payment = an_invoice_and_its_payment()
    codec.decode("payment.received/1", payment, {})
    with pytest.raises(Malformed):
        codec.decode("payment.received/1", {n: value for n, value in payment.items() if n != datum}, {})
