"""Number series: continuous, chronological, printed within the State's limits (242 nonies A I 7°; G1.05)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.numbering import (
    Pattern,
    check_pattern,
    is_document_number,
    may_clash,
    next_count,
    printed_number,
)
from ledger.domain.refusals import Refusal
from ledger.domain.register import Register, Series

DAY = date(2026, 11, 22)


def test_a_number_is_prefix_year_and_padded_count() -> None:
    assert printed_number(Pattern("F", yearly=True), 42, DAY) == "F2026-00042"
    assert printed_number(Pattern("DEV-", width=4), 42, DAY) == "DEV-0042"
    assert printed_number(Pattern("", width=1), 123456, DAY) == "123456"


def test_counts_follow_each_other_without_gap() -> None:
    pattern, last, last_on, seen = Pattern("F"), None, None, []
    for step in range(5):
        n = next_count(pattern, 7, last, last_on, DAY + timedelta(days=step // 2))
        assert isinstance(n, int)
        last, last_on = n, DAY + timedelta(days=step // 2)
        seen.append(n)
    assert seen == [7, 8, 9, 10, 11]


def test_a_yearly_series_restarts_with_the_first_document_of_the_year() -> None:
    new_year = date(2027, 1, 4)
    assert next_count(Pattern("F", yearly=True), 1, 57, date(2026, 12, 31), new_year) == 1
    assert next_count(Pattern("F"), 1, 57, date(2026, 12, 31), new_year) == 58


def test_a_date_before_the_last_issued_is_refused() -> None:
    refusal = next_count(Pattern("F"), 1, 57, DAY, DAY - timedelta(days=1), "/series")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.place) == ("SERIES_NOT_CHRONOLOGICAL", "/series")
    assert dict(refusal.facts) == {"given_on": "2026-11-21", "last_on": "2026-11-22"}
    assert next_count(Pattern("F"), 1, 57, DAY, DAY) == 58


def test_a_series_ends_where_its_number_would_be_too_long() -> None:
    pattern = Pattern("ABCDEFGHIJKLMNO", width=5)
    assert next_count(pattern, 1, 99998, DAY, DAY) == 99999
    refusal = next_count(pattern, 1, 99999, DAY, DAY)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "SERIES_EXHAUSTED"


@pytest.mark.parametrize("number", ["F2026-00001", "A b+c_d/e-f", "1", "x" * 20])
def test_numbers_within_the_limits_are_taken(number: str) -> None:
    assert is_document_number(number)


@pytest.mark.parametrize(
    "number", ["", " F1", "F1 ", "F  1", "x" * 21, "F.1", "F#1", "É1", "F\n1", "F1\n", "F\u00a01", "F\t1", "١"]
)
def test_numbers_beyond_the_limits_are_not(number: str) -> None:
    assert not is_document_number(number)


@pytest.mark.parametrize(
    ("pattern", "first", "place"),
    [
        (Pattern("F", width=0), 1, "/width"),
        (Pattern("F", width=13), 1, "/width"),
        (Pattern("F"), -1, "/first"),
        (Pattern(" F"), 1, "/prefix"),
        (Pattern("F  "), 1, "/prefix"),
        (Pattern("N°"), 1, "/prefix"),
        (Pattern("ABCDEFGHIJKLMNOP"), 1, "/prefix"),
        (Pattern("ABCDEFGHIJK", yearly=True), 1, "/prefix"),
        (Pattern("ABCDEFGHIJKLMNO", width=1), 100000, "/prefix"),
    ],
)
def test_a_pattern_that_would_print_refused_numbers_is_refused(pattern: Pattern, first: int, place: str) -> None:
    refusal = check_pattern(pattern, first)
    assert refusal is not None
    assert (refusal.code, refusal.place) == ("SERIES_PATTERN_INVALID", place)


@given(
    st.builds(Pattern, st.text("AF26-+_/ 0", max_size=12), yearly=st.booleans(), width=st.integers(1, 12)),
    st.integers(0, 10**6),
    st.dates(date(2000, 1, 1), date(9999, 12, 31)),
)
def test_every_number_of_a_checked_pattern_is_a_document_number(pattern: Pattern, n: int, issued_on: date) -> None:
    if check_pattern(pattern, n) is None:
        assert is_document_number(printed_number(pattern, n, issued_on))


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (Pattern("F"), Pattern("A"), False),
        (Pattern("F"), Pattern("F"), True),
        (Pattern("F", width=4), Pattern("F", width=6), True),
        (Pattern("F", yearly=True), Pattern("F2026-"), True),
        (Pattern("F", yearly=True), Pattern("F"), False),
        (Pattern("F1"), Pattern("F"), True),
        (Pattern("F-"), Pattern("F"), False),
    ],
)
def test_two_series_never_print_the_same_number(one: Pattern, other: Pattern, clash: bool) -> None:
    assert may_clash(one, other) is clash
    assert may_clash(other, one) is clash


@given(
    st.builds(Pattern, st.text("F2-", max_size=3), yearly=st.booleans(), width=st.integers(1, 3)),
    st.builds(Pattern, st.text("F2-", max_size=3), yearly=st.booleans(), width=st.integers(1, 3)),
    st.integers(0, 99999),
    st.integers(0, 99999),
)
def test_series_that_cannot_clash_do_not(one: Pattern, other: Pattern, n: int, m: int) -> None:
    if not may_clash(one, other):
        assert printed_number(one, n, DAY) != printed_number(other, m, DAY)


# --- what the register gives


def a_register(**members: Any) -> Register:
    given = {"use": "invoice", "prefix": "F-", "yearly": False, "width": 5, "next": 1, "first": 1}
    one: dict[str, Any] = {**given, **members}
    return Register(kind="live", series={"s": Series(**one)})


@pytest.mark.parametrize(
    ("register", "use", "series", "code"),
    [
        (Register(kind="live"), "invoice", None, "SERIES_MISSING"),
        (a_register(closed=True), "invoice", None, "SERIES_MISSING"),
        (a_register(closed=True), "invoice", "s", "SERIES_CLOSED"),
        (a_register(), "invoice", "t", "SERIES_UNKNOWN"),
        (a_register(), "note", "s", "SERIES_WRONG_USE"),
        (a_register(next=2, last_on="2026-12-01"), "invoice", "s", "SERIES_NOT_CHRONOLOGICAL"),
        (a_register(prefix="ABCDEFGHIJKLMNO", next=100_000, last_on="2026-01-01"), "invoice", "s", "SERIES_EXHAUSTED"),
    ],
)
def test_a_series_that_cannot_number_says_why(register: Register, use: str, series: str | None, code: str) -> None:
    refusal = register.next_number(use, series, DAY)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def test_the_register_numbers_as_the_pattern_prints() -> None:
    numbered = a_register(yearly=True, next=58, last_on=f"{DAY.year - 1}-12-31").next_number("invoice", None, DAY)
    assert not isinstance(numbered, Refusal)
    assert (numbered.n, numbered.number) == (1, f"F-{DAY.year}-00001")
