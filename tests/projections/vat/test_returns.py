"""VAT returns over postings by hand: which period, which box, rounding, corrections, late facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.regimes.fr.vat import RATES
from ledger.domain.types import SupplyPlace, VatRegime
from projections.book.posting import Posting
from projections.book.projection import BOOK
from projections.reports.contract import Words
from projections.vat.boxes import CA3, CA12, FORMS, box_of, euros_of, form_on
from projections.vat.periods import days_between, last_ended, named_days, period_named
from projections.vat.report import VAT
from projections.vat.returns import VatReturn, behind, due_day, numbers_of, vat_return
from tests.documents.selling import SOLE, Sale
from tests.projections.business.played import ask, desk_of

NOVEMBER = named_days("2026-11-01", "2026-11-30")


def due(seq: int, base_cents: int, rate_bp: int = 2000, **more: Any) -> Posting:
    """VAT that fell due on a base, as the book posts it."""
    members: dict[str, Any] = {
        "seq": seq, "move": 1, "rank": 1, "type": "invoice.paid/1", "day": "2026-11-10", "on": "2026-11-10",
        "cause": "payment", "account": "vat_collected", "amount_cents": -base_cents * rate_bp // 10_000,
        "currency": "EUR", "base_cents": -base_cents, "category": "S" if rate_bp else "E", "rate_bp": rate_bp,
        "nature": "services", "due_by": "receipt" if rate_bp else "none",
    }  # fmt: skip
    return Posting(**{**members, **more})


def returned(*postings: Posting, regime: VatRegime = "normal_monthly", **more: Any) -> VatReturn:
    asked: dict[str, Any] = {"regime": regime, "currency": "EUR", "upto_seq": 99, **more}
    return vat_return(postings, asked.pop("period", NOVEMBER), **asked)


def boxes(made: VatReturn) -> dict[str, tuple[int | None, int | None]]:
    return {one.box.number: (one.base_euros, one.vat_euros) for one in made.boxes}


# ---- which period


@pytest.mark.parametrize(
    ("regime", "today", "expected"),
    [
        ("normal_monthly", "2026-11-23", ("2026-10", "2026-10-01", "2026-10-31")),
        ("normal_monthly", "2027-01-01", ("2026-12", "2026-12-01", "2026-12-31")),
        ("normal_quarterly", "2026-11-23", ("2026-Q3", "2026-07-01", "2026-09-30")),
        ("normal_quarterly", "2027-01-15", ("2026-Q4", "2026-10-01", "2026-12-31")),
        ("simplified", "2026-11-23", ("2025", "2025-01-01", "2025-12-31")),
        ("simplified", "2027-03-31", ("2026", "2026-01-01", "2026-12-31")),
        ("simplified", "2027-04-01", ("2027-Q1", "2027-01-01", "2027-03-31")),
        ("simplified", "2028-02-01", ("2027-Q4", "2027-10-01", "2027-12-31")),
    ],
)
def test_the_period_to_return_is_the_last_that_has_ended(regime: VatRegime, today: str, expected: Any) -> None:
    found = last_ended(regime, date.fromisoformat(today))
    assert (found.name, found.from_on, found.to_on) == expected


def test_a_financial_year_that_is_not_the_calendars_is_returned_as_such() -> None:
    found = last_ended("simplified", date(2026, 11, 23), "10-01")
    assert (found.from_on, found.to_on) == ("2025-10-01", "2026-09-30")
    early = last_ended("simplified", date(2026, 9, 30), "10-01")
    assert (early.from_on, early.to_on) == ("2024-10-01", "2025-09-30")


@pytest.mark.parametrize(
    ("today", "name"),
    [("2027-09-30", "2025"), ("2027-10-01", "2026"), ("2027-12-31", "2026"), ("2028-01-01", "2027-Q4")],
)
def test_the_simplified_regime_lasts_as_long_as_the_year_that_began_before_2027(today: str, name: str) -> None:
    assert last_ended("simplified", date.fromisoformat(today), "10-01").name == name


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-Q5", "1999", "26", "2026-1", "2026-11-01", ""])
def test_what_is_no_period_is_none(text: str) -> None:
    assert period_named(text) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_is_in_one_month_one_quarter_and_one_year(day: date) -> None:
    on = day.isoformat()
    names = [f"{day.year}-{month:02d}" for month in range(1, 13)]
    quarters = [f"{day.year}-Q{quarter}" for quarter in range(1, 5)]
    for group in (names, quarters, [f"{day.year}"]):
        found = [period_named(name) for name in group]
        assert sum(each is not None and each.holds(on) for each in found) == 1


def test_days_that_are_a_month_or_quarter_bear_its_name() -> None:
    assert named_days("2026-02-01", "2026-02-28").name == "2026-02"
    assert named_days("2026-10-01", "2026-12-31").name == "2026-Q4"
    assert named_days("2026-01-01", "2026-12-31").name == "2026"
    assert named_days("2026-10-02", "2026-12-31") == days_between("2026-10-02", "2026-12-31")


# ---- which box


def test_every_rate_in_force_somewhere_has_a_box_of_its_own_on_each_form() -> None:
    for form in (CA3, CA12):
        for place, rows in RATES.items():
            for row in rows:
                box = box_of(form, "S", row.value, place)
                former = row.until is not None
                assert (box is form.others) == former, (form.name, place, row.value)


def test_every_box_of_a_form_stands_for_one_thing() -> None:
    for row in FORMS:
        form = row.value
        found = [*form.rates.values(), *form.untaxed.values(), form.others, form.vat_total, form.correction_vat]
        by_number = {box.number: box for box in found}
        assert all(by_number[box.number] is box for box in found)


@pytest.mark.parametrize(
    ("category", "place", "box"),
    [
        ("G", "WORLD", "E1"),
        ("K", "EU", "F2"),
        ("E", "FR", "E2"),
        ("AE", "FR", "E2"),
        ("O", "EU", "E2"),
        ("Z", "FR", "E2"),
    ],
)
def test_what_bears_no_tax_stands_among_the_operations_not_taxed(category: Any, place: SupplyPlace, box: str) -> None:
    made = returned(due(1, 50_000, 0, category=category, supply_place=place))
    assert boxes(made) == {box: (500, None)}


def test_no_form_is_known_before_ours() -> None:
    assert form_on("CA3", date(2021, 12, 31)) is None
    assert form_on("CA3", date(2026, 1, 1)) is CA3


def test_under_the_exemption_there_is_no_return() -> None:
    made = returned(due(1, 50_000, 0, exemption="VATEX-FR-FRANCHISE"), regime="franchise")
    assert (made.form, made.boxes) == (None, ())
    assert made.base_cents == 50_000  # and the figures are there all the same
    assert list(behind(made, [due(1, 50_000, 0)], "E2")) == []


def test_the_report_of_an_exempt_business_cites_the_article_of_the_day() -> None:
    desk = desk_of(Sale(profile=SOLE, today=date(2026, 1, 5)), BOOK)
    for year, article in (("2026", "CGI art. 293 B"), ("2027", "CIBS art. L. 223-3")):
        made = ask(desk, VAT, **{"from": f"{year}-01-01", "to": f"{year}-12-31"})
        assert made.rows == ()
        assert made.notes == (Words(f"Franchise en base : aucune déclaration de TVA ({article}).",
                                    f"Small-business exemption: no VAT return ({article})."),)  # fmt: skip


# ---- euros


def test_a_half_euro_counts_as_one_on_both_sides_of_zero() -> None:
    assert [euros_of(cents) for cents in (49, 50, 149, 150, -49, -50)] == [0, 1, 1, 2, 0, -1]


@given(st.lists(st.tuples(st.integers(0, 10**9), st.sampled_from((2000, 1000, 550, 210, 0))), max_size=20))
def test_a_form_adds_up_in_euros_and_stays_within_half_a_euro_for_each_box(lines: list[tuple[int, int]]) -> None:
    made = returned(*(due(seq, base, rate) for seq, (base, rate) in enumerate(lines, 1)))
    taxed = [one for one in made.boxes if one.box.taxed and one.box.number != "16"]
    totals = {one.box.number: one for one in made.boxes}
    for one in made.boxes:
        for exact, euros in ((one.base_cents, one.base_euros), (one.vat_cents, one.vat_euros)):
            assert (exact is None) == (euros is None)
            slack = 50 * max(1, len(taxed)) if one.box.number in ("A1", "16") else 50
            assert exact is None or euros is None or abs(exact - 100 * euros) <= slack
    if taxed:
        assert totals["A1"].base_euros == sum(one.base_euros or 0 for one in taxed)
        assert totals["16"].vat_euros == sum(one.vat_euros or 0 for one in taxed)


# ---- corrections


def test_a_credit_note_stands_among_the_corrections_not_in_its_rate() -> None:
    made = returned(due(1, 100_000), due(2, -20_000, due_by="credit", cause="credit_note"))
    assert boxes(made) == {
        "A1": (1000, None),
        "08": (1000, 200),
        "16": (None, 200),
        "B5": (200, None),
        "21": (None, 40),
    }
    assert made.vat_cents == 16_000


def test_no_line_of_a_form_is_below_zero() -> None:
    made = returned(due(1, -30_000), due(2, 10_000, 1000), due(3, -5_000, 0))
    assert boxes(made) == {
        "A1": (100, None), "9B": (100, 10), "16": (None, 10), "B5": (300, None), "21": (None, 60), "F8": (50, None),
    }  # fmt: skip
    assert [each.seq for each in behind(made, [due(1, -30_000), due(2, 10_000, 1000)], "21")] == [1]


def test_a_correction_taken_back_is_vat_to_pay_back() -> None:
    made = returned(due(1, 5_000, due_by="credit"))
    assert boxes(made) == {"15": (None, 10)}


def test_the_simplified_regime_has_its_own_form() -> None:
    year = period_named("2026")
    assert year is not None
    made = returned(due(1, 100_000), due(2, -20_000, due_by="credit"), regime="simplified", period=year)
    assert boxes(made) == {"5A": (1000, 200), "16": (None, 200), "25": (None, 40)}


def test_what_the_simplified_regime_returned_stands_on_the_quarterly_form_from_2027() -> None:
    quarter, shifted = period_named("2027-Q1"), period_named("2026", "10-01")
    assert quarter is not None
    assert shifted is not None
    made = returned(due(1, 100_000, on="2027-02-03", day="2027-02-03"), regime="simplified", period=quarter)
    assert boxes(made) == {"A1": (1000, None), "08": (1000, 200), "16": (None, 200)}
    assert made.declared_on == "2027-04-24"
    still = returned(due(1, 100_000, on="2027-02-03", day="2027-02-03"), regime="simplified", period=shifted)
    assert (still.form, still.declared_on) == (CA12, "2027-12-31")


@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), st.sampled_from((2000, 1000, 0)), st.booleans()), max_size=12))
def test_every_figure_is_behind_a_box_and_boxes_give_the_tax_back(lines: list[tuple[int, int, bool]]) -> None:
    book = [
        due(seq, base, rate, **({"due_by": "credit"} if credit and rate else {}))
        for seq, (base, rate, credit) in enumerate(lines, 1)
    ]
    made = returned(*book)
    exact = {one.box.number: one.vat_cents or 0 for one in made.boxes}
    assert exact.get("16", 0) - exact.get("21", 0) + exact.get("15", 0) == made.vat_cents
    shown = {one.box.number for one in made.boxes}
    for one in made.figures:
        assert made.form is not None
        if one.vat_cents:
            assert numbers_of(made.form, one.key, made.below_zero)
    for number in shown:
        assert list(behind(made, book, number)) or exact.get(number, 0) == 0


# ---- days and entries


def test_the_effective_day_decides_not_the_day_of_recording() -> None:
    late = due(1, 10_000, on="2026-10-31", day="2026-11-03")
    early = due(2, 20_000, on="2026-11-30", day="2026-10-02")
    assert returned(late, early).base_cents == 20_000


def test_what_is_recorded_after_the_declaration_is_listed_by_itself() -> None:
    book = (due(1, 10_000), due(2, 3_000, day="2026-12-20", on="2026-11-29"))
    assert returned(*book).late == ()  # it may be declared until the 24th
    made = returned(*book, declared_on="2026-12-15")
    assert made.base_cents == 13_000
    assert [(one.base_cents, one.vat_cents, one.last_seq) for one in made.late] == [(3_000, 600, 2)]


def test_a_return_as_of_an_entry_is_the_same_for_ever() -> None:
    book = [due(1, 10_000), due(2, 3_000)]
    before = returned(*book, upto_seq=2)
    assert returned(*book, due(3, 500), upto_seq=2) == before
    assert returned(*book, due(3, 500), upto_seq=3).base_cents == 13_500


def test_other_currencies_are_in_no_box() -> None:
    made = returned(due(1, 10_000), due(2, 99_000, currency="USD"))
    assert made.boxes[0].base_cents == 10_000
    assert made.vat_cents == 2_000
    assert [one.key.currency for one in made.figures] == ["EUR", "USD"]


def test_only_vat_that_fell_due_counts() -> None:
    waiting = replace(due(1, 10_000), account="vat_waiting", due_by=None)
    assert returned(waiting, replace(waiting, account="vat_on_advances")).figures == ()


@pytest.mark.parametrize(
    ("form", "from_on", "to_on", "expected"),
    [
        ("CA3", "2026-11-01", "2026-11-30", "2026-12-24"),
        ("CA3", "2026-10-01", "2026-12-31", "2027-01-24"),
        ("CA12", "2025-01-01", "2025-12-31", "2026-05-05"),  # 1 May 2026 is a Friday
        ("CA12", "2025-10-01", "2026-09-30", "2026-12-31"),
        (None, "2026-01-01", "2026-12-31", "2027-01-24"),
    ],
)
def test_a_period_may_be_declared_until(form: Any, from_on: str, to_on: str, expected: str) -> None:
    assert due_day(form, named_days(from_on, to_on)) == expected
