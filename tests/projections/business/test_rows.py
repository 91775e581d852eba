"""What the rows of these projections hold: every type is named, no name of a person, and the same from anywhere."""

from __future__ import annotations

import json

import pytest

from ledger.domain import codec
from ledger.domain.events import EVENT_TYPES
from projections.business.deals import DEALS
from projections.business.periods import PERIODS
from projections.business.recurring import SUBSCRIPTIONS
from projections.business.takings_rows import TAKINGS
from projections.engine.contract import Projection
from tests.documents.sales import CASES, case
from tests.projections.business.played import Rows, entries_of

MINE = (DEALS, PERIODS, SUBSCRIPTIONS, TAKINGS)
EACH = pytest.mark.parametrize("projection", MINE, ids=lambda each: each.name)
SALES = [name for name in CASES if name != "invoice_300_lines"]


@EACH
def test_every_type_of_event_is_handled_or_ignored_by_name(projection: Projection) -> None:
    types = {each.TYPE for each in EVENT_TYPES}
    assert set(projection.handles) | projection.ignores == types
    assert not set(projection.handles) & projection.ignores


@EACH
@pytest.mark.parametrize("name", SALES)
def test_no_row_holds_what_an_entry_keeps_private(projection: Projection, name: str) -> None:
    sale = case(name)[0]
    rows = Rows(projection, entries_of(sale))
    kept = json.dumps([[row.key, row.body] for table in rows.tables.values() for row in table.values()])
    words = {
        word
        for each in sale.entries
        for value in codec.encode(each.event)[1].values()
        for word in _texts(value)
        if len(word) > 5
    }
    assert not [word for word in words if json.dumps(word)[1:-1] in kept]


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts(each)]
    return []


@EACH
def test_no_handler_changes_a_row_that_it_was_given(projection: Projection) -> None:
    """Rows are shared: `Rows` gives the very object it keeps, and a second reading must come out the same."""
    for name in SALES[:40]:
        entries = entries_of(case(name)[0])
        first, second = Rows(projection), Rows(projection, entries)
        for entry in entries:
            before = {
                table: {key: json.dumps(row.body) for key, row in rows.items()} for table, rows in first.tables.items()
            }
            changes = list(projection.apply(first._get, entry))
            after = {
                table: {key: json.dumps(row.body) for key, row in rows.items()} for table, rows in first.tables.items()
            }
            assert before == after, f"{entry.type} changed a row in place"
            assert changes == list(projection.apply(first._get, entry))
            first.apply(entry)
        assert first.tables == second.tables
