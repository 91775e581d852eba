"""Recurring revenue: each month's end is its start and its changes, against subscriptions played day by day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.commands.sales import (
    ChangeSubscription,
    InvoiceSubscription,
    PauseSubscription,
    StartSubscription,
    StopSubscription,
)
from ledger.domain.streams.subscription import SUBSCRIPTION
from projections.business.recurring import MOVES, RECURRING, SUBSCRIPTIONS, monthly, move_of
from projections.reports.contract import Table
from tests.documents.selling import Sale, works
from tests.domain.world import BUSINESS
from tests.projections.business.played import ask, desk_of, every_figure_is_explained

YEAR = {"from_": "2027-01-01", "to": "2027-06-30"}


def starts(sale: Sale, on: str, price: str = "100", **more: Any) -> str:
    members: dict[str, Any] = {"every": "month", "starts_on": on, "lines": (works(price, 2000),), "basis": "net"}
    return str(sale.play(StartSubscription(customer=BUSINESS, **{**members, **more}))["subscription"])


def a_half_year() -> Sale:
    sale = Sale(today=date(2027, 1, 4))
    first = starts(sale, "2027-01-01")
    quarterly = starts(sale, "2027-02-10", "300", every="quarter")
    yearly = starts(sale, "2027-01-15", "1000", every="year", ends_on="2027-04-14")
    weekly = starts(sale, "2027-03-01", "10", every="week")
    sale.on("2027-02-20").play(
        ChangeSubscription(subscription=first, from_on="2027-03-01", lines=(works("150", 2000),))
    )
    sale.play(ChangeSubscription(subscription=quarterly, from_on="2027-05-10", lines=(works("270", 2000),)))
    sale.on("2027-04-10").play(PauseSubscription(subscription=first, paused=True, on="2027-04-15"))
    sale.on("2027-05-20").play(PauseSubscription(subscription=first, paused=False, on="2027-06-01"))
    sale.play(StopSubscription(subscription=weekly, on="2027-05-25", by="client"))
    assert yearly
    return sale.on("2027-07-02")


def rows(table: Table) -> dict[str, dict[str, Any]]:
    return {row["period"]: dict(row) for row in table.rows}


def test_each_change_has_its_month_and_its_reason() -> None:
    found = rows(ask(desk_of(a_half_year(), SUBSCRIPTIONS), RECURRING, **YEAR))
    changes = {
        month: {name: row[f"{name}_cents"] for name in MOVES if row[f"{name}_cents"]} for month, row in found.items()
    }
    assert changes == {
        "2027-01": {"new": 10_000 + 8_333},
        "2027-02": {"new": 10_000},
        "2027-03": {"new": 4_333, "grown": 5_000},
        "2027-04": {"paused": 15_000, "lost": 8_333},
        "2027-05": {"shrunk": 1_000, "lost": 4_333},
        "2027-06": {"resumed": 15_000},
    }
    assert [row["mrr_cents"] for row in found.values()] == [18_333, 28_333, 37_666, 14_333, 9_000, 24_000]
    assert found["2027-06"]["arr_cents"] == 12 * 24_000
    assert [row["active"] for row in found.values()] == [2, 3, 4, 2, 1, 2]


def test_start_and_changes_make_the_end() -> None:
    table = ask(desk_of(a_half_year(), SUBSCRIPTIONS), RECURRING, **YEAR)
    before = 0
    for row in table.rows:
        assert row["start_cents"] == before
        up = row["new_cents"] + row["grown_cents"] + row["resumed_cents"]
        down = row["shrunk_cents"] + row["paused_cents"] + row["lost_cents"]
        assert row["start_cents"] + up - down == row["mrr_cents"]
        before = row["mrr_cents"]


def test_a_window_of_months_says_what_the_whole_says() -> None:
    desk = desk_of(a_half_year(), SUBSCRIPTIONS)
    whole = rows(ask(desk, RECURRING, **YEAR))
    for first in ("2027-03-01", "2027-05-01", "2027-06-15"):
        for month, row in rows(ask(desk, RECURRING, from_=first, to="2027-06-30")).items():
            assert row == whole[month]


def test_what_counts_on_a_month_end_is_what_the_subscriptions_own_state_would_bill() -> None:
    sale = a_half_year()
    desk = desk_of(sale, SUBSCRIPTIONS)
    for row in ask(desk, RECURRING, **YEAR).rows:
        expected = 0
        last = {"2027-02": 28, "2027-04": 30, "2027-06": 30}.get(row["period"], 31)
        day = date.fromisoformat(f"{row['period']}-{last:02d}")
        for each in desk.view("subscriptions").rows("subscription"):
            state = sale.world.state(SUBSCRIPTION, each.key)
            assert state is not None
            over = state.last_on is not None and day.isoformat() > state.last_on
            paused = any(
                one.from_on <= day.isoformat() and (one.to_on is None or day.isoformat() < one.to_on)
                for one in state.pauses
            )
            if day.isoformat() >= state.started.starts_on and not over and not paused:
                lines = state.content_on(day).lines
                expected += monthly(sum(line.net_cents for line in lines), state.started.every)
        assert row["mrr_cents"] == expected


def test_every_figure_leads_to_its_entries() -> None:
    assert every_figure_is_explained(desk_of(a_half_year(), SUBSCRIPTIONS), RECURRING, **YEAR) > 20


def test_an_invoice_of_a_period_changes_nothing() -> None:
    sale = Sale(today=date(2027, 1, 4))
    subscription = starts(sale, "2027-01-01")
    before = ask(desk_of(sale, SUBSCRIPTIONS), RECURRING, **YEAR).rows
    sale.play(InvoiceSubscription(subscription=subscription))
    after = ask(desk_of(sale, SUBSCRIPTIONS), RECURRING, **YEAR).rows
    assert [row["mrr_cents"] for row in before] == [row["mrr_cents"] for row in after] == [10_000]


@pytest.mark.parametrize(
    ("every", "cents"), [("week", 433), ("month", 100), ("quarter", 33), ("year", 8)], ids=lambda each: str(each)
)
def test_prices_are_brought_to_a_month(every: str, cents: int) -> None:
    assert monthly(100, every) == cents


_STATES = st.tuples(st.sampled_from(("before", "active", "paused", "over")), st.integers(1, 10**9)).map(
    lambda each: each if each[0] == "active" else (each[0], 0)
)


@given(_STATES, _STATES, st.booleans())
def test_a_change_is_the_difference_of_what_counts(
    before: tuple[str, int], after: tuple[str, int], was_active: bool
) -> None:
    signs = {"new": 1, "grown": 1, "resumed": 1, "shrunk": -1, "paused": -1, "lost": -1}
    move = move_of(before, after, was_active)
    assert (signs[move[0]] * move[1] if move else 0) == after[1] - before[1]


def test_no_subscription_is_no_revenue() -> None:
    table = ask(desk_of(Sale(), SUBSCRIPTIONS), RECURRING)
    assert {row["mrr_cents"] for row in table.rows} == {0}
