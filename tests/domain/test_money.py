"""Exact money: rounding, decimals, parts, words (CIBS L131-2; EN 16931)."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.money import (
    BP,
    MAX_CENTS,
    allocate,
    amount_cents,
    apportion,
    cents_of,
    decimal_of,
    div_half_up,
    euros_en,
    euros_fr,
    is_decimal,
    net_of_gross,
    parse_decimal,
    percent_fr,
    percent_of,
    percent_text,
    unit_price_net,
    vat_of_gross,
)
from ledger.kernel.errors import Malformed

CENTS = st.integers(-MAX_CENTS, MAX_CENTS)
RATES = st.sampled_from([0, 90, 105, 175, 210, 550, 850, 1000, 1300, 2000])


@pytest.mark.parametrize(
    ("gross", "rate_bp", "net", "vat"),
    [
        (10000, 2000, 8333, 1667),
        (10000, 1000, 9091, 909),
        (10000, 550, 9479, 521),
        (10000, 210, 9794, 206),
        (10000, 850, 9217, 783),
        (3, 2000, 3, 0),
        (36000, 550, 34123, 1877),
        (-10000, 2000, -8333, -1667),
    ],
)
def test_the_tax_in_a_gross_amount_is_extracted_to_the_cent(gross: int, rate_bp: int, net: int, vat: int) -> None:
    assert net_of_gross(gross, rate_bp) == net
    assert vat_of_gross(gross, rate_bp) == vat


def test_a_half_cent_counts_as_one_on_both_sides_of_zero() -> None:
    assert amount_cents("1", "0.125") == 13
    assert amount_cents("-1", "0.125") == -13
    assert amount_cents("1", "0.124999") == 12
    assert amount_cents("-1", "0.124999") == -12


@given(st.integers(-(10**24), 10**24), st.integers(1, 10**9))
def test_division_rounds_as_the_decimal_module_does(numerator: int, denominator: int) -> None:
    doubled, remainder = divmod(abs(numerator) * 2 + denominator, denominator * 2)
    assert abs(div_half_up(numerator, denominator)) == doubled
    assert div_half_up(-numerator, denominator) == -div_half_up(numerator, denominator)
    assert 0 <= remainder < denominator * 2


@given(CENTS, RATES)
def test_a_percentage_is_the_decimal_one(amount: int, rate_bp: int) -> None:
    exact = Decimal(amount) * rate_bp / BP
    assert percent_of(amount, rate_bp) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(0, MAX_CENTS), RATES)
def test_net_and_vat_of_a_gross_amount_add_up_and_are_never_negative(gross: int, rate_bp: int) -> None:
    net, vat = net_of_gross(gross, rate_bp), vat_of_gross(gross, rate_bp)
    assert net + vat == gross
    assert net >= 0
    assert vat >= 0
    assert abs(percent_of(net, rate_bp) - vat) <= 1


# --- decimals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", (0, 0)),
        ("12.50", (1250, 2)),
        ("-3", (-3, 0)),
        ("0.000001", (1, 6)),
        ("99999999999.999999", (10**17 - 1, 6)),
    ],
)
def test_a_decimal_is_read_exactly(text: str, value: tuple[int, int]) -> None:
    assert parse_decimal(text) == value
    assert is_decimal(text)


@pytest.mark.parametrize(
    "text",
    ["", "-", "+1", "01", "1.", ".5", "1,5", "1e3", "-0", "-0.00", "NaN", "Infinity", "1 000", " 1", "1\n",
     "1_000", "0x10", "0.0000001", "123456789012", "١", "½", "１"],
)  # fmt: skip
def test_what_is_no_decimal_is_refused_by_name(text: str) -> None:
    with pytest.raises(Malformed) as wrong:
        parse_decimal(text, "/lines/0/quantity")
    assert (wrong.value.code, wrong.value.place) == ("decimal", "/lines/0/quantity")
    assert text not in str(wrong.value) or not text.strip("-")
    assert not is_decimal(text)


@given(st.decimals(-999_999, 999_999, places=6), st.decimals(0, 999_999, places=6))
def test_quantity_by_price_is_rounded_once(quantity: Decimal, price: Decimal) -> None:
    quantity = abs(quantity) if quantity == 0 else quantity
    exact = (quantity * abs(price) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert amount_cents(f"{quantity:f}", f"{abs(price):f}") == int(exact)


@given(CENTS)
def test_cents_written_as_a_decimal_are_read_back(cents: int) -> None:
    assert cents_of(decimal_of(cents)) == cents


def test_a_third_decimal_is_no_amount() -> None:
    assert cents_of("12.5") == 1250
    with pytest.raises(Malformed) as wrong:
        cents_of("12.505", "/amount")
    assert wrong.value.code == "cents"


def test_a_gross_unit_price_has_a_net_one_for_print() -> None:
    assert unit_price_net("12", 2000) == "10.00"
    assert unit_price_net("9.99", 2000) == "8.325"
    assert unit_price_net("9.99", 550) == "9.469194"
    assert unit_price_net("0", 2000) == "0.00"
    assert unit_price_net("-1.2", 2000) == "-1.00"


# --- parts of a sum


@given(st.integers(-(10**13), 10**13), st.lists(st.integers(0, 10**10), min_size=1, max_size=12))
def test_parts_add_up_and_are_the_shares_rounded_down_or_up(total: int, weights: list[int]) -> None:
    if not sum(weights):
        weights = [1, *weights]
    parts = allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        exact_times_weight = total * weight
        assert abs(part * sum(weights) - exact_times_weight) < sum(weights)
        if weight == 0:
            assert part == 0


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_weights_does_not_matter(total: int, weights: list[int], shuffle: random.Random) -> None:
    order = list(range(len(weights)))
    shuffle.shuffle(order)
    before = allocate(total, weights)
    after = allocate(total, [weights[i] for i in order])
    assert sorted(zip(weights, before, strict=True)) == sorted(zip([weights[i] for i in order], after, strict=True))


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=9).filter(sum), st.integers(-(10**9), 10**9))
def test_weights_of_both_signs_add_up_too(weights: list[int], total: int) -> None:
    assert sum(allocate(total, weights)) == total
    assert allocate(-total, weights) == [-part for part in allocate(total, weights)]


def test_the_first_of_equals_gets_the_odd_cent() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(-100, [1, 1, 1]) == [-34, -33, -33]
    assert allocate(2, [3, 2, 1]) == [1, 1, 0]


def test_of_equal_remainders_the_larger_weight_is_served_first_wherever_it_stands() -> None:
    assert allocate(2, [1, 3]) == [0, 2]
    assert allocate(2, [3, 1]) == [2, 0]


def test_nothing_is_spread_over_nothing_but_something_is_not() -> None:
    assert allocate(0, [0, 0]) == [0, 0]
    assert allocate(0, []) == []
    with pytest.raises(ValueError, match="nothing to spread"):
        allocate(1, [0, 0])


def test_a_target_that_is_no_rounding_is_our_mistake() -> None:
    assert apportion([15, 15], 10, 3) == [2, 1]
    with pytest.raises(ValueError, match="no rounding"):
        apportion([15, 15], 10, 5)
    with pytest.raises(ValueError, match="no rounding"):
        apportion([20], 10, 1)


# --- words


def test_amounts_are_written_as_people_read_them() -> None:
    assert euros_fr(123456) == "1\u202f234,56\u00a0€"
    assert euros_fr(-5) == "-0,05\u00a0€"
    assert euros_en(-123456) == "-€1,234.56"
    assert decimal_of(-5) == "-0.05"
    assert percent_fr(550) == "5,5\u00a0%"
    assert [percent_text(rate) for rate in (0, 90, 105, 175, 210, 2000)] == [
        "0", "0.9", "1.05", "1.75", "2.1", "20",
    ]  # fmt: skip
