"""Planned payments of a contract: planned, asked for, in its last invoice, and planned again when that is undone."""

from __future__ import annotations

from ledger.domain.commands.common import InstalmentInput
from ledger.domain.commands.sales import CreditInvoice, IssueFinalInvoice, IssueProgressInvoice
from projections.business.documents import DOCUMENTS, INSTALMENT
from tests.documents.selling import QUOTE_ID, Sale, a_quote, sign
from tests.projections.playing import Folded, entries_of

SCHEDULE = (
    InstalmentInput(kind="acompte", share_bp=2000, trigger="date", due_on="2027-01-15"),
    InstalmentInput(kind="acompte", share_bp=2000, trigger="milestone", milestone="mid"),
)


def where(sale: Sale) -> list[str]:
    rows = Folded(DOCUMENTS, entries_of(sale)).tables[INSTALMENT].values()
    return [row.sort.partition("/")[0] for row in rows]


def contract() -> Sale:
    sale = Sale()
    sale.play(a_quote(special_order=True, schedule=SCHEDULE))
    sign(sale)
    return sale


def test_what_the_last_invoice_bills_is_no_longer_planned() -> None:
    sale = contract()
    assert where(sale) == ["planned", "planned"]
    sale.play(IssueFinalInvoice(quote=QUOTE_ID))
    assert where(sale) == ["billed", "billed"]


def test_a_progress_invoice_leaves_the_plan_as_it_is() -> None:
    sale = contract()
    lines = len(a_quote().lines)
    sale.play(IssueProgressInvoice(quote=QUOTE_ID, performed_bp=(1000,) * lines))
    assert where(sale) == ["planned", "planned"]


def test_when_the_last_invoice_is_undone_wholly_the_rest_is_planned_again() -> None:
    sale = contract()
    invoice = sale.play(IssueFinalInvoice(quote=QUOTE_ID))["invoice"]
    sale.play(CreditInvoice(invoice=invoice, cause="error"))
    assert where(sale) == ["planned", "planned"]
