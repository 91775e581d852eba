"""VAT by place and day, the small-business exemption, ceilings and thresholds."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.domain.refusals import Refusal
from ledger.domain.regimes.fr.limits import (
    above_cash_ceiling,
    cash_ceiling,
    contract_kept_long,
    note_due,
    platform_required,
    works_note_due,
)
from ledger.domain.regimes.fr.vat import PLACE_NAMES, RATES, check_vat, default_treatment, rates_at
from ledger.domain.types import CustomerKind, SupplyPlace, VatCategory

TODAY = date(2026, 11, 22)
# The list that the State accepts in reports (external specifications, G1.24), in basis points.
STATE_LIST = {0, 90, 105, 175, 210, 550, 700, 850, 920, 960, 1000, 1300, 1960, 2000, 2060}


def check(
    rate_bp: int,
    supply_place: SupplyPlace = "FR",
    *,
    category: VatCategory | None = None,
    exemption: str | None = None,
    franchise: bool = False,
    customer_kind: CustomerKind = "consumer",
    on: date = TODAY,
) -> Refusal | None:
    return check_vat(
        category=category or ("S" if rate_bp else "E"),
        rate_bp=rate_bp,
        exemption=exemption,
        supply_place=supply_place,
        franchise=franchise,
        customer_kind=customer_kind,
        on=on,
        place="/lines/0",
    )


@pytest.mark.parametrize(
    ("place", "rates"),
    [
        ("FR", {2000, 1000, 550, 210}),
        ("FR-20R", {2000, 1000, 550, 210, 90, 1300}),
        ("GP", {850, 210, 175, 105}),
        ("MQ", {850, 210, 175, 105}),
        ("RE", {850, 210, 175, 105}),
        ("GF", set()),
        ("YT", set()),
        ("EU", set()),
    ],
)
def test_rates_follow_the_place_of_supply(place: SupplyPlace, rates: set[int]) -> None:
    assert set(rates_at(place, TODAY)) == rates
    for rate_bp in sorted(STATE_LIST - {0}):
        refusal = check(rate_bp, place)
        assert (refusal is None) == (rate_bp in rates), (place, rate_bp)


def test_every_rate_in_force_is_one_the_state_accepts_in_reports() -> None:
    assert set(RATES) == set(PLACE_NAMES)
    for place in RATES:
        assert set(rates_at(place, TODAY)) <= STATE_LIST


def test_a_rate_of_the_past_is_one_of_its_day_only() -> None:
    assert check(1960, on=date(2010, 12, 9)) is None
    assert check(2000, on=date(2013, 12, 31)) is not None
    assert check(2000, on=date(2014, 1, 1)) is None
    refusal = check(1960)
    assert refusal is not None
    assert (refusal.code, refusal.place) == ("VAT_RATE_NOT_IN_FORCE", "/lines/0/rate_bp")
    assert "19,6" in refusal.words


def test_nothing_bears_vat_in_guyane_and_mayotte() -> None:
    for place in ("GF", "YT"):
        refusal = check(850, place)
        assert refusal is not None
        assert refusal.code == "VAT_IN_EXCLUDED_DEPARTMENT"
        assert refusal.law == "CGI art. 294"
        assert default_treatment(place, False, TODAY) == ("E", 0, "FR-CGI294")
        assert check(0, place, exemption="FR-CGI294") is None


def test_nothing_bears_vat_under_the_franchise() -> None:
    refusal = check(2000, franchise=True)
    assert refusal is not None
    assert refusal.code == "VAT_UNDER_FRANCHISE"
    assert default_treatment("FR", True, TODAY) == ("E", 0, "VATEX-FR-FRANCHISE")
    assert check(0, exemption="VATEX-FR-FRANCHISE", franchise=True) is None


def test_a_line_without_rate_takes_the_standard_one_of_its_place() -> None:
    assert default_treatment("FR", False, TODAY) == ("S", 2000, None)
    assert default_treatment("FR-20R", False, TODAY) == ("S", 2000, None)
    assert default_treatment("RE", False, TODAY) == ("S", 850, None)
    assert default_treatment("FR", False, date(2010, 12, 9))[1] == 1960
    assert default_treatment("WORLD", False, TODAY) == ("O", 0, None)


def test_an_exempt_line_says_why_and_a_consumer_is_never_reverse_charged() -> None:
    unexplained = check(0)
    assert unexplained is not None
    assert unexplained.code == "VAT_EXEMPTION_REFERENCE_MISSING"
    reverse = check(0, category="AE")
    assert reverse is not None
    assert reverse.code == "REVERSE_CHARGE_FOR_CONSUMER"
    assert check(0, category="AE", customer_kind="business") is None
    mixed = check(2000, category="E")
    assert mixed is not None
    assert mixed.code == "VAT_CATEGORY_RATE"


# --- ceilings and thresholds


def test_a_resident_pays_up_to_1000_euros_in_cash_and_no_cent_more() -> None:
    assert not above_cash_ceiling(100_000, "cash", "consumer", "FR", TODAY)
    assert above_cash_ceiling(100_001, "cash", "consumer", "FR", TODAY)
    assert above_cash_ceiling(100_001, "cash", "consumer", "RE", TODAY)
    assert not above_cash_ceiling(300_000, "e_money", "consumer", "FR", TODAY)
    assert above_cash_ceiling(300_001, "e_money", "consumer", "FR", TODAY)


def test_a_consumer_from_abroad_has_a_higher_ceiling_but_a_business_has_not() -> None:
    assert cash_ceiling("cash", "consumer", "BE", TODAY) == 1_000_000
    assert cash_ceiling("e_money", "consumer", "BE", TODAY) == 1_500_000
    assert cash_ceiling("cash", "business", "BE", TODAY) == 100_000
    assert cash_ceiling("card", "consumer", "FR", TODAY) is None
    assert not above_cash_ceiling(10**9, "credit_transfer", "consumer", "FR", TODAY)


def test_the_note_for_services_is_due_from_25_euros() -> None:
    assert not note_due("consumer", "services", 2499)
    assert note_due("consumer", "services", 2500)
    assert not note_due("consumer", "goods", 2500)
    assert not note_due("business", "services", 2500)


def test_a_note_for_building_works_is_due_to_a_consumer_whatever_the_price() -> None:
    assert works_note_due("consumer", True)
    assert not works_note_due("consumer", False)
    assert not works_note_due("business", True)


def test_an_electronic_contract_is_kept_from_120_euros() -> None:
    assert contract_kept_long("consumer", True, 12_000)
    assert not contract_kept_long("consumer", True, 11_999)
    assert not contract_kept_long("consumer", False, 12_000)


def test_a_domestic_business_invoice_goes_through_a_platform_from_its_day_on() -> None:
    assert not platform_required("sme", "business", "FR", date(2027, 8, 31))
    assert platform_required("sme", "business", "FR", date(2027, 9, 1))
    assert platform_required("micro", "business", "MQ", date(2027, 9, 1))
    assert platform_required("large", "business", "FR", date(2026, 9, 1))
    assert not platform_required("sme", "consumer", "FR", date(2027, 9, 1))
    assert not platform_required("sme", "business", "DE", date(2027, 9, 1))
