"""Which days and entries an archive covers."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.period import Period, Range, parse_period, resolve
from ledger.domain.refusals import Refusal
from tests.archive.samples import sample, sell, sell_december, sell_november


@pytest.mark.parametrize(
    ("text", "kind", "from_on", "to_on", "label"),
    [
        ("2026-11-05", "day", "2026-11-05", "2026-11-05", "2026-11-05"),
        ("2026-11", "month", "2026-11-01", "2026-11-30", "2026-11"),
        ("2024-02", "month", "2024-02-01", "2024-02-29", "2024-02"),
        ("2026", "range", "2026-01-01", "2026-12-31", "2026"),
        ("2026-04-01..2027-03-31", "range", "2026-04-01", "2027-03-31", "2026-04-01_2027-03-31"),
        ("2026-12-01..2026-12-31", "month", "2026-12-01", "2026-12-31", "2026-12"),
        ("2024-01-01..2024-12-31", "range", "2024-01-01", "2024-12-31", "2024"),
    ],
)
def test_a_period_is_read(text: str, kind: str, from_on: str, to_on: str, label: str) -> None:
    period = parse_period(text)
    assert isinstance(period, Period)
    assert (period.kind, str(period.from_on), str(period.to_on), period.label) == (kind, from_on, to_on, label)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ARCHIVE_PERIOD_MALFORMED"),
        ("2026-13", "ARCHIVE_PERIOD_MALFORMED"),
        ("2026-02-30", "ARCHIVE_PERIOD_MALFORMED"),
        ("2026-W05", "ARCHIVE_PERIOD_MALFORMED"),
        ("20261105", "ARCHIVE_PERIOD_MALFORMED"),
        ("٢٠٢٦", "ARCHIVE_PERIOD_MALFORMED"),
        ("0000", "ARCHIVE_PERIOD_MALFORMED"),
        ("9999-12", "ARCHIVE_PERIOD_MALFORMED"),
        ("2026-01-01..", "ARCHIVE_PERIOD_MALFORMED"),
        ("2026-01-02..2026-01-01", "ARCHIVE_PERIOD_TOO_LONG"),
        ("2026-01-01..2027-01-02", "ARCHIVE_PERIOD_TOO_LONG"),
    ],
)
def test_what_is_no_period_is_refused_in_words(text: str, code: str) -> None:
    refused = parse_period(text)
    assert isinstance(refused, Refusal)
    assert refused.code == code
    assert refused.words
    assert refused.words_en


def test_a_closed_month_runs_from_its_first_day_s_first_entry_to_its_closure_s_append(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        found = of(it, "2026-11")
        assert (found.first, found.period.kind) == (1, "month")
        closure = list(it.store.stream(it.ledger, "period:self"))[-1]
        assert found.last == closure.seq
        before = found.last
        sell_december(it)
        assert of(it, "2026-11").last == before
        assert of(it, "2026-12").first <= before + 1


def test_the_days_of_a_short_first_month_are_those_of_its_closure(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        assert str(of(it, "2026-11").period.from_on) == "2026-11-23"
        assert of(it, "2026-11").period.label == "2026-11"


def test_a_year_is_the_financial_year_that_ends_with_it(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        sell_december(it)
        year = of(it, "2026")
        assert (year.period.kind, year.first, year.period.label) == ("year", 1, "2026")
        assert of(it, "2026-11-23..2026-12-31").last == year.last


def test_a_range_of_days_ends_with_its_last_closed_day(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        sell_december(it)
        part = of(it, "2026-11-25..2026-12-10")
        assert part.period.kind == "range"
        assert part.first == of(it, "2026-11-25").first
        assert part.last == of(it, "2026-12-03").last


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("2026-12", "ARCHIVE_PERIOD_OPEN"),
        ("2026", "ARCHIVE_PERIOD_OPEN"),
        ("2027", "ARCHIVE_PERIOD_OPEN"),
        ("2026-12-02", "ARCHIVE_PERIOD_OPEN"),
        ("2026-11-24", "ARCHIVE_EMPTY"),
        ("2026-10", "ARCHIVE_EMPTY"),
        ("2026-11-26..2026-11-30", "ARCHIVE_EMPTY"),
    ],
)
def test_what_is_open_or_empty_is_refused(tmp_path: Path, period: str, code: str) -> None:
    with sample(tmp_path) as it:
        sell_november(it)
        it.day(2026, 12, 2)
        sell(it)
        refused = it.asked(period)
        assert isinstance(refused, Refusal)
        assert refused.code == code
        assert list(tmp_path.glob("*.zip")) == []


def of(it: object, text: str) -> Range:
    asked = parse_period(text)
    assert isinstance(asked, Period)
    found = resolve(it.store, it.ledger, asked)  # type: ignore[attr-defined] # a Sample
    assert isinstance(found, Range), found
    return found
