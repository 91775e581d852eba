"""Closures and the clock: set far forward and back, lost races, cut-off hours when clocks change, zones with gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.commands.periods import ClosePeriod, SetYearEnd
from ledger.domain.events.ledger import Continues
from ledger.shell.errors import HeadMoved, Unavailable
from ledger.shell.service import Service
from ledger.shell.store import Append
from ledger.shell.stores.memory import MemoryStore
from tests.shell.business import PRICE_CENTS, HandClock, answered, opened, refused, service_over
from tests.shell.test_closing import DAY, NOON, holds, made, sell, told


class Racing:
    """A store whose next append is lost: to another process, or to a server that went away."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.lose: Exception | None = None

    def append(self, append: Append) -> None:
        if self.lose is not None:
            lost, self.lose = self.lose, None
            raise lost
        self._inner.append(append)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def store() -> Racing:
    return Racing(MemoryStore())


@pytest.fixture
def service(store: Any, clock: HandClock, tmp_path: Path) -> Iterator[Service]:
    with service_over(store, tmp_path / "keys", clock) as service:
        yield service


def steps(service: Service) -> int:
    return len(list(service.entries("atelier", types=["clock.stepped/1"])))


# ---- the clock is set


def test_a_step_over_the_end_of_a_day_is_written_also_when_its_closure_lost_a_race(
    service: Service, store: Racing, clock: HandClock
) -> None:
    opened(service)
    sell(service)
    clock.step(DAY)
    store.lose = HeadMoved("another process closed first")
    sell(service)
    assert steps(service) == 1
    holds(service)


def test_a_step_over_the_end_of_a_day_is_written_also_when_the_store_went_away(
    service: Service, store: Racing, clock: HandClock
) -> None:
    opened(service)
    sell(service)
    clock.step(DAY)
    store.lose = Unavailable("pulled out")
    with pytest.raises(Unavailable):
        sell(service)
    sell(service)
    assert steps(service) == 1
    holds(service)


def test_a_step_that_waits_is_not_lost_to_the_closure_before_it(
    service: Service, store: Racing, clock: HandClock
) -> None:
    opened(service)
    sell(service)
    clock.step(timedelta(hours=2))
    store.lose = Unavailable("pulled out")
    with pytest.raises(Unavailable):
        sell(service)
    clock.pass_by(DAY)
    sell(service)
    assert steps(service) == 1
    holds(service)


def test_a_clock_set_far_forward_closes_up_to_there_and_set_back_reopens_nothing(
    service: Service, clock: HandClock
) -> None:
    """The ledger stays at the latest moment it recorded; two steps tell the mistake, and nothing is closed twice."""
    opened(service)
    sell(service)
    clock.step(800 * DAY)
    sell(service)
    before = told(service)
    assert [kind for kind, _, _ in before].count("year") == 3
    clock.step(-800 * DAY)
    for _ in range(3):
        sell(service)
        clock.pass_by(DAY)
    assert told(service) == before
    assert service.close_due("atelier") == []
    assert steps(service) == 2
    assert refused(service.execute("atelier", ClosePeriod(period="day", upto="2029-01-31"))) == "PERIOD_NOT_ENDED"
    clock.pass_by(800 * DAY)
    sell(service)
    found = holds(service)
    day = next(each for each in found if each.period == "day" and each.rank == 2)
    assert (day.from_on, day.invoices, day.perpetual_cents) == ("2029-01-31", 4, 5 * PRICE_CENTS)


def test_a_clock_set_forward_by_a_lifetime_ends(service: Service, clock: HandClock) -> None:
    opened(service)
    sell(service)
    clock.step(70 * 365 * DAY)
    sell(service)
    found = holds(service)
    assert len(found) > 70 * 13
    assert {each.perpetual_cents for each in found} == {PRICE_CENTS}


# ---- the cut-off hour when the clocks change


@pytest.mark.parametrize(
    ("opened_at", "hours", "ends"),
    [
        (datetime(2026, 3, 28, 11, tzinfo=UTC), 23, "2026-03-29T02:00:00.000000Z"),  # 04:00 summer time
        (datetime(2026, 10, 24, 11, tzinfo=UTC), 25, "2026-10-25T03:00:00.000000Z"),  # 04:00 winter time
    ],
)
def test_the_night_the_clocks_change_belongs_to_the_evening_before(
    opened_at: datetime, hours: int, ends: str, tmp_path: Path
) -> None:
    clock = HandClock(opened_at)
    with service_over(MemoryStore(), tmp_path / "keys", clock) as service:
        opened(service, cut_off="04:00")
        end = datetime.fromisoformat(ends)
        clock.pass_by(end - clock.wall - timedelta(seconds=1))
        sell(service)
        assert told(service) == [], "a second before the cut-off the day is open"
        clock.pass_by(timedelta(seconds=2))
        sell(service)
        [day] = holds(service)
        assert (day.from_on, day.ended_at, day.invoices) == (opened_at.date().isoformat(), ends, 1)
        length = datetime.fromisoformat(day.ended_at) - datetime.fromisoformat(day.opened_at)
        assert length == timedelta(hours=hours)


@pytest.mark.parametrize("turn", [datetime(2026, 3, 27, 11, tzinfo=UTC), datetime(2026, 10, 23, 11, tzinfo=UTC)])
@pytest.mark.parametrize("cut_off", ["00:00", "02:30", "04:00"])
def test_a_sale_each_half_hour_over_the_change_is_in_one_day(turn: datetime, cut_off: str, tmp_path: Path) -> None:
    clock = HandClock(turn)
    with service_over(MemoryStore(), tmp_path / "keys", clock) as service:
        opened(service, cut_off=cut_off)
        for _ in range(3 * 48):
            sell(service)
            clock.pass_by(timedelta(minutes=30))
        clock.pass_by(2 * DAY)
        service.close_due("atelier")
        days = [each for each in holds(service) if each.period == "day"]
        assert sum(each.invoices for each in days) == 3 * 48
        for one, following in pairwise(days):
            assert one.ended_at == following.opened_at


# ---- zones


@pytest.mark.parametrize(
    ("zone", "start", "spans"),
    [
        ("Pacific/Apia", datetime(2011, 12, 29, 12, tzinfo=UTC), ["2011-12-29", "2011-12-31", "2012-01-01"]),
        ("Pacific/Tahiti", datetime(2026, 12, 30, 20, tzinfo=UTC), ["2026-12-30", "2026-12-31", "2027-01-01"]),
        ("Pacific/Noumea", datetime(2026, 12, 30, 20, tzinfo=UTC), ["2026-12-31", "2027-01-01", "2027-01-02"]),
        ("America/Miquelon", datetime(2027, 3, 13, 20, tzinfo=UTC), ["2027-03-13", "2027-03-14", "2027-03-15"]),
        ("Indian/Reunion", datetime(2026, 12, 30, 20, 30, tzinfo=UTC), ["2026-12-31", "2027-01-01", "2027-01-02"]),
    ],
)
def test_days_of_other_zones_are_their_own(zone: str, start: datetime, spans: list[str], tmp_path: Path) -> None:
    """Samoa had no 30 December 2011: the day after the 29th is the 31st, and the year ends on it all the same."""
    clock = HandClock(start)
    with service_over(MemoryStore(), tmp_path / "keys", clock) as service:
        opened(service, time_zone=zone)
        for _ in spans:
            sell(service)
            clock.pass_by(DAY)
        sell(service)
        found = holds(service)
        assert [each.from_on for each in found if each.period == "day"] == spans
        assert all(each.invoices == 1 for each in found if each.period == "day")
        for kind in ("month", "year"):
            for each in (one for one in found if one.period == kind):
                assert each.opened_at < each.ended_at <= each.closed_at


# ---- years


def test_a_ledger_opened_on_the_last_day_of_its_year_has_a_year_of_one_day(tmp_path: Path) -> None:
    clock = HandClock(datetime(2026, 12, 31, 11, tzinfo=UTC))
    with service_over(MemoryStore(), tmp_path / "keys", clock) as service:
        opened(service)
        sell(service)
        clock.pass_by(DAY)
        sell(service)
        assert told(service) == [(kind, "2026-12-31", "2026-12-31") for kind in ("day", "month", "year")]
        assert {each.year_gross_cents for each in holds(service)} == {PRICE_CENTS}
        clock.pass_by(DAY)
        sell(service)
        assert holds(service)[-1].year_gross_cents == PRICE_CENTS


def test_a_long_first_year_that_ends_in_mid_month_cuts_that_month_in_two(service: Service, clock: HandClock) -> None:
    opened(service)
    answered(service.execute("atelier", SetYearEnd(ends_on="2028-03-15"), actor="user:owner"))
    for _ in range(17):
        sell(service)
        clock.pass_by(30 * DAY)
    sell(service)
    found = holds(service)
    years = [each for each in found if each.period == "year"]
    assert [(each.from_on, each.to_on) for each in years] == [("2026-11-23", "2028-03-15")]
    months = [(each.from_on, each.to_on) for each in found if each.period == "month"]
    assert ("2028-03-01", "2028-03-15") in months
    assert ("2028-03-16", "2028-03-31") in months
    inside = sum(each.gross_cents for each in found if each.period == "day" and each.to_on <= "2028-03-15")
    assert years[0].gross_cents == years[0].year_gross_cents == inside
    first_after = next(each for each in found if each.period == "day" and each.to_on > "2028-03-15")
    assert first_after.year_gross_cents == first_after.gross_cents


def test_a_year_made_shorter_then_longer_before_it_ends_keeps_the_last_word(service: Service, clock: HandClock) -> None:
    opened(service)
    answered(service.execute("atelier", SetYearEnd(ends_on="2026-11-23"), actor="user:owner"))
    answered(service.execute("atelier", SetYearEnd(ends_on="2027-06-30"), actor="user:owner"))
    clock.pass_by(DAY)
    sell(service)
    assert told(service) == [("day", "2026-11-23", "2026-11-23")]
    answered(service.execute("atelier", SetYearEnd(ends_on="2026-11-24"), actor="user:owner"))
    clock.pass_by(DAY)
    sell(service)
    assert told(service)[1:] == [
        ("day", "2026-11-24", "2026-11-24"), ("month", "2026-11-23", "2026-11-24"),
        ("year", "2026-11-23", "2026-11-24"),
    ]  # fmt: skip
    assert refused(service.execute("atelier", SetYearEnd(ends_on="2026-11-24"))) == "PERIOD_CLOSED"
    holds(service)


# ---- from one ledger to the next


def test_the_ledger_that_goes_on_takes_over_what_is_closed_and_what_is_not_yet(
    service: Service, clock: HandClock
) -> None:
    opened(service)
    sell(service)
    clock.pass_by(DAY)
    sell(service)  # of the open day: in no closure
    continues = service.successor("atelier", "moved")
    assert (continues.perpetual_cents, continues.perpetual_absolute_cents) == (2 * PRICE_CENTS, 2 * PRICE_CENTS)
    opened(service, "atelier-2", continues=continues)
    sell(service, "atelier-2")
    clock.pass_by(DAY)
    service.close_due("atelier-2")
    [day] = [each.event for each in made(service, "atelier-2")]
    assert (day.gross_cents, day.year_gross_cents, day.perpetual_cents) == (PRICE_CENTS, PRICE_CENTS, 3 * PRICE_CENTS)
    third: Continues = service.successor("atelier-2", "moved")
    assert third.perpetual_cents == 3 * PRICE_CENTS
    assert third.perpetual_absolute_cents == 3 * PRICE_CENTS
