"""Whatever the document: lines, rates and totals agree, and its parts give it back to the cent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.events.common import Discount, VatRow
from ledger.domain.money import net_of_gross, percent_of
from ledger.domain.totals import (
    DocumentTotals,
    Performed,
    PricedLine,
    add_rows,
    fit_within,
    gross_of,
    gross_total,
    price_document,
    price_progress,
    split_gross,
    subtract_rows,
)
from ledger.domain.types import Nature, PriceBasis

RATES = (0, 90, 105, 175, 210, 550, 850, 1000, 1300, 2000)
BASES: st.SearchStrategy[PriceBasis] = st.sampled_from(["net", "gross"])
NATURES: st.SearchStrategy[Nature] = st.sampled_from(["goods", "services"])
DISCOUNTS = st.none() | st.builds(Discount, share_bp=st.integers(0, 10000))


@st.composite
def lines(draw: st.DrawFn, least_quantity: int = 0) -> PricedLine:
    rate_bp = draw(st.sampled_from(RATES))
    quantity = draw(st.integers(least_quantity, 10_000))
    price = draw(st.integers(0, 500_000))
    return PricedLine(
        f"-{_thousandths(-quantity)}" if quantity < 0 else _thousandths(quantity),
        _thousandths(price),
        draw(NATURES),
        rate_bp,
        "S" if rate_bp else "E",
        discount=draw(DISCOUNTS),
    )


def _thousandths(number: int) -> str:
    return f"{number // 1000}.{number % 1000:03d}"


SALES = st.lists(lines(), min_size=1, max_size=7)
SALES_WITH_RETURNS = st.lists(lines(-5_000), min_size=1, max_size=7)


def document(sale: list[PricedLine], basis: PriceBasis, discount: Discount | None) -> DocumentTotals | None:
    totals = price_document(sale, basis, discount)
    if isinstance(totals, DocumentTotals):
        return totals
    assert totals.code == "TOTAL_NEGATIVE"
    return None


@given(SALES_WITH_RETURNS, BASES, DISCOUNTS)
def test_lines_rates_and_totals_agree(sale: list[PricedLine], basis: PriceBasis, discount: Discount | None) -> None:
    priced = document(sale, basis, discount)
    if priced is None:
        return
    totals = priced.totals
    assert totals.net_cents == sum(row.base_cents for row in priced.vat)
    assert totals.vat_cents == sum(row.vat_cents for row in priced.vat)
    assert totals.gross_cents == totals.net_cents + totals.vat_cents
    listed = sum(line.amount_cents for line in priced.lines)
    assert listed - totals.discount_cents == (totals.net_cents if basis == "net" else totals.gross_cents)
    for row in priced.vat:
        members = [
            (line, amounts)
            for line, amounts in zip(sale, priced.lines, strict=True)
            if (line.category, line.rate_bp) == (row.category, row.rate_bp)
        ]
        assert sum(amounts.net_cents for _, amounts in members) == row.base_cents
        assert sum(amounts.vat_cents for _, amounts in members) == row.vat_cents
        goods = [amounts for line, amounts in members if line.nature == "goods"]
        assert sum(amounts.net_cents for amounts in goods) == row.goods_base_cents
        assert sum(amounts.vat_cents for amounts in goods) == row.goods_vat_cents
        if basis == "net":
            assert row.vat_cents == percent_of(row.base_cents, row.rate_bp)
        else:
            assert row.base_cents == net_of_gross(gross_of(row), row.rate_bp)
    for amounts in priced.lines:
        assert amounts.gross_cents == amounts.net_cents + amounts.vat_cents


@given(SALES, BASES, DISCOUNTS)
def test_the_order_of_the_lines_changes_no_total(
    sale: list[PricedLine], basis: PriceBasis, discount: Discount | None
) -> None:
    turned = list(reversed(sale))
    first, second = document(sale, basis, discount), document(turned, basis, discount)
    assert first is not None
    assert second is not None
    assert first.totals == second.totals
    assert [(row.base_cents, row.vat_cents) for row in first.vat] == [
        (row.base_cents, row.vat_cents) for row in second.vat
    ]


@given(SALES_WITH_RETURNS, BASES, DISCOUNTS, st.lists(st.integers(0, 10000), max_size=6))
def test_deposits_and_the_final_invoice_give_the_contract_back(
    sale: list[PricedLine], basis: PriceBasis, discount: Discount | None, shares: list[int]
) -> None:
    contract = document(sale, basis, discount)
    if contract is None:
        return
    parts: list[tuple[VatRow, ...]] = []
    for share_bp in [*shares, 10000]:
        left = subtract_rows(contract.vat, *parts)
        amount = percent_of(gross_total(left), share_bp)
        part = split_gross(amount, left)
        assert gross_total(part) == amount
        parts.append(part)
    assert {row for row in subtract_rows(contract.vat, *parts) if row.base_cents or row.vat_cents} == set()


@given(SALES, BASES, DISCOUNTS, st.lists(st.integers(0, 9999), min_size=1, max_size=6))
def test_no_deposit_takes_a_rate_or_a_nature_below_zero(
    sale: list[PricedLine], basis: PriceBasis, discount: Discount | None, shares: list[int]
) -> None:
    contract = document(sale, basis, discount)
    assert contract is not None
    left = contract.vat
    for share_bp in shares:
        part = split_gross(percent_of(gross_total(left), share_bp), left)
        assert all(row.base_cents >= 0 and row.vat_cents >= 0 for row in part)
        for row in part:
            extracted = gross_of(row) - net_of_gross(gross_of(row), row.rate_bp)
            assert abs(row.vat_cents - extracted) <= 1 + len(shares)
        left = subtract_rows(left, part)
        assert all(
            0 <= row.goods_base_cents <= row.base_cents and 0 <= row.goods_vat_cents <= row.vat_cents for row in left
        )


@given(SALES, BASES, DISCOUNTS)
def test_credits_line_by_line_undo_the_invoice_and_no_more(
    sale: list[PricedLine], basis: PriceBasis, discount: Discount | None
) -> None:
    invoice = document(sale, basis, discount)
    assert invoice is not None
    room = invoice.vat
    for line, amounts in zip(sale, invoice.lines, strict=True):
        alone = VatRow(
            category=line.category,
            rate_bp=line.rate_bp,
            exemption=line.exemption,
            base_cents=amounts.net_cents,
            vat_cents=amounts.vat_cents,
            goods_base_cents=amounts.net_cents if line.nature == "goods" else 0,
            goods_vat_cents=amounts.vat_cents if line.nature == "goods" else 0,
        )
        credit = fit_within((alone,), room, basis)
        assert credit is not None
        room = subtract_rows(room, credit)
        assert all(row.base_cents >= 0 and row.vat_cents >= 0 for row in room)
    assert gross_total(room) == 0


@given(SALES, BASES, DISCOUNTS, st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_partial_credits_priced_by_themselves_stay_within_the_invoice(
    sale: list[PricedLine], basis: PriceBasis, discount: Discount | None, divisors: list[int]
) -> None:
    invoice = document(sale, basis, discount)
    assert invoice is not None
    room = invoice.vat
    for divisor in divisors:
        wanted = tuple(_scaled(row, divisor, basis) for row in room)
        credit = fit_within(wanted, room, basis)
        assert credit is not None
        room = subtract_rows(room, credit)
        assert all(row.base_cents >= 0 and row.vat_cents >= 0 for row in room)
        assert gross_total(add_rows(room, subtract_rows(invoice.vat, room))) == invoice.totals.gross_cents


def _scaled(row: VatRow, divisor: int, basis: PriceBasis) -> VatRow:
    """A credit of a part of what is left, its tax counted by itself as a clerk would."""
    if basis == "net":
        base = row.base_cents // divisor
        vat = percent_of(base, row.rate_bp)
    else:
        gross = gross_of(row) // divisor
        base = net_of_gross(gross, row.rate_bp)
        vat = gross - base
    return VatRow(
        category=row.category,
        rate_bp=row.rate_bp,
        exemption=row.exemption,
        base_cents=base,
        vat_cents=vat,
        goods_base_cents=base,
        goods_vat_cents=vat,
    )


@given(SALES_WITH_RETURNS, BASES, DISCOUNTS, st.lists(st.integers(0, 10000), min_size=1, max_size=4))
def test_progress_invoices_give_the_contract_back(
    sale: list[PricedLine], basis: PriceBasis, discount: Discount | None, shares: list[int]
) -> None:
    contract = document(sale, basis, discount)
    if contract is None:
        return
    rows: tuple[VatRow, ...] = subtract_rows(contract.vat, contract.vat)
    before = 0
    for now in [*sorted(shares), 10000]:
        situation = price_progress(sale, contract, basis, [Performed(now)] * len(sale), [Performed(before)] * len(sale))
        if isinstance(situation, DocumentTotals):
            rows = add_rows(rows, situation.vat)
        else:
            assert situation.code == "PROGRESS_NOTHING"
        before = now
    assert rows == contract.vat
