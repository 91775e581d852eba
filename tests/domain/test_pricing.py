"""From what a craftsman types to a document's figures, and what the law refuses on the way."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.commands.common import LineInput
from ledger.domain.events.common import Discount
from ledger.domain.pricing import Priced, VatTerms, does_works, price, reduced_works
from ledger.domain.refusals import Refusal
from ledger.domain.regimes.fr.vat import RATES, rates_at
from ledger.domain.types import PriceBasis, SupplyPlace

TODAY = date(2026, 11, 23)


def terms(**more: Any) -> VatTerms:
    members: dict[str, Any] = {"place": "FR", "regime": "normal_monthly", "on": TODAY}
    return VatTerms(**{**members, **more})


def line(unit_price: str = "100", **more: Any) -> LineInput:
    members: dict[str, Any] = {"label": "Pose", "unit_price": unit_price, "nature": "services"}
    return LineInput(**{**members, **more})


def priced(*lines: LineInput, basis: PriceBasis = "net", discount: Discount | None = None, **more: Any) -> Priced:
    outcome = price(lines, basis, terms(**more), discount)
    assert isinstance(outcome, Priced), outcome
    return outcome


def refused(*lines: LineInput, basis: PriceBasis = "net", **more: Any) -> Refusal:
    outcome = price(lines, basis, terms(**more))
    assert isinstance(outcome, Refusal), outcome
    return outcome


def test_a_line_without_a_rate_takes_the_standard_rate_of_the_place() -> None:
    for place, rate_bp in (("FR", 2000), ("FR-20R", 2000), ("GP", 850), ("MQ", 850), ("RE", 850)):
        found = priced(line(), place=place).lines[0]
        assert (found.category, found.rate_bp, found.exemption) == ("S", rate_bp, None)


def test_labels_are_kept_apart_from_the_figures() -> None:
    found = priced(line(label="Pose d'un escalier"), line(label="Fourniture", nature="goods"))
    assert found.labels == ("Pose d'un escalier", "Fourniture")
    assert "escalier" not in repr(found.lines)


def test_three_lines_of_1_02_net_make_61_cents_of_vat_and_not_60() -> None:
    found = priced(line("1.02"), line("1.02"), line("1.02"))
    assert (found.totals.net_cents, found.totals.vat_cents) == (306, 61)


def test_three_times_9_99_tax_included_stays_29_97() -> None:
    found = priced(line("9.99", quantity="3", nature="goods"), basis="gross")
    assert found.totals.gross_cents == 2997
    assert found.totals.net_cents + found.totals.vat_cents == 2997
    assert found.lines[0].amount_cents == 2997


def test_under_the_franchise_no_line_bears_vat() -> None:
    found = priced(line(), regime="franchise").lines[0]
    assert (found.category, found.rate_bp, found.exemption) == ("E", 0, "VATEX-FR-FRANCHISE")
    refusal = refused(line(), line(rate_bp=2000), regime="franchise")
    assert (refusal.code, refusal.place) == ("VAT_UNDER_FRANCHISE", "/lines/1/rate_bp")
    assert refusal.law is not None
    assert "293 B" in refusal.law


def test_the_franchise_exemption_ends_with_the_franchise() -> None:
    refusal = refused(line(exemption="VATEX-FR-FRANCHISE"))
    assert (refusal.code, refusal.place) == ("FRANCHISE_EXEMPTION_UNDER_VAT", "/lines/0/exemption")


@pytest.mark.parametrize("place", ["GF", "YT"])
def test_guyane_and_mayotte_know_no_vat(place: SupplyPlace) -> None:
    found = priced(line(), place=place)
    assert found.totals.vat_cents == 0
    assert found.lines[0].exemption == "FR-CGI294"
    assert refused(line(rate_bp=850), place=place).code == "VAT_IN_EXCLUDED_DEPARTMENT"


def test_a_rate_of_another_place_or_another_time_is_refused() -> None:
    assert refused(line(rate_bp=850)).code == "VAT_RATE_NOT_IN_FORCE"
    assert refused(line(rate_bp=2000), place="RE").code == "VAT_RATE_NOT_IN_FORCE"
    assert refused(line(rate_bp=1960)).code == "VAT_RATE_NOT_IN_FORCE"
    assert priced(line(rate_bp=1960), on=date(2013, 12, 31)).totals.vat_cents == 1960


def test_a_line_without_vat_says_why() -> None:
    refusal = refused(line(rate_bp=0))
    assert (refusal.code, refusal.place) == ("VAT_EXEMPTION_REFERENCE_MISSING", "/lines/0/exemption")
    found = priced(line(exemption="VATEX-FR-CGI261-4")).lines[0]
    assert (found.category, found.rate_bp) == ("E", 0)


def test_the_reverse_charge_is_not_for_consumers() -> None:
    assert priced(line(category="AE"), customer_kind="business").lines[0].exemption == "VATEX-EU-AE"
    assert refused(line(category="AE"), customer_kind="consumer").code == "REVERSE_CHARGE_FOR_CONSUMER"


def test_a_reduced_rate_on_works_needs_the_clients_statement() -> None:
    refusal = refused(line(rate_bp=1000), works=True)
    assert (refusal.code, refusal.place) == ("REDUCED_RATE_STATEMENT_MISSING", "/lines/0/rate_bp")
    assert priced(line(rate_bp=1000), works=True, statement=True).totals.vat_cents == 1000
    assert priced(line(rate_bp=1000)).totals.vat_cents == 1000  # a restaurant's 10 % asks for nothing
    assert priced(line(), works=True).totals.vat_cents == 2000


def test_labour_of_no_declared_trade_counts_as_works_line_by_line() -> None:
    labour = line(rate_bp=1000, purpose="labour_hourly")
    refusal = refused(line(rate_bp=1000, nature="goods"), labour, untold=True)
    assert (refusal.code, refusal.place) == ("REDUCED_RATE_STATEMENT_MISSING", "/lines/1/rate_bp")
    assert priced(labour, untold=True, statement=True).totals.vat_cents == 1000
    assert priced(line(purpose="labour_hourly"), untold=True).totals.vat_cents == 2000
    assert priced(labour).totals.vat_cents == 1000  # a declared trade that does no works
    assert reduced_works(priced(labour).lines, (), "FR", TODAY)
    assert not reduced_works(priced(labour).lines, ("personal_services",), "FR", TODAY)
    assert not reduced_works(priced(line()).lines, ("building",), "FR", TODAY)


def test_which_trades_do_works() -> None:
    assert does_works(("personal_services", "building"))
    assert does_works(("repair",))
    assert not does_works(("personal_services",))


def test_a_vat_rate_in_a_category_without_vat_is_refused() -> None:
    assert refused(line(rate_bp=2000, category="E", exemption="VATEX-FR-CGI261-4")).code == "VAT_CATEGORY_RATE"
    assert refused(line(rate_bp=2000, exemption="VATEX-FR-CGI261-4")).code == "VAT_CATEGORY_RATE"


def test_the_place_of_a_refusal_is_within_the_command() -> None:
    outcome = price((line(), line("x")), "net", terms(), pointer="/replacement/lines")
    assert isinstance(outcome, Refusal)
    assert outcome.place == "/replacement/lines/1/unit_price"


@given(
    st.sampled_from([place for place in RATES if RATES[place]]),
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 50_000), st.sampled_from(["goods", "services"]), st.integers(0, 3)),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["net", "gross"]),
    st.one_of(st.none(), st.integers(0, 10_000)),
)
def test_lines_rates_and_totals_always_agree(
    place: SupplyPlace, drawn: list[Any], basis: PriceBasis, share_bp: int | None
) -> None:
    rates = rates_at(place, TODAY)
    lines = [
        line(f"{cents // 100}.{cents % 100:02d}1", quantity=str(count), nature=nature, rate_bp=rates[pick % len(rates)])
        for count, cents, nature, pick in drawn
    ]
    discount = Discount(share_bp=share_bp) if share_bp is not None else None
    found = priced(*lines, basis=basis, discount=discount, place=place)
    assert sum(each.net_cents for each in found.lines) == found.totals.net_cents
    assert sum(row.base_cents for row in found.vat) == found.totals.net_cents
    assert found.totals.net_cents + found.totals.vat_cents == found.totals.gross_cents
    paid = found.totals.gross_cents if basis == "gross" else found.totals.net_cents
    assert sum(each.amount_cents for each in found.lines) - found.totals.discount_cents == paid
