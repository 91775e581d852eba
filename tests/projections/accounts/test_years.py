"""Financial years out of what the ledger says of its periods."""

from __future__ import annotations

from projections.accounts.years import Year, years_of
from projections.engine.contract import Entry
from tests.projections.kit import entry


def closed(seq: int, to_on: str, last_seq: int, period: str = "year") -> Entry:
    """A closure."""
    return entry(seq, "period.closed/1", {"period": period, "to_on": to_on, "last_seq": last_seq}, stream="period:self")


def ends(seq: int, on: str, start: str) -> Entry:
    """The open year ends on another day."""
    return entry(seq, "period.year_end_set/1", {"ends_on": on, "year_start": start}, stream="period:self")


def test_the_first_year_begins_on_the_declared_day_before_the_ledger_was_opened() -> None:
    years = years_of("01-01", "2026-03-05", ())
    assert years.first == Year("2026-01-01", "2026-12-31")
    assert years_of("04-01", "2026-03-05", ()).first == Year("2025-04-01", "2026-03-31")
    assert years_of("04-01", "2026-04-01", ()).first == Year("2026-04-01", "2027-03-31")


def test_years_to_come_follow_the_declared_day() -> None:
    years = years_of("04-01", "2026-06-01", ())
    assert years.of("2028-03-31") == Year("2027-04-01", "2028-03-31")
    assert years.of("2026-06-01").last_on == "2027-03-31"


def test_a_closed_year_knows_its_last_entry() -> None:
    years = years_of("01-01", "2025-02-01", [closed(40, "2025-12-31", 39), closed(41, "2026-01-31", 40, "month")])
    assert years.of("2025-06-01") == Year("2025-01-01", "2025-12-31", 39)
    assert years.of("2026-06-01") == Year("2026-01-01", "2026-12-31")
    assert years.before(years.of("2026-06-01")) == years.first


def test_another_year_end_moves_the_years_that_follow() -> None:
    years = years_of("01-01", "2026-02-01", [ends(9, "2026-06-30", "07-01")])
    assert years.first == Year("2026-01-01", "2026-06-30")
    assert years.of("2026-07-01") == Year("2026-07-01", "2027-06-30")


def test_a_year_is_named_by_where_it_ends() -> None:
    years = years_of("01-01", "2026-02-01", [ends(9, "2026-06-30", "07-01"), closed(20, "2026-06-30", 19)])
    found = years.ending("2026", "2026-11-01")
    assert found is not None
    assert found.last_on == "2026-06-30"
    assert years.ending("2027", "2026-11-01") == Year("2026-07-01", "2027-06-30")
    assert years.ending("2027-06-30", "2026-11-01") is not None
    assert years.ending("2028", "2026-11-01") is None, "it has not begun"
    assert years.ending("2026-06", "2026-11-01") is None
    assert years.ending("", "2026-11-01") is None
