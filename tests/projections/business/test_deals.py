"""Pipeline, durations, DSO and late deposits over played sales, each against an independent recount."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.commands.common import InstalmentInput
from ledger.domain.commands.payments import ReversePayment
from ledger.domain.commands.quotes import AcceptWork, DeclineQuote, SendQuote, ViewQuote
from ledger.domain.commands.sales import CreditInvoice, IssueFinalInvoice
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.quote import QUOTE
from projections.business.deals import DEALS
from projections.business.durations import (
    DSO,
    DURATIONS,
    LATE_DEPOSITS,
    Month,
    count_back,
    nearest_rank,
    simple,
    statistics,
)
from projections.business.pipeline import PIPELINE
from projections.business.spans import Span
from projections.business.stages import AUTOMATIC, DEFAULT_STAGES, StagesInvalid, read_pipeline
from projections.reports.contract import Report, Table
from tests.documents.sales import CASES, case
from tests.documents.selling import Sale, a_quote, an_invoice, goods, pay, sign
from tests.domain.sales import quote_state
from tests.domain.world import BUSINESS
from tests.projections.business.played import ask, asked_of, desk_of, every_figure_is_explained

EVERY_CASE = pytest.mark.parametrize("name", [name for name in CASES if name != "invoice_300_lines"])
WIDE = {"from_": "2026-01-01", "to": "2028-12-31"}
ACOMPTE = (InstalmentInput(kind="acompte", share_bp=3000, trigger="signature", due_days=5),)


def quote_id(rank: int) -> str:
    return f"cccccccc-0000-4000-8000-{rank:012d}"


def offer(sale: Sale, rank: int = 1, **more: object) -> str:
    sale.play(a_quote(goods("1000"), **{"id": quote_id(rank), "special_order": True, **more}))
    return quote_id(rank)


def staged(table: Table) -> dict[str, int]:
    return {row["stage"]: row["open"] for row in table.rows if row["open"]}


# ---- from quote to paid


def test_a_sale_moves_from_stage_to_stage_until_it_is_paid() -> None:
    sale = Sale()
    seen = []

    def look() -> None:
        seen.append(staged(ask(desk_of(sale, DEALS), PIPELINE, **WIDE)))

    quote = offer(sale, schedule=ACOMPTE)
    look()
    sale.later(1).play(SendQuote(quote=quote, by="email"))
    look()
    sale.later(1).play(ViewQuote(quote=quote, by="client"))
    look()
    sale.later(2)
    (deposit,) = sign(sale, quote)["deposits"]
    look()
    sale.later(3)
    pay(sale, deposit, "deposit", 36_000)
    look()
    sale.later(10).play(AcceptWork(about=quote, about_kind="quote", on=sale.world.today.isoformat()))
    invoice = sale.play(IssueFinalInvoice(quote=quote))["invoice"]
    look()
    sale.later(20)
    pay(sale, invoice, "invoice", 84_000)
    look()
    assert seen == [{code: 1} for code in AUTOMATIC[:-1]] + [{}]

    table = ask(desk_of(sale, DEALS), PIPELINE, **WIDE)
    assert {row["stage"]: row["reached"] for row in table.rows if "reached" in row} == dict.fromkeys(AUTOMATIC, 1)
    days = {row["stage"]: row["median_days"] for row in table.rows if "median_days" in row}
    assert days == {"sent": 1, "viewed": 2, "signed": 4, "deposit_paid": 7, "invoiced": 17, "paid": 37}
    rows = {row["passage"]: row for row in ask(desk_of(sale, DEALS), DURATIONS, **WIDE).rows}
    assert rows["signature_to_deposit"]["median_days"] == 3
    assert rows["invoice_to_payment"]["mean_days"] == 20
    assert rows["quote_to_paid"]["longest_days"] == 37


def test_money_that_did_not_stay_takes_the_sale_back() -> None:
    sale = Sale()
    quote = offer(sale, schedule=ACOMPTE)
    (deposit,) = sign(sale, quote)["deposits"]
    payment = pay(sale, deposit, "deposit", 36_000, "cheque")
    assert staged(ask(desk_of(sale, DEALS), PIPELINE, **WIDE)) == {"deposit_paid": 1}
    sale.later(4).play(ReversePayment(payment=payment, cause="unpaid"))
    assert staged(ask(desk_of(sale, DEALS), PIPELINE, **WIDE)) == {"signed": 1}


def test_a_declined_quote_is_in_no_stage_and_still_counts_in_the_conversion() -> None:
    sale = Sale()
    for rank in (1, 2, 3, 4):
        offer(sale, rank)
    sign(sale, quote_id(1))
    sale.play(DeclineQuote(quote=quote_id(2)))
    table = ask(desk_of(sale, DEALS), PIPELINE, **WIDE)
    assert staged(table) == {"issued": 2, "signed": 1}
    viewed = next(row for row in table.rows if row["stage"] == "viewed")
    assert next(row for row in table.rows if row["stage"] == "issued")["reached"] == 4
    assert (viewed["reached"], viewed["conversion_bp"]) == (1, 10_000)  # signed without being told as viewed: passed


def test_the_value_is_weighted_by_the_probability_of_the_stage() -> None:
    sale = Sale()
    offer(sale, 1)
    offer(sale, 2)
    sign(sale, quote_id(2))
    rows = {row["stage"]: row for row in ask(desk_of(sale, DEALS), PIPELINE, **WIDE).rows}
    assert (rows["issued"]["value_cents"], rows["issued"]["weighted_cents"]) == (120_000, 48_000)
    assert (rows["signed"]["value_cents"], rows["signed"]["weighted_cents"]) == (120_000, 108_000)


@EVERY_CASE
def test_what_is_open_on_invoices_is_what_their_own_streams_say(name: str) -> None:
    sale = case(name)[0]
    view = desk_of(sale, DEALS).view("deals")
    for row in view.rows("invoice"):
        state = sale.world.state(INVOICE, row.key)
        assert state is not None
        assert row.body["open"] == state.open_cents, row.key
    for row in view.rows("quote"):
        quote = sale.world.state(QUOTE, row.key)
        assert quote is not None
        assert ("signed" in row.body["steps"]) == (quote.contract is not None)
    owed = sum(row.body["asked"] - row.body["credited"] - row.body["settled"] for row in view.rows("credit"))
    assert owed == sum(row.body["open"] for row in view.rows("invoice"))


@EVERY_CASE
def test_every_figure_leads_to_its_entries(name: str) -> None:
    desk = desk_of(case(name)[0], DEALS)
    for report in (PIPELINE, DURATIONS, DSO, LATE_DEPOSITS):
        every_figure_is_explained(desk, report, **WIDE)


# ---- stages of one's own


def test_opportunities_and_drafts_stand_where_somebody_put_them() -> None:
    papers = {
        "opportunity": [
            {"id": quote_id(1), "command": {}, "notes": {"stage": "visit", "value_cents": 50_000}},
            {"id": quote_id(2), "command": {}, "notes": {"value_cents": 10_000, "probability_bp": 7_500}},
            {"id": quote_id(3), "command": {}, "notes": {"stage": 12, "value_cents": "much"}},
        ],
        "quote": [
            {
                "id": quote_id(4),
                "command": {"lines": [{"unit_price": "19.99", "quantity": "3"}, {"label": "x"}, 7]},
                "notes": {},
            }
        ],
        "pipeline": [
            {
                "id": quote_id(9),
                "notes": {
                    "stages": [
                        {"code": "lead", "fr": "Piste", "probability_bp": 500},
                        {"code": "visit", "fr": "Visite", "en": "Visit", "probability_bp": 3_333},
                        {"code": "signed", "fr": "Gagné", "probability_bp": 10_000},
                    ]
                },
            }
        ],
    }
    sale = Sale()
    offer(sale, 5)
    table = ask(desk_of(sale, DEALS, papers_kept=papers), PIPELINE, **WIDE)
    assert [row["stage"] for row in table.rows] == ["lead", "visit", *AUTOMATIC]
    rows = {row["stage"]: row for row in table.rows}
    assert (rows["lead"]["open"], rows["lead"]["value_cents"], rows["lead"]["weighted_cents"]) == (2, 10_000, 7_500)
    assert (rows["visit"]["open"], rows["visit"]["value_cents"]) == (2, 50_000 + 5_997)
    assert rows["visit"]["weighted_cents"] == 16_665 + 1_999
    assert rows["signed"]["label"] == "Gagné"
    assert rows["issued"]["open"] == 1


def test_a_quote_may_be_put_into_a_stage_of_ones_own_while_the_client_thinks() -> None:
    setting = {
        "stages": [
            {"code": "issued", "fr": "Émis", "probability_bp": 100},
            {"code": "sent", "fr": "Envoyé", "probability_bp": 100},
            {"code": "viewed", "fr": "Vu", "probability_bp": 100},
            {"code": "negotiation", "fr": "Négociation", "probability_bp": 8_000},
            {"code": "signed", "fr": "Signé", "probability_bp": 10_000},
            {"code": "deposit_paid", "fr": "Acompte", "probability_bp": 10_000},
            {"code": "invoiced", "fr": "Facturé", "probability_bp": 10_000},
            {"code": "paid", "fr": "Payé", "probability_bp": 10_000},
        ],
        "placed": {quote_id(1): "negotiation"},
    }
    sale = Sale()
    offer(sale, 1)
    desk = desk_of(sale, DEALS, papers_kept={"pipeline": [{"id": quote_id(9), "notes": setting}]})
    assert staged(ask(desk, PIPELINE, **WIDE)) == {"negotiation": 1}
    sign(sale, quote_id(1))
    desk = desk_of(sale, DEALS, papers_kept={"pipeline": [{"id": quote_id(9), "notes": setting}]})
    assert staged(ask(desk, PIPELINE, **WIDE)) == {"signed": 1}


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ({"stages": []}, "/stages"),
        ({"stages": "prospect"}, "/stages"),
        ({"stages": [7]}, "/stages/0"),
        ({"stages": [{"code": "Ünë", "probability_bp": 1}]}, "/stages/0/code"),
        ({"stages": [{"code": "lead", "probability_bp": 10_001}]}, "/stages/0/probability_bp"),
        ({"stages": [{"code": "lead", "probability_bp": True}]}, "/stages/0/probability_bp"),
        ({"stages": [{"code": "lead", "probability_bp": 1, "colour": "red"}]}, "/stages/0/colour"),
        ({"stages": [{"code": "lead", "probability_bp": 1}] * 2}, "/stages"),
        ({"stages": [{"code": "sent", "probability_bp": 1}, {"code": "issued", "probability_bp": 1}]}, "/stages"),
        ({"stages": [{"code": f"s{n}", "probability_bp": 1} for n in range(31)]}, "/stages"),
        ({"placed": [1]}, "/placed"),
        ({"placed": {"x": 1}}, "/placed"),
    ],
)
def test_a_setting_of_stages_that_cannot_be_used_says_where(setting: dict[str, object], place: str) -> None:
    with pytest.raises(StagesInvalid) as caught:
        read_pipeline(setting)
    assert caught.value.place == place
    desk = desk_of(Sale(), DEALS, papers_kept={"pipeline": [{"id": quote_id(9), "notes": setting}]})
    table = ask(desk, PIPELINE)
    assert [row["stage"] for row in table.rows] == [each.code for each in DEFAULT_STAGES]
    assert any(place in note.fr for note in table.notes)


# ---- durations


@given(st.lists(st.integers(-50, 4_000), min_size=1, max_size=60))
def test_quartiles_are_values_that_were_seen_and_cut_the_rest_as_they_should(days: list[int]) -> None:
    found = statistics(days)
    for name, percent in (("quartile_1_days", 25), ("median_days", 50), ("quartile_3_days", 75)):
        value = found[name]
        assert value in days
        assert 100 * sum(each <= value for each in days) >= percent * len(days)
        assert 100 * sum(each < value for each in days) < percent * len(days)
    assert found["count"] == len(days)
    assert abs(found["mean_days"] * len(days) - sum(days)) * 2 <= len(days)
    assert found["longest_days"] == max(days)


def test_one_duration_is_all_its_quartiles() -> None:
    assert statistics([7]) == {
        "count": 1, "mean_days": 7, "quartile_1_days": 7, "median_days": 7, "quartile_3_days": 7, "longest_days": 7,
    }  # fmt: skip
    assert statistics([]) == {"count": 0}
    assert nearest_rank([1, 2, 3, 4], 50) == 2


def test_an_invoice_that_was_credited_was_not_paid() -> None:
    sale = Sale()
    invoice = sale.play(an_invoice(goods("100"), id=None, supplied_on=None))["invoice"]
    sale.later(5).play(CreditInvoice(invoice=invoice, cause="cancellation"))
    rows = {row["passage"]: row for row in ask(desk_of(sale, DEALS), DURATIONS, **WIDE).rows}
    assert rows["invoice_to_payment"]["count"] == 0


# ---- DSO


def months(*made: tuple[int, int, int]) -> list[Month]:
    return [Month(Span(str(rank), "", ""), sales, owed, days) for rank, (sales, owed, days) in enumerate(made)]


@pytest.mark.parametrize(
    ("made", "back", "three"),
    [
        (months((100, 50, 30)), 15, 15),
        (months((100, 100, 30)), 30, 30),
        (months((100, 0, 31), (100, 150, 28)), 28 + 16, 44),  # all of February, half of January: 15.5 days, half-up
        (months((100, 0, 31), (0, 100, 28)), 28 + 31, 59),
        (months((100, 0, 31), (-20, 40, 28)), 28 + 12, 30),
        (months((10, 500, 31)), 31, 1_550),  # more than everything sold: all days there are
        (months((0, 0, 31)), None, None),
        (months((100, 0, 31)), 0, 0),
        (months((100, -5, 31)), 0, 0),
    ],
)
def test_dso_by_count_back_and_simply(made: list[Month], back: int | None, three: int | None) -> None:
    assert count_back(made, len(made) - 1) == back
    assert simple(made, len(made) - 1) == three


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(28, 31)), min_size=1, max_size=24), st.data())
def test_the_days_counted_back_are_those_whose_sales_are_owed(sold: list[tuple[int, int]], data: st.DataObject) -> None:
    """Owe exactly the sales of the last months, and a share of the one before: the days say which."""
    whole = data.draw(st.integers(0, len(sold) - 1))
    cut = sold[len(sold) - 1 - whole]
    share = data.draw(st.integers(0, cut[0]))
    owed = sum(sales for sales, _ in sold[len(sold) - whole :]) + share
    made = [Month(Span("", "", ""), sales, owed, days) for sales, days in sold]
    found = count_back(made, len(made) - 1)
    if owed == 0:
        assert found in (0, None)
        return
    assert found is not None
    days = sum(days for _, days in sold[len(sold) - whole :])
    if share:
        assert abs((found - days) * cut[0] - cut[1] * share) * 2 <= cut[0]
    else:
        assert found <= days
    more = [Month(Span("", "", ""), sales, owed + 1, days) for sales, days in sold]
    after = count_back(more, len(more) - 1)
    assert after is not None
    assert after >= found


def test_dso_of_customers_who_pay_after_thirty_days_is_thirty_days() -> None:
    sale = Sale(today=date(2026, 12, 1))
    open_: list[tuple[date, str]] = []
    day = date(2026, 12, 1)
    while day < date(2027, 4, 1):
        sale.on(day)
        made = sale.play(an_invoice(goods("100"), id=None, supplied_on=None, customer=BUSINESS))
        open_.append((day + timedelta(days=30), made["invoice"]))
        while open_ and open_[0][0] <= day:
            pay(sale, open_.pop(0)[1], "invoice", 12_000)
        day += timedelta(days=1)
    table = ask(desk_of(sale, DEALS), DSO, from_="2026-12-01", to="2027-03-31")
    by_month = {row["period"]: row["dso_days"] for row in table.rows}
    assert by_month == {"2026-12": 30, "2027-01": 30, "2027-02": 30, "2027-03": 30}
    assert [row["owed_cents"] for row in table.rows][1:] == [360_000] * 3
    every_figure_is_explained(desk_of(sale, DEALS), DSO, from_="2026-12-01", to="2027-03-31")


# ---- late deposits


@pytest.mark.parametrize(
    ("paid_after", "looked_after", "counts"),
    [
        (5, 20, (1, 1, 0, 0)),
        (6, 20, (1, 0, 1, 0)),
        (None, 5, (0, 0, 0, 0)),
        (None, 6, (1, 0, 0, 1)),
    ],
    ids=["on the day", "a day late", "not due yet", "unpaid"],
)
def test_a_deposit_is_late_from_the_day_after_it_was_due(
    paid_after: int | None, looked_after: int, counts: tuple[int, ...]
) -> None:
    sale = Sale()
    (deposit,) = sign(sale, offer(sale, schedule=ACOMPTE))["deposits"]
    assert quote_state(sale.world, quote_id(1)).deposits
    start = sale.world.today
    if paid_after is not None:
        sale.later(paid_after)
        pay(sale, deposit, "deposit", 36_000)
    sale.on(start + timedelta(days=looked_after))
    desk = desk_of(sale, DEALS)
    totals = ask(desk, LATE_DEPOSITS, from_="2026-11-01", to="2026-12-31").totals
    assert tuple(totals[name] for name in ("due", "on_time", "late", "unpaid")) == counts
    given_ = asked_of(LATE_DEPOSITS, from_="2026-11-01", to="2026-12-31")
    assert bool(list(LATE_DEPOSITS.explain(desk, given_, "2026-11", "due"))) == bool(counts[0])


@pytest.mark.parametrize("report", [PIPELINE, DURATIONS, DSO, LATE_DEPOSITS], ids=lambda each: each.name)
def test_a_report_of_an_empty_ledger_is_empty_and_does_not_fail(report: Report) -> None:
    table = ask(desk_of(Sale(), DEALS), report)
    assert table.chart is not None
    assert all(not row.get("open") and not row.get("count") and not row.get("due") for row in table.rows)
