"""What may be asked of a report: a wrong parameter is refused in words, never carried out and never repeated."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.reports.asking import MOST_PERIODS, Unfit, complete, too_long
from projections.reports.contract import Desk, Parameter, Report, Table, Words
from projections.reports.registry import REPORTS

WORDS = Words("mot", "word")


def _never(*_: object) -> Table:
    raise AssertionError("a report that is only asked for is not made")


def report(*parameters: Parameter) -> Report:
    def explain(_: Desk, __: object, ___: str, ____: str) -> list[int]:
        return []

    return Report("sample", Words("Quoi ?", "What?"), parameters, (), _never, explain)


SAMPLE = report(
    Parameter("from", "day", WORDS),
    Parameter("to", "day", WORDS),
    Parameter("customer", "id", WORDS, required=True),
    Parameter("days", "count", WORDS, default="30"),
    Parameter("by", "code", WORDS, default="a", choices=("a", "b")),
    Parameter("late", "flag", WORDS),
    Parameter("words", "text", WORDS),
    Parameter("item", "code", WORDS),
)
ID = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("every", "from_", "to", "fits"),
    [
        ("day", "2000-01-01", "2010-12-13", True),  # 4,000 days
        ("day", "2000-01-01", "2010-12-14", False),
        ("week", "1950-01-01", "2026-01-01", True),
        ("week", "1950-01-01", "2028-01-01", False),
        ("month", "1900-01-01", "2199-12-31", True),
        ("financial_year", "1900-01-01", "2199-12-31", True),
    ],
)
def test_more_periods_than_anybody_reads_are_refused(every: str, from_: str, to: str, fits: bool) -> None:
    periods = report(
        Parameter("from", "day", WORDS),
        Parameter("to", "day", WORDS),
        Parameter("every", "code", WORDS, default="month"),
    )
    asked = {"every": every, "from": from_}
    found = complete(periods, {**asked, "to": to})
    assert isinstance(found, Unfit) is not fits
    without_end = complete(periods, asked)
    assert not isinstance(without_end, Unfit)
    wrong = too_long(without_end, date.fromisoformat(to))
    assert (wrong is None) is fits
    if wrong is not None:
        assert (wrong.name, wrong.reason) == ("every", "too_many")
        assert f"{MOST_PERIODS:,}" in wrong.words.en


def test_defaults_are_put_in_and_what_has_none_is_left_out() -> None:
    assert complete(SAMPLE, {"customer": ID}) == {"customer": ID, "days": "30", "by": "a"}


@pytest.mark.parametrize(
    ("given_", "name", "reason"),
    [
        ({}, "customer", "missing"),
        ({"customer": ID, "x": "1"}, "x", "unknown"),
        ({"customer": "A" * 36}, "customer", "id"),
        ({"customer": ID, "from": "2026-02-29"}, "from", "day"),
        ({"customer": ID, "from": "20260201"}, "from", "day"),
        ({"customer": ID, "from": "1800-01-01"}, "from", "day"),
        ({"customer": ID, "from": "2026-02-01", "to": "2026-01-31"}, "from", "order"),
        ({"customer": ID, "days": "-1"}, "days", "whole_number"),
        ({"customer": ID, "days": "1e3"}, "days", "whole_number"),
        ({"customer": ID, "days": "9999999999"}, "days", "whole_number"),
        ({"customer": ID, "days": "٣"}, "days", "whole_number"),
        ({"customer": ID, "by": "c"}, "by", "choice"),
        ({"customer": ID, "late": "yes"}, "late", "true_or_false"),
        ({"customer": ID, "words": "a" * 201}, "words", "text"),
        ({"customer": ID, "words": "a\n"}, "words", "text"),
        ({"customer": ID, "item": "../../x y"}, "item", "code"),
    ],
)
def test_what_is_wrong_is_named_with_a_reason_and_words(given_: dict[str, str], name: str, reason: str) -> None:
    found = complete(SAMPLE, given_)
    assert isinstance(found, Unfit)
    assert (found.name, found.reason) == (name, reason)
    assert found.words.fr
    assert found.words.en


def test_one_day_may_be_first_and_last() -> None:
    assert not isinstance(complete(SAMPLE, {"customer": ID, "from": "2026-02-01", "to": "2026-02-01"}), Unfit)


@given(st.dictionaries(st.sampled_from([each.name for each in SAMPLE.parameters]) | st.text(max_size=9), st.text()))
def test_whatever_is_sent_is_asked_or_refused(sent: dict[str, str]) -> None:
    found = complete(SAMPLE, sent)
    if isinstance(found, Unfit):
        assert found.name in sent or found.reason == "missing"
        assert not any(value and len(value) > 5 and value in found.words.en for value in sent.values())
    else:
        assert set(sent) <= set(found)


@pytest.mark.parametrize("each", REPORTS, ids=lambda one: one.name)
def test_the_defaults_of_every_report_are_fit_for_it(each: Report) -> None:
    needed = {one.name: ID for one in each.parameters if one.required}
    assert not isinstance(complete(each, needed), Unfit)
