"""Closures that somebody with the key would have altered: `verify` makes them again and finds each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.events.periods import PeriodClosed
from ledger.shell.closing import Closing
from ledger.shell.service import Service
from ledger.shell.stores.memory import MemoryStore
from ledger.shell.verification import verify_ledger
from tests.domain.sales import quote, works
from tests.shell.business import HandClock, answered, invoice, opened, payment, service_over

DAY = timedelta(days=1)
Forge = Callable[[PeriodClosed], PeriodClosed]


RANKS = {"day": 3, "month": 1, "year": 1}  # the last of each: the writer stops at the next day after some lies


def history(tmp_path: Path, forge: Forge | None = None, kind: str = "day", monkeypatch: Any = None) -> Any:
    """Three days of sales and what closes after them; one closure of a kind is forged before it is sealed."""
    clock = HandClock(datetime(2026, 12, 30, 11, tzinfo=UTC))
    honest = Closing.make
    forged: list[int] = []

    def make(self: Closing, period: Any, *asked: Any, **more: Any) -> PeriodClosed:
        closed = honest(self, period, *asked, **more)
        if forge is not None and period == kind and closed.rank == RANKS[kind] and not forged:
            forged.append(closed.rank)
            return forge(closed)
        return closed

    if monkeypatch is not None:
        monkeypatch.setattr(Closing, "make", make)
    with service_over(MemoryStore(), tmp_path / "keys", clock) as service:
        opened(service)
        for _ in range(3):
            about = answered(service.execute("atelier", invoice(), actor="user:owner")).result["invoice"]
            answered(service.execute("atelier", payment(about), actor="user:owner"))
            clock.pass_by(DAY)
        service.close_due("atelier")
        assert forge is None or forged
        return verified(service)


def verified(service: Service) -> Any:
    ledger = service.find("atelier").ledger
    return verify_ledger("", service.store, service.keys, ledger, processes=1).verdict


def test_an_honest_history_is_well(tmp_path: Path) -> None:
    verdict = history(tmp_path)
    assert (verdict.ok, verdict.findings) == (True, ())


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, tuple):
        return value[:-1]
    return value


_NUMBERS = [
    each.name
    for each in fields(PeriodClosed)
    if each.name.endswith("_cents") or each.type in ("Count", "Position", "Flag")
]
_FREE = {"automatic", "first_seq", "last_seq"}  # who asked is nobody's sum; the others have tests of their own


@pytest.mark.parametrize("kind", ["day", "month", "year"])
@pytest.mark.parametrize("name", sorted({*_NUMBERS, "rates", "means", "series"} - _FREE))
def test_a_sum_or_count_that_is_not_that_of_the_entries_is_found(
    name: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = history(tmp_path, lambda it: replace(it, **{name: _other(getattr(it, name))}), kind, monkeypatch)
    assert not verdict.ok
    assert "closure_totals" in {finding.code for finding in verdict.findings}


LIES: dict[str, Forge] = {
    "advances": lambda it: replace(it, advances=replace(it.advances, received_cents=1)),
    "one rate": lambda it: replace(it, rates=(replace(it.rates[0], base_cents=1), *it.rates[1:])),
    "another series": lambda it: replace(it, series=(replace(it.series[0], last="F-00009"),)),
    "head": lambda it: replace(it, head="a" * 64),
    "root": lambda it: replace(it, root="a" * 64),
    "previous": lambda it: replace(it, previous="a" * 64),
    "no previous": lambda it: replace(it, previous=None),
    "opened_at": lambda it: replace(it, opened_at="2026-12-31T22:59:59.000000Z"),
    "ended_at": lambda it: replace(it, ended_at="2026-12-31T23:00:00.000000Z"),
    "closed_at": lambda it: replace(it, closed_at="2027-01-03T00:00:00.000000Z"),
    "currency": lambda it: replace(it, currency="CHF"),
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_a_lie_about_a_day_is_found(lie: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = history(tmp_path, LIES[lie], "day", monkeypatch)
    codes = [finding.code for finding in verdict.findings]
    assert "closure_totals" in codes or "closure_late_entry" in codes, codes


def test_a_day_that_leaves_its_last_entries_out_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def shorter(it: PeriodClosed) -> PeriodClosed:
        return replace(it, last_seq=it.last_seq - 1, entries=it.entries - 1)

    codes = {finding.code for finding in history(tmp_path, shorter, "day", monkeypatch).findings}
    assert codes & {"closure_totals", "closure_late_entry"}


def test_a_day_that_is_not_closed_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = HandClock(datetime(2026, 12, 30, 11, tzinfo=UTC))
    monkeypatch.setattr(Closing, "due", lambda *_: None)
    with service_over(MemoryStore(), tmp_path / "keys", clock) as service:
        opened(service)
        answered(service.execute("atelier", invoice(), actor="user:owner"))
        clock.pass_by(DAY)
        answered(service.execute("atelier", invoice(), actor="user:owner"))
        findings = verified(service).findings
    assert [(finding.code, finding.seq > 1) for finding in findings] == [("closure_missing", True)]


def test_a_month_that_is_not_closed_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = HandClock(datetime(2026, 12, 30, 11, tzinfo=UTC))
    honest = Closing.due

    def days_alone(self: Closing, *asked: Any) -> Any:
        found = honest(self, *asked)
        return found if found == "day" else None

    monkeypatch.setattr(Closing, "due", days_alone)
    with service_over(MemoryStore(), tmp_path / "keys", clock) as service:
        opened(service)
        clock.pass_by(5 * DAY)
        answered(service.execute("atelier", invoice(), actor="user:owner"))
        assert {finding.code for finding in verified(service).findings} == {"closure_missing"}


def test_a_quote_of_the_day_is_counted_by_its_number_alone(tmp_path: Path) -> None:
    clock = HandClock(datetime(2026, 12, 30, 11, tzinfo=UTC))
    with service_over(MemoryStore(), tmp_path / "keys", clock) as service:
        opened(service)
        party = invoice().client
        assert party is not None
        made = service.execute("atelier", RegisterCustomer(kind="consumer", party=party), actor="user:owner")
        customer = answered(made).result["customer"]
        command = quote(works(rate_bp=2000), customer=customer)
        answered(service.execute("atelier", command, actor="user:owner"))
        clock.pass_by(DAY)
        [day] = service.close_due("atelier")
        assert [one.first for one in day.event.series] == ["D-00001"]
        assert verified(service).ok
