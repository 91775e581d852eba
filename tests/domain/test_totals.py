"""What documents add up to, on figures an accountant can check by hand (CIBS L131-2; EN 16931)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ledger.domain.events.common import Discount, VatRow
from ledger.domain.refusals import Refusal
from ledger.domain.totals import (
    MAX_LINES,
    DocumentTotals,
    Performed,
    PricedLine,
    add_rows,
    fit_within,
    gross_of,
    gross_total,
    price_document,
    price_progress,
    rate_split,
    split_gross,
    subtract_rows,
    totals_of,
)
from ledger.domain.types import Nature, PriceBasis, VatCategory


def line(
    quantity: str,
    unit_price: str,
    rate_bp: int,
    nature: Nature = "services",
    *,
    share_bp: int | None = None,
    off_cents: int | None = None,
) -> PricedLine:
    discount = None
    if share_bp is not None or off_cents is not None:
        discount = Discount(share_bp=share_bp, amount_cents=off_cents)
    category: VatCategory = "S" if rate_bp else "E"
    return PricedLine(quantity, unit_price, nature, rate_bp, category, discount=discount)


def priced(lines: list[PricedLine], basis: PriceBasis, discount: Discount | None = None) -> DocumentTotals:
    totals = price_document(lines, basis, discount)
    assert isinstance(totals, DocumentTotals)
    return totals


def refused(lines: list[PricedLine], basis: PriceBasis = "net", discount: Discount | None = None) -> Refusal:
    refusal = price_document(lines, basis, discount)
    assert isinstance(refusal, Refusal)
    return refusal


def figures(rows: tuple[VatRow, ...]) -> list[tuple[int, int, int]]:
    return [(row.rate_bp, row.base_cents, row.vat_cents) for row in rows]


QUOTE = [line("1", "1000", 1000), line("1", "500", 2000)]

# --- documents


def test_vat_is_counted_per_rate_and_not_per_line() -> None:
    totals = priced([line("1", "1.02", 2000)] * 3, "net")
    assert figures(totals.vat) == [(2000, 306, 61)]
    assert [one.vat_cents for one in totals.lines] == [21, 20, 20]


def test_three_times_9_99_with_tax_stays_29_97() -> None:
    totals = priced([line("3", "9.99", 2000, "goods")], "gross")
    assert totals.totals.gross_cents == 2997
    assert figures(totals.vat) == [(2000, 2498, 499)]
    one_by_one = priced([line("1", "9.99", 2000, "goods")] * 3, "gross")
    assert one_by_one.totals.gross_cents == 2997
    assert figures(one_by_one.vat) == [(2000, 2498, 499)]
    assert [one.net_cents for one in one_by_one.lines] == [833, 833, 832]


@pytest.mark.parametrize(
    ("gross", "rate_bp", "net", "vat"),
    [
        ("100", 2000, 8333, 1667),
        ("100", 1000, 9091, 909),
        ("100", 550, 9479, 521),
        ("100", 210, 9794, 206),
        ("100", 850, 9217, 783),
        ("0.03", 2000, 3, 0),
        ("360", 550, 34123, 1877),
    ],
)
def test_a_price_with_tax_is_taken_apart(gross: str, rate_bp: int, net: int, vat: int) -> None:
    totals = priced([line("1", gross, rate_bp)], "gross").totals
    assert (totals.net_cents, totals.vat_cents, totals.gross_cents) == (net, vat, net + vat)


def test_the_quote_of_1000_at_10_and_500_at_20_comes_to_1700() -> None:
    totals = priced(QUOTE, "net")
    assert figures(totals.vat) == [(1000, 100000, 10000), (2000, 50000, 10000)]
    assert totals.totals.gross_cents == 170000


def test_a_line_discount_is_a_share_or_an_amount() -> None:
    assert priced([line("2", "10", 2000, share_bp=1000)], "net").lines[0].amount_cents == 1800
    assert priced([line("2", "10", 2000, off_cents=250)], "net").lines[0].amount_cents == 1750
    assert priced([line("2", "10", 2000, off_cents=250)], "net").lines[0].discount_cents == 250


def test_a_document_discount_is_spread_over_the_rates() -> None:
    totals = priced(QUOTE, "net", Discount(amount_cents=10000))
    assert figures(totals.vat) == [(1000, 93333, 9333), (2000, 46667, 9333)]
    assert totals.totals.discount_cents == 10000
    assert [one.listed_net_cents for one in totals.lines] == [100000, 50000]
    assert [one.net_cents for one in totals.lines] == [93333, 46667]


def test_a_discount_on_a_document_with_tax_leaves_its_round_total() -> None:
    totals = priced([line("3", "9.99", 2000), line("1", "5.50", 550)], "gross", Discount(share_bp=1000))
    assert totals.totals.discount_cents == 355  # 10 % of 35.47, half-up
    assert totals.totals.gross_cents == 3547 - 355
    listed = sum(one.listed_net_cents for one in totals.lines)
    assert listed - totals.totals.net_cents == 302  # the same discount without its tax


def test_a_return_inside_a_sale_is_a_negative_quantity() -> None:
    totals = priced([line("2", "15", 2000, "goods"), line("-1", "5", 2000, "goods", share_bp=1000)], "net")
    assert [one.amount_cents for one in totals.lines] == [3000, -450]
    assert figures(totals.vat) == [(2000, 2550, 510)]


def test_goods_and_services_of_one_rate_are_told_apart() -> None:
    totals = priced([line("1", "100", 2000, "goods"), line("1", "50", 2000, "services")], "net")
    assert totals.vat[0].goods_base_cents == 10000
    assert totals.vat[0].goods_vat_cents == 2000
    assert rate_split(totals.vat[0]).goods_gross_cents == 12000
    assert rate_split(totals.vat[0]).gross_cents == 18000


def test_two_exemptions_make_two_rows() -> None:
    lines = [
        PricedLine("1", "10", "services", 0, "E", "VATEX-FR-FRANCHISE"),
        PricedLine("1", "20", "services", 0, "E", "VATEX-FR-CGI261-4"),
    ]
    assert [(row.exemption, row.base_cents) for row in priced(lines, "gross").vat] == [
        ("VATEX-FR-CGI261-4", 2000),
        ("VATEX-FR-FRANCHISE", 1000),
    ]


# --- refusals


@pytest.mark.parametrize(
    ("lines", "code", "place"),
    [
        ([], "LINES_MISSING", "/lines"),
        ([line("1", "1", 2000)] * (MAX_LINES + 1), "LINES_TOO_MANY", "/lines"),
        ([line("1,5", "1", 2000)], "DECIMAL_MALFORMED", "/lines/0/quantity"),
        ([line("1", "1", 2000), line("1", "1e3", 2000)], "DECIMAL_MALFORMED", "/lines/1/unit_price"),
        ([line("1", "-1", 2000)], "UNIT_PRICE_NEGATIVE", "/lines/0/unit_price"),
        ([line("99999999999", "99999999999", 2000)], "AMOUNT_TOO_LARGE", "/lines/0"),
        ([line("1", "99999999999", 2000)], "AMOUNT_TOO_LARGE", "/lines"),
        ([line("1", "10", 2000, off_cents=1001)], "DISCOUNT_TOO_LARGE", "/lines/0/discount"),
        ([line("1", "10", 2000, off_cents=-1)], "DISCOUNT_TOO_LARGE", "/lines/0/discount"),
        ([line("1", "10", 2000, off_cents=1, share_bp=1)], "DISCOUNT_AMBIGUOUS", "/lines/0/discount"),
        ([line("1", "10", 2000), line("-2", "10", 2000)], "TOTAL_NEGATIVE", "/lines"),
        ([line("1", "10", 1000), line("-1", "10", 2000)], "TOTAL_NEGATIVE", "/lines"),  # 0.00 without, -1.00 with tax
        ([PricedLine("1", "10", "goods", 2000, "E")], "VAT_CATEGORY_RATE", "/lines/0/rate_bp"),
        ([PricedLine("1", "10", "goods", 0, "S")], "VAT_CATEGORY_RATE", "/lines/0/rate_bp"),
    ],
)
def test_what_cannot_be_priced_is_refused_by_name_and_place(lines: list[PricedLine], code: str, place: str) -> None:
    refusal = refused(lines)
    assert (refusal.code, refusal.place) == (code, place)


@pytest.mark.parametrize(
    ("discount", "code"),
    [
        (Discount(amount_cents=1001), "DISCOUNT_TOO_LARGE"),
        (Discount(share_bp=10100), "DISCOUNT_TOO_LARGE"),
        (Discount(), "DISCOUNT_AMBIGUOUS"),
        (Discount(share_bp=1, amount_cents=1), "DISCOUNT_AMBIGUOUS"),
    ],
)
def test_a_discount_beyond_the_document_is_refused(discount: Discount, code: str) -> None:
    refusal = refused([line("1", "10", 2000)], "gross", discount)
    assert (refusal.code, refusal.place) == (code, "/discount")


# --- deposits


def test_a_deposit_of_510_on_the_quote_is_330_at_10_and_180_at_20() -> None:
    quote = priced(QUOTE, "net")
    parts = split_gross(51000, quote.vat)
    assert figures(parts) == [(1000, 30000, 3000), (2000, 15000, 3000)]
    assert [gross_of(part) for part in parts] == [33000, 18000]


def test_deposits_and_the_rest_give_the_quote_back_at_each_rate() -> None:
    quote = priced(QUOTE, "net")
    first = split_gross(51000, quote.vat)
    second = split_gross(33333, subtract_rows(quote.vat, first))
    rest = subtract_rows(quote.vat, first, second)
    assert gross_total(rest) == 170000 - 51000 - 33333
    assert add_rows(first, second, rest) == quote.vat


def test_the_last_deposit_takes_what_is_left_and_no_cent_stays_behind() -> None:
    quote = priced([line("1", "0.99", 2000), line("1", "0.55", 550)], "gross")
    left = quote.vat
    for amount in (1, 1, 51, 51, 50):
        left = subtract_rows(left, split_gross(amount, left))
    assert [(row.base_cents, row.vat_cents) for row in left] == [(0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("gross", "parts", "figures_of_parts"),
    [
        ("0.09", [4, 4, 1], [(3, 1), (4, 0), (1, 0)]),  # by itself the second would hold a cent of VAT too
        ("0.12", [2] * 5 + [1, 1], [(2, 0)] * 5 + [(0, 1), (0, 1)]),  # the base is used up, only VAT is left
    ],
)
def test_the_tax_of_small_deposits_stays_within_the_contracts(
    gross: str, parts: list[int], figures_of_parts: list[tuple[int, int]]
) -> None:
    left = priced([line("1", gross, 2000)], "gross").vat
    taken = []
    for amount in parts:
        part = split_gross(amount, left)
        left = subtract_rows(left, part)
        taken.append((part[0].base_cents, part[0].vat_cents))
    assert taken == figures_of_parts
    assert gross_total(left) == 0


def test_nothing_is_split_beyond_what_is_open() -> None:
    quote = priced(QUOTE, "net")
    assert split_gross(0, quote.vat) == ()
    for amount in (-1, 170001):
        with pytest.raises(ValueError, match="not within what is open"):
            split_gross(amount, quote.vat)


def test_a_rate_of_returns_gets_no_share_of_a_deposit_but_the_last_part_closes_it() -> None:
    sale = priced([line("1", "100", 2000, "goods"), line("-1", "50", 1000, "goods")], "gross")
    first = split_gross(3000, sale.vat)
    assert figures(first) == [(2000, 2500, 500)]
    last = split_gross(2000, subtract_rows(sale.vat, first))
    assert add_rows(first, last) == sale.vat


# --- credit notes


def test_three_partial_credits_never_exceed_the_invoice_and_leave_nothing() -> None:
    one = [line("1", "1.03", 2000)]
    invoice = priced(one * 3, "net")
    assert figures(invoice.vat) == [(2000, 309, 62)]
    room = invoice.vat
    taxes = []
    for _ in range(3):
        credit = fit_within(priced(one, "net").vat, room, "net")  # 0.21 each by itself: 0.63 > 0.62
        assert credit is not None
        taxes.append(credit[0].vat_cents)
        room = subtract_rows(room, credit)
    assert taxes == [21, 21, 20]
    assert totals_of(room).gross_cents == 0


@pytest.mark.parametrize(
    ("basis", "line_price", "lines", "credits", "last"),
    [
        ("net", "0.13", 10, [13] * 8, (13, 2)),  # eight times 0.03 of 0.26: the ninth has 0.02 left, not 0.03
        ("gross", "0.02", 6, [2] * 5, (0, 1)),  # five times 0.02 of base: a cent more can only be VAT
    ],
)
def test_the_tax_of_a_partial_credit_is_held_within_what_is_left(
    basis: PriceBasis, line_price: str, lines: int, credits: list[int], last: tuple[int, int]
) -> None:
    room = priced([line("1", line_price, 2000)] * lines, basis).vat
    for amount in credits:
        credit = fit_within(priced([line("1", f"0.{amount:02d}", 2000)], basis).vat, room, basis)
        assert credit is not None
        room = subtract_rows(room, credit)
    amount = credits[0] if basis == "net" else 1
    credit = fit_within(priced([line("1", f"0.{amount:02d}", 2000)], basis).vat, room, basis)
    assert credit is not None
    assert (credit[0].base_cents, credit[0].vat_cents) == last


def test_goods_already_credited_in_money_are_not_credited_again() -> None:
    invoice = priced([line("1", "100", 2000, "goods"), line("1", "100", 2000, "services")], "net").vat
    room = subtract_rows(invoice, split_gross(12000, invoice))
    credit = fit_within(priced([line("1", "80", 2000, "goods")], "net").vat, room, "net")
    assert credit is not None
    assert (credit[0].base_cents, credit[0].goods_base_cents) == (8000, 4000)
    within = fit_within(priced([line("1", "40", 2000, "goods")], "net").vat, room, "net")
    assert within is not None
    assert within[0].goods_base_cents == 4000


def test_a_credit_of_the_other_sign_does_not_fit() -> None:
    invoice = priced([line("1", "10", 2000)], "net").vat
    assert fit_within(subtract_rows((), invoice), invoice, "net") is None


@pytest.mark.parametrize("basis", ["net", "gross"])
def test_a_credit_above_what_is_left_does_not_fit(basis: PriceBasis) -> None:
    invoice = priced([line("1", "10", 2000)], basis)
    assert fit_within(priced([line("1", "10.01", 2000)], basis).vat, invoice.vat, basis) is None
    assert fit_within(priced([line("1", "5", 1000)], basis).vat, invoice.vat, basis) is None
    assert fit_within(priced([line("1", "10", 2000)], basis).vat, invoice.vat, basis) == invoice.vat


def test_a_rate_of_returns_is_credited_in_the_mirror() -> None:
    sale = priced([line("1", "100", 2000), line("-2", "10", 1000)], "net")
    half = priced([line("1", "100", 2000), line("-1", "10", 1000)], "net")
    credit = fit_within(half.vat, sale.vat, "net")
    assert credit is not None
    assert figures(credit) == [(1000, -1000, -100), (2000, 10000, 2000)]
    assert figures(subtract_rows(sale.vat, credit)) == [(1000, -1000, -100), (2000, 0, 0)]


# --- progress invoices


def progress(
    lines: list[PricedLine],
    basis: PriceBasis,
    now: list[Performed],
    before: list[Performed],
    discount: Discount | None = None,
) -> DocumentTotals | Refusal:
    return price_progress(lines, priced(lines, basis, discount), basis, now, before)


@pytest.mark.parametrize("basis", ["net", "gross"])
def test_progress_invoices_give_the_contract_back_to_the_cent(basis: PriceBasis) -> None:
    lines = [line("3", "33.33", 1000, "goods"), line("7", "14.29", 1000), line("1", "999.99", 2000)]
    contract = priced(lines, basis, Discount(share_bp=333))
    steps = [[0, 0, 0], [3333, 0, 1], [6667, 5000, 3333], [10000, 10000, 10000]]
    rows: tuple[VatRow, ...] = ()
    for before, now in pairwise(steps):
        situation = price_progress(
            lines, contract, basis, [Performed(bp) for bp in now], [Performed(bp) for bp in before]
        )
        assert isinstance(situation, DocumentTotals)
        assert sum(one.net_cents for one in situation.lines) == situation.totals.net_cents
        assert sum(one.gross_cents for one in situation.lines) == situation.totals.gross_cents
        rows = add_rows(rows, situation.vat)
    assert rows == contract.vat


def test_progress_may_be_told_as_an_amount() -> None:
    situation = progress(QUOTE, "net", [Performed(amount_cents=25000), Performed(0)], [Performed(0)] * 2)
    assert isinstance(situation, DocumentTotals)
    assert figures(situation.vat) == [(1000, 25000, 2500), (2000, 0, 0)]


@pytest.mark.parametrize(
    ("now", "before", "code", "place"),
    [
        ([Performed(1)], [Performed(0)] * 2, "PROGRESS_LINES", "/performed"),
        ([Performed(10001), Performed(0)], [Performed(0)] * 2, "PROGRESS_TOO_FAR", "/performed/0"),
        ([Performed(0), Performed(None, 50001)], [Performed(0)] * 2, "PROGRESS_TOO_FAR", "/performed/1"),
        ([Performed(0), Performed(-1)], [Performed(0)] * 2, "PROGRESS_TOO_FAR", "/performed/1"),
        ([Performed(), Performed(0)], [Performed(0)] * 2, "PROGRESS_AMBIGUOUS", "/performed/0"),
        ([Performed(5000), Performed(1)], [Performed(5001), Performed(0)], "PROGRESS_DECREASES", "/performed/0"),
        ([Performed(5000)] * 2, [Performed(5000)] * 2, "PROGRESS_NOTHING", "/performed"),
    ],
)
def test_progress_that_cannot_be_is_refused(
    now: list[Performed], before: list[Performed], code: str, place: str
) -> None:
    refusal = progress(QUOTE, "net", now, before)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.place) == (code, place)
