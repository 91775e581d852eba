"""Sales in any order: every figure of every report leads to its entries, and shares add up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from ledger.domain.commands.common import LineInput
from projections.business.durations import DSO
from projections.reports.registry import REPORTS
from tests.documents.selling import sources_of
from tests.domain.test_whole_sale import CHECKS, PHASES
from tests.domain.test_whole_sale import Sale as AnySale
from tests.domain.world import CONSUMER
from tests.projections.playing import SaleDesk
from tests.projections.reports.test_explain import asked_ways, unexplained


def desk_of(state: AnySale) -> SaleDesk:
    played: Any = SimpleNamespace(world=state.sale, entries=list(sources_of(state.sale)._entries))
    return SaleDesk(played)


class ExplainedSale(AnySale):
    """The domain's sale in any order, at whose end every cell of every report is explained."""

    def teardown(self) -> None:
        desk = desk_of(self)
        for report in REPORTS:
            for asked in asked_ways(report):
                assert unexplained(report, desk, asked) == []


def test_a_mean_over_months_leads_to_those_months_where_all_is_paid_since() -> None:
    state = ExplainedSale()
    state.open_shop(regime="normal_monthly", discount=None, debits=False)
    line = LineInput(label="Pose", quantity="1", unit_price="100", rate_bp=2000, nature="services")
    state.invoice(customer=CONSUMER, basis="net", of=(line,), discount=None)
    state.time_passes(days=100)
    state.pay(which=0, cents=12_000, exact=True, more=0)
    state.time_passes(days=31)
    made = DSO.make(desk_of(state), {"from": "2026-01-01"})
    assert [(row["dso_days"], row["mean_3_days"] > 0) for row in made.rows][-1] == (0, True)
    state.teardown()


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        ExplainedSale,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, phases=PHASES, suppress_health_check=CHECKS
        ),
    )


def test_every_figure_of_sales_in_any_order_leads_to_its_entries() -> None:
    play(examples=8, steps=40)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_figure_of_sales_in_any_order_leads_to_its_entries_at_length() -> None:
    play(examples=300, steps=60)
