"""Thresholds on the cent and on the day, the first year, and the forecast at the present pace."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.business.periods import PERIODS
from projections.business.takings_rows import TAKINGS
from projections.business.thresholds import THRESHOLDS, Counted, forecast, limits_of
from tests.documents.selling import SOLE, Sale, an_invoice, goods, pay, works
from tests.projections.business.played import FixedDesk, ask, desk_of


def sells(sale: Sale, on: str, price: str, *, services: bool = True, paid: bool = False) -> None:
    sale.on(on)
    line = works(price, 0) if services else goods(price, 0)
    made = sale.play(an_invoice(line, id=None, supplied_on=None))
    if paid:
        pay(sale, made["invoice"], "invoice", made["gross_cents"])


def rows(desk: FixedDesk, **asked: str) -> dict[str, dict[str, Any]]:
    return {row["threshold"]: dict(row) for row in ask(desk, THRESHOLDS, **asked).rows}


def desk(sale: Sale) -> FixedDesk:
    return desk_of(sale, PERIODS, TAKINGS, opened_on="2026-01-01")


def sole(today: date = date(2026, 1, 5)) -> Sale:
    return Sale(profile=SOLE, today=today)


def test_a_limit_is_cited_by_the_article_of_its_year() -> None:
    for year, article in ((2026, "CGI art. 293 B"), (2027, "CIBS art. L. 223-3")):
        cited = {each.law for each in limits_of(year, None) if each.code.startswith("vat_exemption")}
        assert cited == {article}


@pytest.mark.parametrize(
    ("price", "base", "raised"),
    [
        ("37499.99", None, None),
        ("37500", None, None),  # the threshold itself is within
        ("37500.01", "2026-03-02", None),
        ("41250", "2026-03-02", None),
        ("41250.01", "2026-03-02", "2026-03-02"),
    ],
)
def test_the_vat_exemption_of_services_ends_a_cent_above_its_thresholds(
    price: str, base: str | None, raised: str | None
) -> None:
    sale = sole()
    sells(sale, "2026-03-02", price)
    found = rows(desk(sale.on("2026-06-30")))
    assert found["vat_exemption_services"].get("crossed_on") == base
    assert found["vat_exemption_services"].get("ends_on") == (base and "2027-01-01")
    assert found["vat_exemption_raised_services"].get("crossed_on") == raised
    assert found["vat_exemption_raised_services"].get("ends_on") == raised


def test_goods_and_services_count_together_towards_the_limit_of_sales() -> None:
    sale = sole()
    sells(sale, "2026-02-02", "60000", services=False)
    sells(sale, "2026-03-02", "20000")
    sells(sale, "2026-04-01", "5000.01")
    found = rows(desk(sale))
    assert found["vat_exemption_goods"]["crossed_on"] == "2026-04-01"
    assert found["vat_exemption_services"]["counted_cents"] == 2_500_001
    assert "crossed_on" not in found["vat_exemption_services"]
    assert found["vat_exemption_goods"]["left_cents"] == -1


def test_the_micro_regime_counts_what_was_received_and_ends_after_two_years() -> None:
    sale = sole(date(2026, 1, 5))
    sells(sale, "2026-05-02", "90000", paid=True)
    sells(sale, "2027-05-02", "90000", paid=True)
    first, second = rows(desk(sale), year="2026"), rows(desk(sale), year="2027")
    assert first["micro_services"]["crossed_on"] == "2026-05-02"
    assert "ends_on" not in first["micro_services"]
    assert second["micro_services"]["ends_on"] == "2028-01-01"
    assert second["micro_goods"]["state"] == "clear"


def test_what_is_not_paid_is_not_received() -> None:
    sale = sole()
    sells(sale, "2026-05-02", "90000")
    found = rows(desk(sale))
    assert found["micro_services"]["counted_cents"] == 0
    assert found["vat_exemption_services"]["counted_cents"] == 9_000_000


def test_a_year_begins_at_nothing() -> None:
    sale = sole()
    sells(sale, "2026-12-31", "40000")
    sale.on("2027-01-01")
    found = rows(desk(sale))
    assert found["vat_exemption_services"]["counted_cents"] == 0
    assert rows(desk(sale), year="2026")["vat_exemption_services"]["ends_on"] == "2027-01-01"


def test_in_the_first_year_limits_are_reduced_but_not_the_raised_threshold() -> None:
    sale = sole(date(2026, 7, 1))
    sells(sale, "2026-08-03", "20000")
    found = rows(desk(sale), started_on="2026-07-01")
    assert found["vat_exemption_services"]["limit_cents"] == 1_890_411  # 37 500 x 184 / 365
    assert found["vat_exemption_services"]["crossed_on"] == "2026-08-03"
    assert found["vat_exemption_raised_services"]["limit_cents"] == 4_125_000
    assert found["micro_services"]["limit_cents"] == 4_214_356


def test_turnover_from_before_the_ledger_counts_when_it_is_told() -> None:
    sale = sole(date(2026, 7, 1))
    sells(sale, "2026-08-03", "20000")
    opened = desk_of(sale, PERIODS, TAKINGS, opened_on="2026-07-01")
    assert any("2026-07-01" in note.fr for note in ask(opened, THRESHOLDS).notes)
    asked = {"brought_services_cents": "2000000", "brought_goods_cents": "100"}
    found = rows(opened, **asked)
    assert found["vat_exemption_services"]["counted_cents"] == 4_000_000
    assert found["vat_exemption_goods"]["counted_cents"] == 4_000_100
    assert found["vat_exemption_services"]["crossed_on"] == "2026-08-03"


def test_a_threshold_is_near_from_four_fifths() -> None:
    sale = sole()
    sells(sale, "2026-03-02", "29999.99")
    assert rows(desk(sale))["vat_exemption_services"]["state"] == "clear"
    sells(sale, "2026-03-02", "0.01")
    assert rows(desk(sale))["vat_exemption_services"]["state"] == "near"


def test_a_steady_pace_is_carried_on() -> None:
    sale = sole()
    day = date(2026, 1, 5)
    while day <= date(2026, 5, 31):
        sells(sale, day.isoformat(), "150")
        day += timedelta(days=1)
    row = rows(desk(sale))["vat_exemption_services"]
    assert row["counted_cents"] == 147 * 15_000
    # 15 000 cents a day: the 251st day passes 37 500 EUR, 104 days after 31 May.
    assert row["forecast_on"] == "2026-09-12"
    assert row["year_end_cents"] == (147 + 214) * 15_000


def test_every_figure_leads_to_its_entries() -> None:
    sale = sole()
    sells(sale, "2026-02-02", "60000", services=False, paid=True)
    sells(sale, "2026-03-02", "20000", paid=True)
    kept = desk(sale)
    assert rows(kept)["micro_goods"]["counted_cents"] == 8_000_000
    for row in ask(kept, THRESHOLDS).rows:
        shares = THRESHOLDS.shares(kept, {}, row["key"], "counted_cents") if THRESHOLDS.shares else None
        assert shares is not None
        assert sum(shares.values()) == row["counted_cents"]
        assert tuple(THRESHOLDS.explain(kept, {}, row["key"], "counted_cents")) == tuple(shares)


@pytest.mark.parametrize("year", ["0", "2019", "999999999"])
def test_an_unknown_year_says_so(year: str) -> None:
    table = ask(desk(sole()), THRESHOLDS, year=year)
    assert table.rows == ()
    assert any("inconnus" in note.fr for note in table.notes)


_AMOUNTS = st.integers(0, 10**10)


@given(_AMOUNTS, _AMOUNTS, st.integers(1, 10**9), st.integers(1, 90), st.integers(0, 365))
def test_the_forecast_is_the_first_day_whose_end_is_above_the_limit(
    limit: int, total: int, pace: int, days: int, into: int
) -> None:
    today = date(2026, 1, 1) + timedelta(days=min(into, 364))
    found = forecast(limit, total, pace, days, today)
    if total > limit:
        assert found is None
        return
    left = (date(2026, 12, 31) - today).days
    if found is None:
        assert total * days + pace * left < (limit + 1) * days
        return
    ahead = (found - today).days
    assert total * days + pace * ahead >= (limit + 1) * days
    assert ahead == 0 or total * days + pace * (ahead - 1) < (limit + 1) * days


@given(st.lists(st.integers(-(10**6), 10**7), max_size=40), st.integers(0, 10**8), st.integers(0, 10**6))
def test_a_limit_is_passed_on_the_first_day_above_it(cents: list[int], limit: int, brought: int) -> None:
    days = tuple((f"2026-01-{rank + 1:02d}", each) for rank, each in enumerate(cents[:31]))
    found = Counted(days, brought).crossed_on(limit)
    totals = [brought + sum(each for _, each in days[: rank + 1]) for rank in range(len(days))]
    if brought > limit and days:
        assert found == days[0][0]
    else:
        assert found == next((days[rank][0] for rank, total in enumerate(totals) if total > limit), None)
