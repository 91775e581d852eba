"""What must hold of every projection that is registered, over real sales."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.demo import opening, play_sale
from ledger.domain.commands.common import Command
from ledger.domain.refusals import Refusal
from ledger.shell.opening import Opened
from ledger.shell.stores.memory import MemoryStore
from projections.engine.contract import Entry, Projection, Row
from projections.engine.engine import Engine
from projections.engine.rows.memory import MemoryRows
from projections.registry import PROJECTIONS
from tests.projections.kit import Handmade, check, entries_of, names_every_type, rows_of
from tests.shell.business import HandClock, answered, invoice, payment, service_over


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Entry]:
    """The demonstration sale, and an invoice paid at once."""
    folder: Path = tmp_path_factory.mktemp("sales")
    service = service_over(MemoryStore(), folder / "keys", HandClock())
    made = service.open_ledger(opening("atelier"))
    assert isinstance(made, Opened)
    ledger = made.row.ledger

    def play(command: Command) -> dict[str, Any]:
        done = service.execute(ledger, command, actor="user:a")
        assert not isinstance(done, Refusal), done
        return dict(done.result)

    def fingerprint(stream: str, version: int) -> str:
        return next(line.fingerprint for line in service.store.stream(ledger, stream, gt=version - 1, lte=version))

    play_sale(play, fingerprint, "2026-11-23")
    issued = answered(service.execute(ledger, invoice(), actor="user:a"))
    answered(service.execute(ledger, payment(issued.result["invoice"]), actor="user:a"))
    entries = entries_of(service.store, ledger)
    service.close()
    return entries


def as_kept(row: Row) -> Row:
    return row._replace(body=orjson.loads(orjson.dumps(row.body)))


def test_each_name_is_given_once() -> None:
    names = [projection.name for projection in PROJECTIONS]
    assert len(set(names)) == len(names)
    assert all(len(set(one.tables)) == len(one.tables) for one in PROJECTIONS)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda one: one.name)
def test_every_type_is_named(projection: Projection) -> None:
    names_every_type(projection)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda one: one.name)
def test_it_is_pure_and_rebuilt_equals_live(projection: Projection, sales: Sequence[Entry]) -> None:
    check(projection, sales)


def test_all_of_them_at_once_come_to_what_each_comes_to_alone(sales: Sequence[Entry]) -> None:
    rows = MemoryRows()
    source: Any = Handmade(sales)
    engine = Engine(source, rows, HandClock().now)
    ledger = "0190aaaa-0000-8000-8000-000000000001"
    assert engine.catch_up(ledger).level
    with engine.kept(ledger, [one.name for one in PROJECTIONS]) as views:
        for projection in PROJECTIONS:
            view = views[projection.name]
            found = {table: list(view.rows(table)) for table in projection.tables}
            made = rows_of(projection, sales)
            expected = {
                table: [
                    row._replace(body=orjson.loads(orjson.dumps(row.body))) for _, row in sorted(made[table].items())
                ]
                for table in projection.tables
            }
            assert found == expected, projection.name
