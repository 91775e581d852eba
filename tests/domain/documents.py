"""Documents as events, made in one line, for tests that begin where a document already stands."""

from __future__ import annotations

from typing import Any

from ledger.domain.events.common import Line, RateSplit, Totals, VatRow
from ledger.domain.events.deposits import DepositRequested
from ledger.domain.events.invoices import CreditNoteIssued, InvoiceCredited, InvoiceIssued, Preceding
from ledger.domain.money import decimal_of
from ledger.domain.totals import rate_split
from tests.domain.world import CONSUMER, SERIES


def row(net_cents: int, rate_bp: int = 2000, goods: bool = False) -> VatRow:
    """One VAT row of services (or goods) at the standard rate unless said otherwise."""
    vat = (net_cents * rate_bp + 5000) // 10_000
    return VatRow(
        category="S",
        rate_bp=rate_bp,
        base_cents=net_cents,
        vat_cents=vat,
        goods_base_cents=net_cents if goods else 0,
        goods_vat_cents=vat if goods else 0,
    )


def _totals(rows: tuple[VatRow, ...]) -> Totals:
    net, vat = sum(each.base_cents for each in rows), sum(each.vat_cents for each in rows)
    return Totals(net_cents=net, vat_cents=vat, gross_cents=net + vat)


def _lines(rows: tuple[VatRow, ...]) -> tuple[Line, ...]:
    return tuple(
        Line(
            nature="goods" if each.goods_base_cents else "services",
            quantity="1",
            unit_price=decimal_of(each.base_cents).rstrip("0").rstrip("."),
            category=each.category,
            rate_bp=each.rate_bp,
            amount_cents=each.base_cents,
            net_cents=each.base_cents,
        )
        for each in rows
    )


def an_invoice(*rows: VatRow, n: int = 1, issued_on: str = "2026-11-23", **members: Any) -> InvoiceIssued:
    """An ordinary invoice for a consumer, of 120.00 at 20 % unless rows are given."""
    rows = rows or (row(10_000),)
    totals = _totals(rows)
    return InvoiceIssued(
        **{
            "kind": "ordinary",
            "type_code": "380",
            "series": SERIES["invoice"],
            "n": n,
            "number": f"F-{n:05d}",
            "issued_on": issued_on,
            "till": "1",
            "issuer_version": 1,
            "customer": CONSUMER,
            "customer_kind": "consumer",
            "currency": "EUR",
            "basis": "net",
            "supply_place": "FR",
            "lines": _lines(rows),
            "vat": rows,
            "totals": totals,
            "due_cents": totals.gross_cents,
            "due_on": "2026-12-23",
            "vat_on": "receipt",
            **members,
        }
    )


def a_deposit(*rows: VatRow, n: int = 1, **members: Any) -> DepositRequested:
    """A request for arrhes of a consumer, of 120.00 at 20 % unless rows are given."""
    split: tuple[RateSplit, ...] = tuple(rate_split(each) for each in rows or (row(10_000),))
    return DepositRequested(
        **{
            "series": SERIES["payment_request"],
            "n": n,
            "number": f"P-{n:05d}",
            "issued_on": "2026-11-23",
            "customer": CONSUMER,
            "customer_kind": "consumer",
            "kind": "arrhes",
            "currency": "EUR",
            "amount_cents": sum(each.gross_cents for each in split),
            "split": split,
            "due_on": "2026-12-01",
            "reference": f"P{n:05d}",
            **members,
        }
    )


def a_credit(invoice: str, *rows: VatRow, refund_cents: int, n: int = 1, **members: Any) -> CreditNoteIssued:
    """A credit note for an invoice, of 120.00 at 20 % unless rows are given."""
    rows = rows or (row(10_000),)
    totals = _totals(rows)
    return CreditNoteIssued(
        **{
            "type_code": "381",
            "series": SERIES["credit_note"],
            "n": n,
            "number": f"A-{n:05d}",
            "issued_on": "2026-11-23",
            "till": "1",
            "issuer_version": 1,
            "customer": CONSUMER,
            "customer_kind": "consumer",
            "currency": "EUR",
            "basis": "net",
            "supply_place": "FR",
            "preceding": (Preceding(invoice=invoice, number="F-00001", issued_on="2026-11-23"),),
            "whole": True,
            "lines": _lines(rows),
            "vat": rows,
            "totals": totals,
            "settles_cents": totals.gross_cents - refund_cents,
            "refund_cents": refund_cents,
            "cause": "return",
            **members,
        }
    )


def credited_by(note: str, credit: CreditNoteIssued) -> InvoiceCredited:
    """What the invoice's stream says of a credit note."""
    return InvoiceCredited(
        credit_note=note,
        number=credit.number,
        whole=credit.whole,
        gross_cents=credit.totals.gross_cents,
        settles_cents=credit.settles_cents,
        refund_cents=credit.refund_cents,
        vat=credit.vat,
    )
