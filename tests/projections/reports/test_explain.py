"""Every figure of every report leads back to its entries, and where it is their sum, they add up to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from projections.reports.asking import Unfit, complete
from projections.reports.contract import Asked, Desk, Report, Table
from projections.reports.registry import REPORTS
from tests.domain.world import BUSINESS, CONSUMER, PUBLIC
from tests.projections.playing import SALES, SaleDesk, played

OF_NO_ENTRY = {
    ("pipeline", "probability_bp"): "a setting of the house",
    ("thresholds", "limit_cents"): "a limit of the law",
    ("thresholds", "left_cents"): "the limit of the law, less what entries brought: with none, the limit itself",
    ("thresholds", "year_end_cents"): "an estimate",
}
"""Figures that no entry says; where entries do have a part in them, they are told."""

FIGURES = frozenset({"cents", "count", "days", "bp", "seq"})


def asked_ways(report: Report) -> Iterator[Asked]:
    """The report as asked without a word, and with every choice of every parameter; required ids are customers."""
    needed = {each.name: "" for each in report.parameters if each.required}
    for customer in (CONSUMER, BUSINESS, PUBLIC) if needed else ("",):
        given = {name: customer if name == "customer" else given_of(report, name) for name in needed}
        asked = complete(report, given)
        assert not isinstance(asked, Unfit), asked
        yield asked
        for parameter in report.parameters:
            for choice in parameter.choices:
                again = complete(report, {**given, parameter.name: choice})
                assert not isinstance(again, Unfit), again
                yield again


def given_of(report: Report, name: str) -> str:
    parameter = next(each for each in report.parameters if each.name == name)
    return {"day": "2026-11-30", "count": "1", "flag": "true"}.get(parameter.kind, "other")


def cells(table: Table) -> Iterator[tuple[Mapping[str, Any], str, int]]:
    for row in table.rows:
        for column in table.columns:
            value = row.get(column.name)
            if column.kind in FIGURES and value:
                yield row, column.name, value


def unexplained(report: Report, desk: Desk, asked: Asked) -> list[str]:
    """Cells that no entry is behind, or whose shares do not add up."""
    wrong = []
    table = report.make(desk, asked)
    known = {each.name for each in table.columns}
    for row, column, value in cells(table):
        assert column in known
        seqs = list(report.explain(desk, asked, row["key"], column))
        if not seqs and (report.name, column) in OF_NO_ENTRY:
            continue
        if not seqs or not all(1 <= seq <= table.as_of_seq for seq in seqs) or seqs != sorted(set(seqs)):
            wrong.append(f"{report.name} {row['key']} {column} = {value}: entries {seqs}")
        shares = report.shares(desk, asked, row["key"], column) if report.shares is not None else None
        if shares is not None and (sum(shares.values()) != value or not set(shares) <= set(seqs)):
            wrong.append(f"{report.name} {row['key']} {column} = {value}: shares {dict(shares)}, entries {seqs}")
    return wrong


@pytest.mark.parametrize("name", SALES)
def test_every_figure_leads_to_its_entries(name: str) -> None:
    desk = SaleDesk(played(name))
    wrong = [each for report in REPORTS for asked in asked_ways(report) for each in unexplained(report, desk, asked)]
    assert wrong == []


@pytest.mark.parametrize("name", SALES)
def test_a_table_is_whole(name: str) -> None:
    """Keys are unique, columns named once, totals those of the rows, every value of its column's kind."""
    desk = SaleDesk(played(name))
    for report in REPORTS:
        for asked in asked_ways(report):
            table = report.make(desk, asked)
            keys = [row["key"] for row in table.rows]
            assert len(set(keys)) == len(keys), report.name
            assert all(0 <= row["seq"] <= table.as_of_seq for row in table.rows), report.name
            names = [column.name for column in table.columns]
            assert len(set(names)) == len(names)
            assert {column.name for column in table.columns if column.total} <= set(table.totals) or not table.totals
            for column in table.columns:
                figures = [row[column.name] for row in table.rows if row.get(column.name) is not None]
                if column.kind in FIGURES:
                    assert all(type(value) is int for value in figures), (report.name, column.name)
                elif column.kind == "flag":
                    assert all(type(value) is bool for value in figures), (report.name, column.name)
                else:
                    assert all(type(value) is str for value in figures), (report.name, column.name)
                if column.total and column.kind in FIGURES and table.totals and "limit" not in asked:
                    assert sum(figures) == table.totals[column.name], (report.name, column.name)


def test_money_is_summed_by_shares_wherever_it_stands() -> None:
    """Of all cents shown over all sales, nearly every one was added up: the test above is no empty one."""
    summed, shown = 0, 0
    for name in SALES:
        desk = SaleDesk(played(name))
        for report in REPORTS:
            for asked in asked_ways(report):
                for row, column, _ in cells(report.make(desk, asked)):
                    if column.endswith("_cents"):
                        shown += 1
                        shares = report.shares(desk, asked, row["key"], column) if report.shares else None
                        summed += shares is not None
    assert shown > 1_000
    assert summed > shown * 3 // 4
