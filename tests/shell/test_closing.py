"""Closures by the writer: days close by themselves, months and years follow, totals carry on, nothing closes twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.commands.payments import CorrectMeans, ReversePayment
from ledger.domain.commands.periods import ClosePeriod, SetYearEnd
from ledger.domain.commands.sales import CreditInvoice, ViewInvoice
from ledger.domain.events.ledger import Continues, LedgerClosed
from ledger.domain.events.periods import CheckpointMade, PeriodClosed
from ledger.domain.periods import Periods
from ledger.domain.streams.invoice import INVOICE
from ledger.domain.streams.period import PERIOD, PeriodState, evolve, start
from ledger.kernel.errors import Break
from ledger.kernel.merkle import root
from ledger.shell.closing import ClosedPeriod, Closing, closures, days_of, find_closure
from ledger.shell.errors import StoreFailure, Unavailable
from ledger.shell.mapper import Event
from ledger.shell.service import Service
from ledger.shell.store import Append, Store
from ledger.shell.stores.memory import MemoryStore
from ledger.shell.stores.open import open_store
from ledger.shell.verification import verify_ledger
from tests.shell.business import PRICE_CENTS, HandClock, answered, invoice, opened, payment, refused, service_over

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
    else:
        yield open_store(request.getfixturevalue(f"{request.param}_url"), create=True)


@pytest.fixture
def service(store: Store, clock: HandClock, tmp_path: Path) -> Iterator[Service]:
    with service_over(store, tmp_path / "keys", clock) as service:
        yield service


@pytest.fixture
def quick(clock: HandClock, tmp_path: Path) -> Iterator[Service]:
    with service_over(MemoryStore(), tmp_path / "keys", clock) as service:
        yield service


def made(service: Service, name: str = "atelier") -> list[ClosedPeriod]:
    return list(closures(service.store, service.find(name).ledger))


def told(service: Service, name: str = "atelier") -> list[tuple[str, str, str]]:
    return [(each.event.period, each.event.from_on, each.event.to_on) for each in made(service, name)]


def sell(service: Service, name: str = "atelier", **members: Any) -> str:
    issued = answered(service.execute(name, invoice(), actor="user:owner", **members))
    return str(issued.result["invoice"])


def holds(service: Service, name: str = "atelier") -> list[PeriodClosed]:
    """The closures tile the chain, each names the one before and repeats what stands there."""
    ledger = service.find(name).ledger
    lines = list(service.store.lines(ledger))
    leaves = [bytes.fromhex(line.fingerprint) for line in lines]
    found = made(service, name)
    last: dict[str, ClosedPeriod] = {}
    for closed in found:
        event, before = closed.event, last.get(closed.event.period)
        assert event.first_seq == (1 if before is None else before.event.last_seq + 1)
        assert event.previous == (None if before is None else before.fingerprint)
        assert event.rank == (1 if before is None else before.event.rank + 1)
        assert event.entries == event.last_seq - event.first_seq + 1
        covered = max(event.last_seq, last["day"].event.last_seq if "day" in last else 0)
        assert event.head == lines[covered - 1].fingerprint
        assert event.root == root(leaves[:covered]).hex()
        assert lines[closed.seq - 1].type == "period.closed/1"
        last[event.period] = closed
    state = PeriodState()
    for each in service.stream(name, "period:self"):
        state = evolve(state, each.record)
    closing = Closing(service.store, ledger, days_of(service.register(name)))
    assert closing.state() == state
    assert service.state(name, PERIOD, "self") in (state, None)
    checked = verify_ledger("", service.store, service.keys, ledger, processes=1)
    assert checked.ok, checked.verdict.findings
    return [each.event for each in found]


def test_the_first_entry_of_a_later_day_closes_the_open_one(service: Service, clock: HandClock) -> None:
    opened(service)
    sell(service)
    sell(service)
    assert told(service) == []
    clock.pass_by(DAY)
    about = sell(service)
    assert told(service) == [("day", "2026-11-23", "2026-11-23")]
    [day] = holds(service)
    assert (day.invoices, day.gross_cents, day.absolute_cents) == (2, 2 * PRICE_CENTS, 2 * PRICE_CENTS)
    assert (day.year_gross_cents, day.perpetual_cents) == (2 * PRICE_CENTS, 2 * PRICE_CENTS)
    assert [(one.first, one.last, one.count) for one in day.series if one.count == 2] == [("F-00001", "F-00002", 2)]
    assert (day.automatic, day.training, day.currency) == (True, False, "EUR")
    clock.pass_by(DAY)
    answered(service.execute("atelier", CreditInvoice(invoice=about, cause="return"), actor="user:owner"))
    clock.pass_by(DAY)
    answered(service.execute("atelier", ViewInvoice(invoice=about, by="client"), actor="user:owner"))
    _, second, third = holds(service)
    assert (second.invoices, second.gross_cents, second.perpetual_cents) == (1, PRICE_CENTS, 3 * PRICE_CENTS)
    assert (third.credit_notes, third.gross_cents, third.absolute_cents) == (1, -PRICE_CENTS, PRICE_CENTS)
    assert (third.perpetual_cents, third.perpetual_absolute_cents) == (2 * PRICE_CENTS, 4 * PRICE_CENTS)
    assert third.rates[0].base_cents + third.rates[0].vat_cents == -PRICE_CENTS
    assert not [kind for kind, _, _ in told(service) if kind != "day"]


def test_the_months_and_years_of_a_stop_of_two_years_are_caught_up_in_order(service: Service, clock: HandClock) -> None:
    opened(service)
    sell(service)
    clock.pass_by(800 * DAY)
    sell(service)
    found = holds(service)
    assert [each.period for each in found] == [
        "day", "month", "month", "year", *["month"] * 12, "year", *["month"] * 12, "year",
    ]  # fmt: skip
    assert (found[1].from_on, found[1].to_on) == ("2026-11-23", "2026-11-30")
    assert (found[3].from_on, found[3].to_on) == ("2026-11-23", "2026-12-31")
    assert (found[-1].from_on, found[-1].to_on) == ("2028-01-01", "2028-12-31")
    assert [each.gross_cents for each in found if each.period == "year"] == [PRICE_CENTS, 0, 0]
    assert {each.perpetual_cents for each in found} == {PRICE_CENTS}
    assert [each.year_gross_cents for each in found if each.period == "year"] == [PRICE_CENTS, 0, 0]
    assert [each.entries for each in found if each.period == "month"][1:] == [0] * 25
    clock.pass_by(DAY)
    sell(service)
    day, month = holds(service)[-2:]
    for last in (day, month):
        assert (last.year_gross_cents, last.perpetual_cents) == (PRICE_CENTS, 2 * PRICE_CENTS)
    assert (day.to_on, month.to_on, month.entries) == ("2029-01-31", "2029-01-31", day.entries)


def test_a_day_of_upkeep_alone_is_not_closed_and_belongs_to_the_next(quick: Service, clock: HandClock) -> None:
    opened(quick)
    clock.pass_by(DAY)
    checkpoint = CheckpointMade(size=1, root="a" * 64, note="b" * 64, cause="timer")
    for version in range(1, 4):
        stream = "checkpoint:self"
        quick.append("atelier", [Event(stream, version, checkpoint, "system")])
        clock.pass_by(DAY)
    assert told(quick) == [("day", "2026-11-23", "2026-11-23")]
    sell(quick)
    clock.pass_by(DAY)
    assert [each.event.from_on for each in quick.close_due("atelier")] == ["2026-11-27"]
    first, second = holds(quick)
    assert second.first_seq == first.last_seq + 1
    assert second.entries == 1 + 3 + 1  # the closure before, the checkpoints, the invoice


def test_closing_what_is_due_writes_once_and_costs_nothing_when_nothing_is(quick: Service, clock: HandClock) -> None:
    opened(quick)
    assert quick.close_due("atelier") == []
    clock.pass_by(8 * DAY)
    done = quick.close_due("atelier")
    assert [each.event.period for each in done] == ["day", "month"]
    assert [each.event.automatic for each in done] == [True, True]
    head = quick.store.head(quick.find("atelier").ledger)
    assert quick.close_due("atelier") == []
    assert quick.store.head(quick.find("atelier").ledger) == head


def test_a_closure_asked_for_by_somebody_says_so(quick: Service, clock: HandClock) -> None:
    opened(quick)
    clock.pass_by(DAY)
    answer = answered(quick.execute("atelier", ClosePeriod(period="day"), actor="user:owner"))
    assert answer.result == {"day": "2026-11-23"}
    [only] = made(quick)
    assert not only.event.automatic


def test_a_period_that_has_not_ended_is_refused(quick: Service, clock: HandClock) -> None:
    opened(quick)
    for kind, upto in (("day", "2026-11-23"), ("month", "2026-11-30"), ("month", "2027-01-05"), ("year", "2026-12-01")):
        command = ClosePeriod(period=kind, upto=upto)  # type: ignore[arg-type] # one of the three words
        assert refused(quick.execute("atelier", command, actor="user:owner")) == "PERIOD_NOT_ENDED"
    clock.pass_by(8 * DAY)
    closed = answered(quick.execute("atelier", ClosePeriod(period="month", upto="2026-11-25"), actor="user:owner"))
    assert closed.result == {"day": "2026-11-23", "month": "2026-11-30"}
    assert refused(quick.execute("atelier", ClosePeriod(period="year", upto="2026-11-25"))) == "PERIOD_NOT_ENDED"


def test_a_declared_financial_year_and_its_change(quick: Service, clock: HandClock) -> None:
    opened(quick, year_start="04-15")
    clock.pass_by(DAY)
    answered(quick.execute("atelier", SetYearEnd(ends_on="2027-01-10"), actor="user:owner"))
    assert quick.register("atelier").year_start == "01-11"
    clock.pass_by(100 * DAY)
    sell(quick)
    spans = [each for each in told(quick) if each[0] != "day"]
    assert spans == [
        ("month", "2026-11-23", "2026-11-30"), ("month", "2026-12-01", "2026-12-31"),
        ("month", "2027-01-01", "2027-01-10"), ("year", "2026-11-23", "2027-01-10"),
        ("month", "2027-01-11", "2027-01-31"), ("month", "2027-02-01", "2027-02-28"),
    ]  # fmt: skip
    assert quick.register("atelier").periods.year_to == "2028-01-10"
    holds(quick)


def test_a_day_ends_at_the_cut_off_hour(quick: Service, clock: HandClock) -> None:
    opened(quick, cut_off="04:00")
    clock.pass_by(timedelta(hours=15))  # 24 November, 03:00 in Paris
    sell(quick)
    assert told(quick) == []
    clock.pass_by(timedelta(hours=2))
    sell(quick)
    [day] = holds(quick)
    assert (day.opened_at, day.ended_at) == ("2026-11-23T03:00:00.000000Z", "2026-11-24T03:00:00.000000Z")
    assert day.closed_at >= day.ended_at
    assert day.invoices == 1


def test_a_training_ledger_closes_by_its_given_clock(quick: Service) -> None:
    opened(quick, kind="training", clock="simulated")
    start_at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    for days in (0, 1, 3):
        sell(quick, at=start_at + days * DAY)
    assert [each[1] for each in told(quick)] == ["2026-11-23", "2026-11-24"]
    assert quick.close_due("atelier") == []
    done = quick.close_due("atelier", at=start_at + 10 * DAY)
    assert [(each.event.period, each.event.to_on) for each in done] == [
        ("day", "2026-11-26"),
        ("month", "2026-11-30"),
    ]
    assert all(each.event.training for each in done)
    holds(quick)


def test_money_is_summed_by_means_and_a_correction_moves_it(quick: Service, clock: HandClock) -> None:
    opened(quick)
    about = sell(quick)
    paid = answered(quick.execute("atelier", payment(about), actor="user:owner")).result["payment"]
    clock.pass_by(DAY)
    reverse = ReversePayment(payment=paid, cause="unpaid", amount_cents=10_000)
    answered(quick.execute("atelier", reverse, actor="user:owner"))
    answered(quick.execute("atelier", CorrectMeans(payment=paid, means="cheque"), actor="user:owner"))
    clock.pass_by(DAY)
    quick.close_due("atelier")
    first, second = holds(quick)
    [card] = first.means
    assert (card.means, card.received_cents) == ("card", PRICE_CENTS)
    rows = {row.means: row for row in second.means}
    assert (rows["card"].reversed_cents, rows["card"].moved_out_cents) == (10_000, PRICE_CENTS - 10_000)
    assert rows["cheque"].moved_in_cents == PRICE_CENTS - 10_000


def test_a_fact_of_a_closed_period_is_recorded_today_and_says_so(quick: Service, clock: HandClock) -> None:
    opened(quick)
    about = sell(quick)
    clock.pass_by(DAY)
    half = payment(about, 10_000, received_on="2026-11-23")
    assert answered(quick.execute("atelier", half, actor="user:owner")).result["flags"] == ["closed_day"]
    clock.pass_by(8 * DAY)
    late = answered(quick.execute("atelier", half, actor="user:owner"))
    assert late.result["flags"] == ["closed_month"]
    assert [entry.type for entry in late.entries].count("task.opened/1") == 1
    today = payment(about, 10_000, received_on="2026-12-02")
    assert answered(quick.execute("atelier", today, actor="user:owner")).result["flags"] == []
    credit = answered(quick.execute("atelier", CreditInvoice(invoice=about, cause="error"), actor="user:owner"))
    assert credit.result["corrects_closed"] == "month"
    clock.pass_by(DAY)
    quick.close_due("atelier")
    last = holds(quick)[-1]
    assert (last.to_on, last.credit_notes, last.gross_cents) == ("2026-12-02", 1, -PRICE_CENTS)
    assert last.means[0].received_cents == 20_000


def test_perpetual_totals_go_on_from_the_ledger_that_is_continued(quick: Service, clock: HandClock) -> None:
    continues = Continues(
        ledger="11111111-1111-8111-8111-111111111111", genesis="a" * 64, seq=9, head="b" * 64, reason="moved",
        perpetual_cents=1_000_000, perpetual_absolute_cents=3_000_000,
    )  # fmt: skip
    opened(quick, continues=continues)
    sell(quick)
    clock.pass_by(40 * DAY)
    quick.close_due("atelier")
    for each in holds(quick):
        assert each.perpetual_cents == 1_000_000 + PRICE_CENTS
        assert each.perpetual_absolute_cents == 3_000_000 + PRICE_CENTS
        assert each.year_gross_cents == PRICE_CENTS


def test_a_ledger_closed_for_good_closes_what_it_has_and_no_more(quick: Service, clock: HandClock) -> None:
    opened(quick)
    quick.append("atelier", [Event("ledger:self", 2, LedgerClosed(reason="ceased"), "system")])
    clock.pass_by(800 * DAY)
    assert [each.event.period for each in quick.close_due("atelier")] == ["day", "month", "month", "year"]
    assert quick.close_due("atelier") == []
    clock.pass_by(800 * DAY)
    assert quick.close_due("atelier") == []


def test_whoever_asks_to_close_a_ledger_closed_for_good_is_answered(quick: Service, clock: HandClock) -> None:
    opened(quick)
    quick.append("atelier", [Event("ledger:self", 2, LedgerClosed(reason="ceased"), "system")])
    clock.pass_by(60 * DAY)
    for _ in range(2):
        closed = answered(quick.execute("atelier", ClosePeriod(period="year"), actor="user:owner"))
        assert closed.result == {"day": "2026-11-23", "month": "2026-12-31", "year": "2026-12-31"}
    assert len(made(quick)) == 4


def test_an_entry_altered_in_its_day_is_not_summed(quick: Service, clock: HandClock) -> None:
    opened(quick)
    sell(quick)
    store: Any = quick.store
    clock.pass_by(DAY)
    ledger = quick.find("atelier").ledger
    rows = store.rows

    def altered(*asked: Any) -> Iterator[list[Any]]:
        for chunk in rows(*asked):
            yield [(*row[:5], row[5].replace(b'"gross_cents":43900', b'"gross_cents":13900')) for row in chunk]

    store.rows = altered
    with pytest.raises(Break, match="fingerprint"):
        sell(quick)
    store.rows = rows
    assert [line.type for line in store.lines(ledger)][-1] == "invoice.issued/1"


class Failing:
    """A store whose append fails at a given count, before or after it is kept."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.fail_at = 0
        self.kept = False
        self.appends = 0

    def append(self, append: Append) -> None:
        self.appends += 1
        if self.appends == self.fail_at:
            if self.kept:
                self._inner.append(append)
            raise Unavailable("pulled out")
        self._inner.append(append)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("at", range(1, 6))
def test_closing_broken_off_between_two_periods_goes_on_where_it_stopped(
    at: int, kept: bool, clock: HandClock, tmp_path: Path
) -> None:
    store: Any = Failing(MemoryStore())
    with service_over(store, tmp_path / "keys", clock) as service:
        opened(service)
        sell(service)
        clock.pass_by(60 * DAY)
        store.appends, store.fail_at, store.kept = 0, at, kept
        with suppress(StoreFailure):
            service.close_due("atelier")
            sell(service)
        assert store.appends >= at
        sell(service)
        assert [each.period for each in holds(service)] == ["day", "month", "month", "year"]


def test_two_services_on_one_store_close_once(clock: HandClock, tmp_path: Path) -> None:
    store = MemoryStore()
    with (
        service_over(store, tmp_path / "keys", clock) as one,
        service_over(store, tmp_path / "keys", clock) as other,
    ):
        opened(one)
        for _ in range(3):
            sell(one)
            sell(other)
            clock.pass_by(20 * DAY)
            waiting = [each.submit("atelier", invoice(), actor="user:owner") for each in (one, other)]
            for future in waiting:
                answered(future.result(30))
        holds(one)
        assert one.state("atelier", PERIOD, "self") == other.state("atelier", PERIOD, "self")


def test_the_lines_of_a_closed_period_stay(quick: Service, clock: HandClock) -> None:
    opened(quick)
    about = sell(quick)
    ledger = quick.find("atelier").ledger
    before = [line.line for line in quick.store.lines(ledger)]
    clock.pass_by(400 * DAY)
    assert quick.close_due("atelier")
    assert [line.line for line in quick.store.lines(ledger)][: len(before)] == before
    invoiced = quick.state("atelier", INVOICE, about)
    assert invoiced is not None
    assert len(invoiced.issued.lines) == 2


def test_a_closure_is_found_by_its_kind_and_last_day(quick: Service, clock: HandClock) -> None:
    opened(quick)
    clock.pass_by(40 * DAY)
    quick.close_due("atelier")
    ledger = quick.find("atelier").ledger
    month = find_closure(quick.store, ledger, "month", "2026-11-30")
    assert month is not None
    assert month == made(quick)[1]
    assert find_closure(quick.store, ledger, "month", "2026-11-23") is None


def test_the_key_change_of_a_later_day_finds_the_day_closed(quick: Service, clock: HandClock) -> None:
    opened(quick)
    clock.pass_by(DAY)
    quick.change_seal_key("atelier", "routine")
    lines = [line.type for line in quick.store.lines(quick.find("atelier").ledger)]
    assert lines[-2:] == ["period.closed/1", "key.changed/1"]


def test_days_that_nothing_closed_as_they_ended_are_closed_one_by_one(quick: Service, clock: HandClock) -> None:
    """Where entries of a later day stand already, each day still gets its own closure, of its own entries alone."""
    opened(quick)
    for _ in range(3):
        sell(quick)
        clock.pass_by(DAY)
    ledger = quick.find("atelier").ledger
    unclosed: Any = _Unclosed(quick.store)
    backlog = Closing(unclosed, ledger, days_of(quick.register("atelier")))
    fresh = replace(quick.register("atelier"), periods=Periods())
    head = quick.store.head(ledger)
    assert head is not None
    assert backlog.due(clock.now(), head, fresh) == "day"
    day = backlog.make("day", clock.now(), fresh, automatic=True)
    assert (day.from_on, day.invoices, day.rank) == ("2026-11-23", 1, 1)
    assert day.last_seq < head.seq
    assert day == replace(made(quick)[0].event, closed_at=day.closed_at)


class _Unclosed:
    """A store whose period stream is not there."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner

    def stream(self, ledger: str, stream: str, **asked: Any) -> Iterator[Any]:
        return iter(()) if stream == "period:self" else self._inner.stream(ledger, stream, **asked)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def test_the_empty_state_is_that_of_no_closure() -> None:
    assert start() == PeriodState()
