"""No total grows beyond what an entry can hold: it is refused beforehand, so that the day can always be closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.domain.commands.common import LineInput
from ledger.domain.commands.sales import IssueInvoice
from ledger.domain.decision import Decision, Emit, within_totals
from ledger.domain.events.deposits import DepositApplied
from ledger.domain.refusals import Refusal
from ledger.domain.register import Register
from ledger.domain.tally import MAX_SUM_CENTS, weight_of
from ledger.domain.types import MAX_CENTS
from ledger.kernel.errors import Break
from ledger.shell.closing import closures
from ledger.shell.service import Service
from ledger.shell.stores.memory import MemoryStore
from ledger.shell.verification import verify_ledger
from tests.shell.business import HandClock, answered, invoice, opened, payment, refused, service_over

LARGEST_CENTS = MAX_CENTS - 1  # of a business that bills no VAT


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def service(tmp_path: Path, clock: HandClock) -> Iterator[Service]:
    with service_over(MemoryStore(), tmp_path / "keys", clock, delay=0) as service:
        yield service


def of(cents: int) -> IssueInvoice:
    price = f"{cents // 100}.{cents % 100:02d}"
    return invoice(lines=(LineInput(label="Un pont", unit_price=price, nature="services"),))


def test_totals_are_filled_to_the_last_cent_and_closed(service: Service, clock: HandClock) -> None:
    ledger = opened(service).row.ledger
    for _ in range(900):
        answered(service.execute(ledger, of(LARGEST_CENTS)))
    left = MAX_SUM_CENTS - 900 * LARGEST_CENTS
    made = answered(service.execute(ledger, of(left - 1))).result["invoice"]
    assert refused(service.execute(ledger, of(2))) == "TOTALS_FULL"
    answered(service.execute(ledger, of(1)))  # the last cent
    assert refused(service.execute(ledger, of(1))) == "TOTALS_FULL"
    assert refused(service.execute(ledger, payment(str(made), 1))) == "TOTALS_FULL"
    clock.pass_by(timedelta(days=10))
    service.close_due(ledger)
    day, month = (one.event for one in closures(service.store, ledger))
    assert day.perpetual_absolute_cents == day.gross_cents == month.perpetual_cents == MAX_SUM_CENTS
    assert service.register(ledger).summed_cents == MAX_SUM_CENTS
    assert refused(service.execute(ledger, payment(str(made), 1))) == "TOTALS_FULL"
    told = verify_ledger("", service.store, service.keys, ledger, processes=1)
    assert told.ok, told.verdict.findings


def test_what_adds_nothing_is_taken_by_a_ledger_that_is_full(service: Service) -> None:
    full = Register(summed_cents=MAX_SUM_CENTS)
    assert not full.full
    assert within_totals(Decision(()), replace(full, summed_cents=MAX_SUM_CENTS + 1)) == Decision(())


@pytest.mark.parametrize(("summed", "taken"), [(MAX_SUM_CENTS - 7, True), (MAX_SUM_CENTS - 6, False)])
def test_the_bound_is_that_of_the_format_to_the_cent(summed: int, taken: bool) -> None:
    event = DepositApplied(invoice="33333333-3333-4333-8333-333333333333", amount_cents=7)
    assert weight_of(event) == 7
    decision = Decision((Emit("deposit:44444444-4444-4444-8444-444444444444", event),))
    outcome = within_totals(decision, Register(summed_cents=summed))
    assert isinstance(outcome, Decision) == taken
    if isinstance(outcome, Refusal):
        assert outcome.code == "TOTALS_FULL"
        assert "90 071 992 547 409,91" in outcome.words.replace("\u202f", " ").replace("\xa0", " ")


def test_a_closure_that_cannot_be_written_stops_the_writer_by_name(
    service: Service, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.shell.writer.within_totals", lambda decision, _: decision)
    ledger = opened(service).row.ledger
    for _ in range(901):
        answered(service.execute(ledger, of(LARGEST_CENTS)))
    assert service.register(ledger).open_cents == MAX_SUM_CENTS  # as much as it can say
    clock.pass_by(timedelta(days=1))
    with pytest.raises(Break) as stopped:
        service.execute(ledger, invoice())
    assert stopped.value.code == "totals_range"
