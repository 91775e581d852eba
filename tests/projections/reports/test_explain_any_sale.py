"""Sales in any order: every figure of every report leads to its entries, and shares add up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from projections.reports.registry import REPORTS
from tests.documents.selling import sources_of
from tests.domain.test_whole_sale import CHECKS, PHASES
from tests.domain.test_whole_sale import Sale as AnySale
from tests.projections.playing import SaleDesk
from tests.projections.reports.test_explain import asked_ways, unexplained


class ExplainedSale(AnySale):
    """The domain's sale in any order, at whose end every cell of every report is explained."""

    def teardown(self) -> None:
        played: Any = SimpleNamespace(world=self.sale, entries=list(sources_of(self.sale)._entries))
        desk = SaleDesk(played)
        for report in REPORTS:
            for asked in asked_ways(report):
                assert unexplained(report, desk, asked) == []


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        ExplainedSale,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, phases=PHASES, suppress_health_check=CHECKS
        ),
    )


def test_every_figure_of_sales_in_any_order_leads_to_its_entries() -> None:
    play(examples=15, steps=40)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_figure_of_sales_in_any_order_leads_to_its_entries_at_length() -> None:
    play(examples=80, steps=60)
