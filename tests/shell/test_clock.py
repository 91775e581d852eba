"""The writer's clock: never back, steps told once, an idle night is no step, a day begins at the cut-off hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.streams.invoice import INVOICE
from ledger.shell.clock import Reading, SystemClock, Watch, business_day, parse_cut_off
from ledger.shell.opening import Opened
from ledger.shell.service import Service
from ledger.shell.stores.memory import MemoryStore, Shelf
from tests.faults.checker import walk
from tests.shell.business import HandClock, answered, invoice, opened, opening, service_over

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Ledger:
    """A watch and the `at` of its last entry."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.watch = Watch(self.clock)
        self.at = self.clock.wall

    def read(self) -> Reading:
        reading = self.watch.read(self.at)
        assert reading.at >= self.at
        self.at = reading.at
        return reading


def test_time_that_passes_is_no_step() -> None:
    ledger = Ledger()
    for passed in (timedelta(), MINUTE, HOUR, 10 * HOUR, 30 * DAY):
        ledger.clock.pass_by(passed)
        assert ledger.read().step is None


@pytest.mark.parametrize("by", [61, 3600, 86_400 * 365])
def test_a_jump_forward_is_told_once(by: int) -> None:
    ledger = Ledger()
    ledger.read()
    ledger.clock.step(timedelta(seconds=by))
    step = ledger.read().step
    assert step is not None
    assert round((step.clock - step.expected).total_seconds()) == by
    assert ledger.read().step is None


@pytest.mark.parametrize("by", [61, 3600, 86_400])
def test_a_clock_set_back_is_told_once_and_at_stands_still(by: int) -> None:
    ledger = Ledger()
    before = ledger.read().at
    ledger.clock.step(-timedelta(seconds=by))
    first = ledger.read()
    assert first.step is not None
    assert first.at == before
    for _ in range(3):
        ledger.clock.pass_by(timedelta(seconds=10))
        assert ledger.read() == Reading(before, None)
    ledger.clock.pass_by(timedelta(seconds=by))
    assert ledger.read().at > before


def test_a_small_correction_is_no_step() -> None:
    ledger = Ledger()
    ledger.read()
    for by in (-59, 59, -30):
        ledger.clock.step(timedelta(seconds=by))
        assert ledger.read().step is None


def test_small_corrections_that_add_up_within_the_hour_are_a_step() -> None:
    ledger = Ledger()
    ledger.read()
    steps = []
    for _ in range(4):
        ledger.clock.step(timedelta(seconds=20))
        ledger.clock.pass_by(MINUTE)
        steps.append(ledger.read().step is not None)
    assert steps == [False, False, False, True]


def test_a_slewed_clock_never_steps() -> None:
    ledger = Ledger()
    for _ in range(24 * 30):
        ledger.clock.pass_by(HOUR)
        ledger.clock.step(timedelta(seconds=1.8))
        assert ledger.read().step is None


def test_a_start_with_a_clock_before_the_last_entry_is_a_step() -> None:
    ledger = Ledger()
    ledger.at += HOUR
    step = ledger.read().step
    assert step is not None
    assert step.expected == ledger.at
    assert ledger.read().step is None


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(-(10**6), 10**6)), max_size=30))
def test_at_never_goes_back_whatever_the_clock_does(moves: list[tuple[int, int]]) -> None:
    ledger = Ledger()
    for passed, stepped in moves:
        ledger.clock.pass_by(timedelta(seconds=passed))
        ledger.clock.step(timedelta(seconds=stepped))
        ledger.read()


def test_the_machine_s_clocks_are_in_step_with_each_other() -> None:
    clock = SystemClock()
    wall, steady = clock.now(), clock.steady()
    assert wall.tzinfo is UTC
    assert clock.steady() >= steady


@pytest.mark.parametrize(
    ("moment", "zone", "cut_off", "day"),
    [
        ("2026-11-23T22:59:59+00:00", "Europe/Paris", "00:00", date(2026, 11, 23)),
        ("2026-11-23T23:00:00+00:00", "Europe/Paris", "00:00", date(2026, 11, 24)),
        ("2026-11-24T03:59:59+00:00", "Europe/Paris", "05:00", date(2026, 11, 23)),
        ("2026-11-24T04:00:00+00:00", "Europe/Paris", "05:00", date(2026, 11, 24)),
        ("2026-11-24T10:00:00+00:00", "Pacific/Noumea", "00:00", date(2026, 11, 24)),
        ("2026-11-24T13:00:00+00:00", "Pacific/Noumea", "00:00", date(2026, 11, 25)),
        ("2026-07-01T22:00:00+00:00", "Europe/Paris", "00:00", date(2026, 7, 2)),
    ],
)
def test_a_day_begins_at_the_cut_off_in_the_ledger_s_zone(moment: str, zone: str, cut_off: str, day: date) -> None:
    assert business_day(datetime.fromisoformat(moment), ZoneInfo(zone), parse_cut_off(cut_off)) == day


# ---- in a ledger


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def service(clock: HandClock, tmp_path: Path) -> Service:
    service = service_over(MemoryStore(), tmp_path / "keys", clock)
    opened(service)
    return service


def steps(service: Service) -> int:
    return len(list(service.store.lines(service.find("atelier").ledger, types=["clock.stepped/1"])))


def test_a_clock_set_back_is_written_once_and_no_entry_goes_back(service: Service, clock: HandClock) -> None:
    answered(service.execute("atelier", invoice()))
    clock.step(-DAY)
    first = answered(service.execute("atelier", invoice()))
    answered(service.execute("atelier", invoice()))
    assert steps(service) == 1
    found = walk(service.store, service.find("atelier").ledger)
    assert found.types[first.entries[0].seq - 1] == "clock.stepped/1"
    state = service.state("atelier", INVOICE, first.result["invoice"])
    assert state is not None
    assert state.issued.issued_on == "2026-11-23"  # the day does not go back either: numbers stay chronological
    service.close()


def test_an_idle_night_writes_no_step(service: Service, clock: HandClock) -> None:
    answered(service.execute("atelier", invoice()))
    clock.pass_by(14 * HOUR)
    answered(service.execute("atelier", invoice()))
    assert steps(service) == 0
    service.close()


def test_a_step_noticed_in_a_lost_race_is_still_written(tmp_path: Path) -> None:
    shelf = Shelf()
    clock = HandClock()
    one = service_over(MemoryStore(shelf), tmp_path / "keys", clock)
    other = service_over(MemoryStore(shelf), tmp_path / "keys", HandClock(clock.wall))
    opened(one)
    answered(one.execute("atelier", invoice()))
    answered(other.execute("atelier", invoice()))  # the head moves under the first
    clock.step(-HOUR)
    answered(one.execute("atelier", invoice()))
    assert steps(one) == 1
    walk(one.store, one.find("atelier").ledger)
    one.close()
    other.close()


def test_a_simulated_clock_is_the_command_s_own(tmp_path: Path) -> None:
    service = service_over(MemoryStore(), tmp_path / "keys")
    begin = datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    made = service.open_ledger(opening("ecole", kind="training", clock="simulated"), at=begin)
    assert isinstance(made, Opened)
    futures = [service.submit("ecole", invoice(), actor="user:apprentice", at=begin + n * HOUR) for n in range(6)]
    late = service.submit("ecole", invoice(), actor="user:apprentice", at=begin)
    numbers = [answered(each.result()).result["number"] for each in (*futures, late)]
    assert numbers == [f"F-{n:05d}" for n in range(1, 8)]
    found = walk(service.store, service.find("ecole").ledger)
    assert found.ats[-7:] == [f"2010-12-01T{8 + n:02d}:26:00.000000Z" for n in (0, 1, 2, 3, 4, 5, 5)]
    assert "clock.stepped/1" not in found.types
    service.close()
