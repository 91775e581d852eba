"""Sales in any order: every projection of the business says what the ledger's own states and the papers say."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from projections.business.customers import CUSTOMERS
from projections.business.documents import DOCUMENTS
from projections.business.next_due import NEXT_DUE
from tests.documents.selling import sources_of
from tests.domain.test_whole_sale import CHECKS, PHASES
from tests.domain.test_whole_sale import Sale as AnySale
from tests.projections.business.checking import account_differences, waiting_differences
from tests.projections.business.test_documents import differences
from tests.projections.playing import SALES, Folded, entries_of, entry_of, played


class ProjectedSale(AnySale):
    """The domain's sale in any order, at whose end the projections are compared with it."""

    def teardown(self) -> None:
        sources = sources_of(self.sale)
        entries = [entry_of(one) for one in sources._entries]
        assert differences(self.sale, Folded(DOCUMENTS, entries)) == []
        assert account_differences(self.sale, sources, Folded(CUSTOMERS, entries)) == []
        assert waiting_differences(self.sale, Folded(NEXT_DUE, entries)) == []


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        ProjectedSale,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, phases=PHASES, suppress_health_check=CHECKS
        ),
    )


def test_projections_agree_with_sales_in_any_order() -> None:
    play(examples=60, steps=40)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_projections_agree_with_sales_in_any_order_at_length() -> None:
    play(examples=600, steps=80)


@pytest.mark.parametrize("name", SALES)
def test_an_account_is_the_one_on_the_paper_statement(name: str) -> None:
    sale = played(name)
    assert account_differences(sale.world, sale.sources(), Folded(CUSTOMERS, entries_of(sale))) == []


@pytest.mark.parametrize("name", SALES)
def test_what_waits_for_a_day_is_what_the_ledger_waits_for(name: str) -> None:
    sale = played(name)
    assert waiting_differences(sale.world, Folded(NEXT_DUE, entries_of(sale))) == []
