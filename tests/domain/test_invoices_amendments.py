"""Change orders and invoices: with the contract, after its last invoice, below what is invoiced, withdrawn from."""

from __future__ import annotations

import pytest

from ledger.domain.commands.common import LineInput
from ledger.domain.commands.quotes import CancelQuote, IssueQuote, ReviseQuote, WithdrawQuote
from ledger.domain.commands.sales import (
    CreditInvoice,
    IssueFinalInvoice,
    IssueInvoice,
    IssueProgressInvoice,
    RequestDeposit,
)
from ledger.domain.events.invoices import InvoiceIssued
from ledger.domain.events.ledger import TaskOpened
from tests.domain.sales import OTHER_ID, QUOTE_ID, quote, quote_state, sign, signed, works
from tests.domain.world import FixedWorld, opened

FINAL = IssueFinalInvoice(quote=QUOTE_ID)
ITSELF = IssueFinalInvoice(quote=OTHER_ID)
THIRD_ID = "cccccccc-0000-4000-8000-000000000003"


def extra(*lines: LineInput, identifier: str = OTHER_ID) -> IssueQuote:
    return quote(*(lines or (works("200", 2000),)), id=identifier, amends=QUOTE_ID)


def grosses(sale: FixedWorld) -> list[int]:
    return [each.totals.gross_cents for each in sale.all_of(InvoiceIssued)]


def test_a_change_order_signed_after_the_final_invoice_is_invoiced_by_itself() -> None:
    sale = opened()
    signed(sale)
    sale.play(FINAL)
    signed(sale, extra())
    assert sale.refusal(FINAL).code == "QUOTE_FULLY_INVOICED"
    sale.play(ITSELF)
    assert grosses(sale) == [170_000, 24_000]
    assert sale.refusal(ITSELF).code == "QUOTE_FULLY_INVOICED"
    assert sale.refusal(RequestDeposit(quote=QUOTE_ID, amount_cents=1)).code == "DEPOSIT_ABOVE_CONTRACT"
    assert sale.refusal(RequestDeposit(quote=OTHER_ID, amount_cents=1)).code == "DEPOSIT_ABOVE_CONTRACT"


def test_one_invoiced_by_itself_stays_apart_when_the_contract_is_invoiced_anew() -> None:
    sale = opened()
    signed(sale)
    first = sale.play(FINAL)["invoice"]
    signed(sale, extra())
    sale.play(ITSELF)
    sale.play(CreditInvoice(invoice=first, cause="error", replacement=IssueInvoice()))
    assert grosses(sale) == [170_000, 24_000, 170_000]


def test_one_signed_before_the_final_invoice_is_never_invoiced_twice() -> None:
    sale = opened()
    signed(sale)
    signed(sale, extra())
    sale.play(FINAL)
    assert grosses(sale) == [194_000]
    assert sale.refusal(ITSELF).code == "AMENDMENT_INVOICED_WITH_CONTRACT"


def test_a_change_order_may_not_take_off_what_is_invoiced() -> None:
    sale = opened()
    signed(sale)
    late = extra(works("200", 2000, quantity="-1"))
    sale.play(late)
    sale.play(FINAL)
    refused = sale.refusal(sign(sale, OTHER_ID))
    assert (refused.code, refused.place) == ("AMENDMENT_BELOW_INVOICED", "/quote")
    again = extra(works("200", 2000, quantity="-1"), identifier=THIRD_ID)
    assert sale.refusal(again).place == "/lines"
    members = {name: getattr(late, name) for name in ("customer", "channel", "lines", "basis", "duration_days")}
    assert sale.refusal(ReviseQuote(quote=OTHER_ID, **members)).code == "AMENDMENT_BELOW_INVOICED"


def test_what_is_invoiced_by_itself_leaves_no_room_to_take_off() -> None:
    sale = opened()
    signed(sale)
    sale.play(FINAL)
    signed(sale, extra())
    less = extra(works("20", 2000, quantity="-1"), identifier=THIRD_ID)
    assert sale.refusal(less).code == "AMENDMENT_BELOW_INVOICED"
    sale.play(ITSELF)
    assert sale.refusal(less).code == "AMENDMENT_BELOW_INVOICED"


@pytest.mark.parametrize("by", ["client", "issuer"])
def test_a_change_order_that_is_on_an_invoice_is_not_cancelled(by: str) -> None:
    sale = opened()
    signed(sale)
    signed(sale, extra())
    sale.play(FINAL)
    assert sale.refusal(CancelQuote(quote=OTHER_ID, by=by)).code == "QUOTE_HAS_INVOICES"  # type: ignore[arg-type] # a side


def test_a_change_order_withdrawn_from_while_invoiced_asks_for_a_credit_note_and_counts_for_nothing() -> None:
    sale = opened()
    signed(sale, quote(works("1000", 2000), channel="distance"))
    signed(sale, quote(works("200", 2000), id=OTHER_ID, amends=QUOTE_ID, channel="distance"))
    sale.play(IssueProgressInvoice(quote=QUOTE_ID, performed_bp=(5000, 5000)))
    sale.play(WithdrawQuote(quote=OTHER_ID, by="form"))
    assert [(task.code, task.about) for task in sale.all_of(TaskOpened)] == [("credit_invoices", QUOTE_ID)]
    sale.play(FINAL)
    assert grosses(sale) == [72_000, 120_000 - 72_000]
    assert [line.amount_cents for line in sale.last(InvoiceIssued).lines] == [50_000, -10_000]


def test_a_replacement_is_not_worth_more_than_its_contract() -> None:
    sale = opened()
    signed(sale)
    first = sale.play(FINAL)["invoice"]
    more = IssueInvoice(lines=(works("2000"),))
    refused = sale.refusal(CreditInvoice(invoice=first, cause="error", replacement=more))
    assert (refused.code, refused.place) == ("REPLACEMENT_ABOVE_CONTRACT", "/replacement/lines")
    assert dict(refused.facts) == {"open_cents": 170_000}
    less = IssueInvoice(lines=(works("900"),))
    sale.play(CreditInvoice(invoice=first, cause="error", replacement=less))
    assert grosses(sale)[-1] == 99_000
    assert quote_state(sale).invoiced_cents == 99_000


def test_a_change_order_without_which_less_is_left_than_is_invoiced_is_not_cancelled() -> None:
    sale = opened()
    signed(sale, quote(works("999", 2000), id=QUOTE_ID))
    sale.play(IssueProgressInvoice(quote=QUOTE_ID, performed_bp=(2500,)))
    signed(sale, extra(works("999", 2000)))
    signed(sale, extra(works("750", 2000, quantity="-1"), identifier=THIRD_ID))
    refused = sale.refusal(CancelQuote(quote=OTHER_ID, by="issuer"))
    assert (refused.code, refused.place) == ("AMENDMENT_BELOW_INVOICED", "/quote")
    sale.play(CancelQuote(quote=THIRD_ID, by="issuer"))
    sale.play(CancelQuote(quote=OTHER_ID, by="issuer"))
