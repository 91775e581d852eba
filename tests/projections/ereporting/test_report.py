"""The two reports over played sales: figures, what is due, and the entries behind each figure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.commands.sales import IssueInvoice
from ledger.domain.events.invoices import InvoiceIssued
from projections.ereporting.report import EREPORTING, EREPORTING_DUE
from projections.reports.asking import Unfit, complete
from projections.reports.contract import Asked, Report
from tests.documents.selling import COMPANY, Sale, works
from tests.domain.world import CONSUMER
from tests.projections.playing import SaleDesk, played


def asked(report: Report, **given: str) -> Asked:
    found = complete(report, given)
    assert not isinstance(found, Unfit), found
    return found


def test_figures_are_told_by_flow_day_category_and_rate_with_their_entries() -> None:
    desk = SaleDesk(played("credit_note_b2c"))
    given = asked(EREPORTING)
    table = EREPORTING.make(desk, given)
    assert [(row["flow"], row.get("category"), row["rate_bp"]) for row in table.rows] == [
        ("10.3", "TLB1", 2000),
        ("10.3", "TPS1", 2000),
        ("10.4", None, 2000),
    ]
    assert table.totals == {"base_cents": 17_484, "vat_cents": 3_496, "paid_cents": 18_000}
    for row in table.rows[:2]:
        seqs = list(EREPORTING.explain(desk, given, row["key"], "base_cents"))
        assert EREPORTING.shares is not None
        shares = EREPORTING.shares(desk, given, row["key"], "base_cents")
        assert shares is not None
        assert sum(shares.values()) == row["base_cents"]
        assert set(shares) <= set(seqs)


def test_one_flow_can_be_asked_for() -> None:
    desk = SaleDesk(played("credit_note_b2c"))
    assert {row["flow"] for row in EREPORTING.make(desk, asked(EREPORTING, flow="10.4")).rows} == {"10.4"}


@pytest.mark.parametrize(
    ("name", "words"),
    [("invoice_b2b", "French businesses"), ("invoice_public", "public bodies"), ("invoice_b2c", "not compulsory")],
)
def test_what_is_not_there_is_said(name: str, words: str) -> None:
    table = EREPORTING.make(SaleDesk(played(name)), asked(EREPORTING))
    assert any(words in note.en for note in table.notes)


def test_what_is_due_is_told_by_flow_and_day_once_the_firm_has_started() -> None:
    assert EREPORTING_DUE.make(SaleDesk(played("invoice_b2c")), asked(EREPORTING_DUE)).rows == ()  # a small firm
    sale = Sale(profile=replace(COMPANY, firm_size="mid"))
    sale.play(IssueInvoice(customer=CONSUMER, basis="net", lines=(works("100", 2000),)))
    sale.later(60)
    desk, given = SaleDesk(sale), asked(EREPORTING_DUE)
    (row,) = EREPORTING_DUE.make(desk, given).rows
    assert (row["flow"], row["state"], row["late"], row["file"], row["lines"]) == ("10.3", "to_make", True, "IN 1", 1)
    assert (row["from_on"], row["to_on"], row["due_on"]) == ("2026-11-01", "2026-11-30", "2026-12-10")
    (seq,) = EREPORTING_DUE.explain(desk, given, row["key"], "lines")
    assert isinstance(sale.entries[seq - 1].event, InvoiceIssued)
    assert row["seq"] == seq
