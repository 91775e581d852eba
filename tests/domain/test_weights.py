"""What bounds the sums of closures: the register's count is that of the entries, and no sum ever passes it."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import codec
from ledger.domain.commands.sales import CreditInvoice, IssueInvoice
from ledger.domain.events.common import EventRecord
from ledger.domain.events.ledger import LedgerOpened
from ledger.domain.events.periods import PeriodClosed
from ledger.domain.register import Register
from ledger.domain.tally import COUNTED, MAX_SUM_CENTS, Tally, fits, weight_of, weight_of_day
from ledger.kernel.errors import Malformed
from tests.domain.closing import pass_to
from tests.domain.sales import goods
from tests.domain.world import CONSUMER, opened

EXAMPLES: Final[dict[str, dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "docs" / "event_examples.json").read_text("utf-8")
)
SUMMED: Final = sorted(COUNTED - {LedgerOpened.TYPE})
AMOUNTS: Final = st.integers(1, 10**13)


def record(type_name: str, body: dict[str, Any]) -> EventRecord:
    return codec.decode(type_name, body, {})


def with_amount(type_name: str, cents: int, minus: bool) -> tuple[str, dict[str, Any]]:
    """An example of an event with other amounts; rows of one document may be of either sign."""
    body = deepcopy(EXAMPLES[type_name])
    if "amount_cents" in body:
        body["amount_cents"] = cents
    for row in body.get("vat", ()):
        row["base_cents"], row["vat_cents"] = -cents if minus else cents, cents // 5
    return type_name, body


CLOSED: Final = cast(PeriodClosed, codec.decode("period.closed/1", EXAMPLES["period.closed/1"], {}))
EVENTS: Final = st.builds(with_amount, st.sampled_from(SUMMED), AMOUNTS, st.booleans())


@pytest.mark.parametrize("type_name", SUMMED)
def test_an_event_weighs_the_same_for_the_writer_and_for_the_check(type_name: str) -> None:
    for type_code in ("380", "381", "386", "503"):
        body = dict(EXAMPLES[type_name])
        if "type_code" in body:
            body["type_code"] = type_code
        try:
            event = record(type_name, body)
        except Malformed:  # not of this type of document
            continue
        tally = Tally("EUR")
        tally.add(type_name, body)
        assert weight_of(event) == tally.weight_cents
        register = Register().evolve("x:self", event)
        assert register.open_cents == tally.weight_cents


@given(st.lists(st.lists(EVENTS, max_size=6), max_size=5))
def test_no_sum_passes_what_the_register_counts(days: list[list[tuple[str, dict[str, Any]]]]) -> None:
    register, whole = Register(), Tally("EUR")
    absolute = gross = 0
    for events in days:
        tally = Tally("EUR")
        for type_name, body in events:
            tally.add(type_name, body)
            register = register.evolve("x:self", record(type_name, body))
        closed = closure(tally)
        assert weight_of_day(closed) <= tally.weight_cents == register.open_cents
        before = register.summed_cents
        register = register.evolve("period:self", closed)
        assert (register.summed_cents, register.open_cents) == (before + weight_of_day(closed), 0)
        whole.merge(closed)
        absolute, gross = absolute + closed.absolute_cents, gross + closed.gross_cents
        largest = max(weight_of_day(closure(whole)), absolute, abs(gross))
        assert largest <= register.summed_cents


def closure(tally: Tally) -> PeriodClosed:
    sums: dict[str, Any] = tally.sums()
    return replace(CLOSED, **sums)


def test_the_register_counts_what_is_open_and_then_what_is_closed() -> None:
    world = opened(date(2026, 11, 23))
    made = world.play(IssueInvoice(customer=CONSUMER, basis="net", lines=(goods("100"),)))["invoice"]
    assert (world.register.summed_cents, world.register.open_cents) == (0, 12_000)
    world.play(CreditInvoice(invoice=made, cause="return"))
    assert world.register.open_cents == 24_000
    pass_to(world, date(2026, 11, 24))
    assert (world.register.summed_cents, world.register.open_cents) == (24_000, 0)  # the day's absolute total
    world.play(IssueInvoice(customer=CONSUMER, basis="net", lines=(goods("1"),)))
    pass_to(world, date(2026, 12, 1))
    assert (world.register.summed_cents, world.register.open_cents) == (24_120, 0)  # the month adds nothing


def test_a_ledger_that_continues_another_begins_with_its_totals() -> None:
    body = dict(EXAMPLES[LedgerOpened.TYPE])
    body["continues"] = {
        "ledger": body.get("ledger", "3cfaf613-e22f-898a-bddf-bd7474dcfcd7"), "genesis": "ab" * 32, "seq": 9,
        "head": "cd" * 32, "reason": "moved", "perpetual_cents": -70, "perpetual_absolute_cents": 90,
    }  # fmt: skip
    assert Register().evolve("ledger:self", record(LedgerOpened.TYPE, body)).summed_cents == 90


@pytest.mark.parametrize("name", ["perpetual_absolute_cents", "year_gross_cents", "gross_cents", "absolute_cents"])
def test_a_closure_fits_up_to_the_largest_integer(name: str) -> None:
    for above in (0, 1):
        sums: dict[str, Any] = {name: MAX_SUM_CENTS + above}
        assert fits(replace(CLOSED, **sums)) == (not above)
