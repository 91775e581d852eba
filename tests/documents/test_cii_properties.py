"""Any sale that pricing accepts has XML without findings, its lines being quantity x price less their allowance."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from ledger.domain.commands.common import Command, LineInput
from ledger.domain.commands.sales import (
    CreditInvoice,
    CreditLine,
    InvoiceDeposit,
    IssueFinalInvoice,
    IssueInvoice,
    IssueProgressInvoice,
)
from ledger.domain.decision import Decision
from ledger.domain.events.common import Discount
from ledger.domain.events.invoices import InvoiceIssued
from ledger.domain.money import cents_of, parse_decimal, product_cents
from projections.documents.cii import cii_xml, is_french_business, profile_of
from projections.documents.paper import Paper
from projections.documents.validation import check_xml, errors
from tests.documents.corpus.papers import last_paper
from tests.domain.sales import QUOTE_ID, pay, quote, quote_state, share, signed, works
from tests.domain.world import BUSINESS, CONSUMER, PUBLIC, FixedWorld, opened

ID = "dddddddd-0000-4000-8000-000000000009"
NS = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}

amounts = st.integers(min_value=0, max_value=10**12).map(lambda n: _decimal(n, 6))
small_amounts = st.integers(min_value=0, max_value=10**6).map(lambda n: _decimal(n, 2))
quantities = st.one_of(
    st.integers(min_value=-20, max_value=500).map(str),
    st.integers(min_value=-(10**5), max_value=10**7).map(lambda n: _decimal(n, 3)),
    st.integers(min_value=1, max_value=10**9).map(lambda n: _decimal(n, 6)),
)
treatments: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        *({"rate_bp": rate} for rate in (2000, 1000, 550, 210)),
        {"category": "E", "exemption": "VATEX-FR-CGI261-4"},
        {"category": "E", "exemption": "VATEX-EU-132-1G"},
        {"category": "O"},
        {"category": "Z", "exemption": "ZERO"},
    ]
)
discounts = st.one_of(
    st.none(),
    st.integers(min_value=1, max_value=10_000).map(lambda share: Discount(share_bp=share, reason="x")),
    st.integers(min_value=1, max_value=3_000).map(lambda cents: Discount(amount_cents=cents)),
)


def _decimal(units: int, scale: int) -> str:
    sign, digits = ("-", str(-units)) if units < 0 else ("", str(units))
    digits = digits.zfill(scale + 1)
    text = f"{sign}{digits[:-scale]}.{digits[-scale:]}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@st.composite
def lines(draw: st.DrawFn) -> LineInput:
    return LineInput(
        label=draw(st.text(min_size=1, max_size=20)),
        quantity=draw(quantities),
        unit=draw(st.sampled_from(["C62", "MTK", "HUR", "XX9"])),
        unit_price=draw(st.one_of(small_amounts, amounts)),
        nature=draw(st.sampled_from(["goods", "services"])),
        discount=draw(discounts),
        **draw(treatments),
    )


def sold(world: FixedWorld, **members: Any) -> bool:
    """Issue the invoice if the ledger accepts it."""
    outcome = world.when(IssueInvoice(id=ID, **members))
    if not isinstance(outcome, Decision):
        return False
    for emit in outcome.events:
        world.given(emit)
    return True


def without_findings(paper: Paper) -> bytes:
    xml = cii_xml(paper)
    assert xml == cii_xml(paper)
    assert errors(check_xml(xml, profile_of(paper), french_business=is_french_business(paper))) == ()
    for line in etree.fromstring(xml).iterfind(".//ram:IncludedSupplyChainTradeLineItem", NS):
        _check_line(line)
    return xml


def _check_line(line: etree._Element) -> None:
    quantity, price = (line.findtext(f".//ram:{name}", "", NS) for name in ("BilledQuantity", "ChargeAmount"))
    off, net = (cents_of(line.findtext(f".//ram:{name}", "0", NS)) for name in ("ActualAmount", "LineTotalAmount"))
    per = line.findtext(".//ram:BasisQuantity", None, NS)
    if per is None:
        assert product_cents(parse_decimal(quantity), parse_decimal(price)) - off == net
    else:
        assert quantity.lstrip("-") == per
        assert cents_of(price) - off == abs(net) or cents_of(price) == abs(net)


SOME = settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])

INVOICES = (
    st.lists(lines(), min_size=1, max_size=6),
    st.sampled_from(["net", "gross"]),
    st.sampled_from([CONSUMER, BUSINESS, PUBLIC]),
    discounts,
)


def any_invoice(given_lines: list[LineInput], basis: Any, customer: str, discount: Discount | None) -> None:
    world = opened()
    assume(sold(world, customer=customer, lines=tuple(given_lines), basis=basis, discount=discount))
    without_findings(last_paper(world))


test_any_invoice_is_without_findings = settings(SOME, max_examples=25)(given(*INVOICES)(any_invoice))
test_a_thousand_invoices_are_without_findings = pytest.mark.long(
    settings(SOME, max_examples=1_000)(given(*INVOICES)(any_invoice))
)

CREDITS = (
    st.lists(lines(), min_size=1, max_size=4),
    st.sampled_from(["net", "gross"]),
    discounts,
    st.lists(st.integers(min_value=1, max_value=40_000), min_size=1, max_size=3),
)


def any_credit_note(given_lines: list[LineInput], basis: Any, discount: Discount | None, parts: list[int]) -> None:
    world = opened()
    assume(sold(world, customer=BUSINESS, lines=tuple(given_lines), basis=basis, discount=discount))
    assume(world.last(InvoiceIssued).totals.gross_cents > 0)
    for rank, part in enumerate(parts):
        line = CreditLine(rank=rank % len(given_lines) + 1, amount_cents=part)
        _played(world, CreditInvoice(invoice=ID, cause="return", lines=(line,)))
    _played(world, CreditInvoice(invoice=ID, cause="cancellation"))


test_any_credit_note_is_without_findings = settings(SOME, max_examples=15)(given(*CREDITS)(any_credit_note))
test_hundreds_of_credit_notes_are_without_findings = pytest.mark.long(
    settings(SOME, max_examples=400)(given(*CREDITS)(any_credit_note))
)

CONTRACTS = (
    st.lists(st.tuples(st.integers(1, 200_000), st.sampled_from([550, 1000, 2000])), min_size=1, max_size=4),
    st.sampled_from(["net", "gross"]),
    st.one_of(st.none(), st.integers(min_value=1, max_value=3_000).map(lambda share: Discount(share_bp=share))),
    st.integers(min_value=1, max_value=4_000),
    st.lists(st.integers(min_value=1, max_value=6_000), max_size=2),
    st.booleans(),
)


def any_contract(
    priced: list[tuple[int, int]],
    basis: Any,
    discount: Discount | None,
    deposit_bp: int,
    steps: list[int],
    invoiced: bool,
) -> None:
    """Sign a contract, pay its deposit, invoice it step by step and then its end; each document is checked."""
    world = opened()
    contract = quote(
        *(works(_decimal(cents, 2), rate_bp, quantity="3") for cents, rate_bp in priced),
        basis=basis,
        discount=discount,
        customer=BUSINESS,
        schedule=(share(deposit_bp),),
    )
    assume(isinstance(world.when(contract), Decision))
    signed(world, contract)
    for link in quote_state(world).deposits:
        pay(world, link.deposit)
        if invoiced:
            _played(world.later(1), InvoiceDeposit(deposit=link.deposit))
    reached = 0
    for step in steps:
        reached = min(reached + step, 10_000)
        _played(world.later(1), IssueProgressInvoice(quote=QUOTE_ID, performed_bp=(reached,) * len(priced)))
    _played(world.later(1), IssueFinalInvoice(quote=QUOTE_ID))


test_all_invoices_of_any_contract_are_without_findings = settings(SOME, max_examples=10)(
    given(*CONTRACTS)(any_contract)
)
test_hundreds_of_contracts_are_without_findings = pytest.mark.long(
    settings(SOME, max_examples=300)(given(*CONTRACTS)(any_contract))
)


def _played(world: FixedWorld, command: Command) -> None:
    """Issue a document if the ledger accepts it, and check it."""
    outcome = world.when(command)
    if not isinstance(outcome, Decision):
        return
    for emit in outcome.events:
        world.given(emit)
    without_findings(last_paper(world))
