"""Months and financial years in `verify.html`: the days that the entries make due, a moved year end among them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.verifiers.alone import forge
from tests.verifiers.alone.conftest import Samples
from tests.verifiers.alone.insider import Insider, Tree
from tests.verifiers.alone.test_insider import Change, year_end
from tests.verifiers.browser import Page, browser
from tests.verifiers.test_verify_html import checked


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as one:
        yield one


Told = Callable[[Change], list[tuple[str, str]]]


@pytest.fixture
def told(page: Page, kept: Samples, tmp_path: Path) -> Told:
    """Give what the page says of the closures of a ledger written anew with one change: which period, which words."""

    def run(change: Change) -> list[tuple[str, str]]:
        insider = Insider()
        files = insider.write(kept.files("2026"), change)
        data = forge.write(tmp_path / "made.zip", insider.again(files)).read_bytes()
        verdict = checked(page, tmp_path / "given", {"a.zip": data}, insider.genesis)
        bodies = {tree["chain"]["seq"]: tree["entry"]["body"] for tree in map(json.loads, insider.lines)}
        return [(bodies[one["seq"]].get("period", one["code"]), one["words"]) for one in verdict["findings"]]

    return run


@pytest.mark.parametrize(
    ("ends_on", "year_start", "differs"),
    [
        ("2026-12-31", "01-01", []),
        ("2026-11-30", "12-01", ["year"]),
        ("2027-03-31", "04-01", ["year"]),
        ("2026-11-25", "11-26", ["month", "year"]),
    ],
)
def test_months_and_years_end_where_a_moved_year_end_says(
    told: Told, ends_on: str, year_start: str, differs: list[str]
) -> None:
    found = told(year_end(ends_on, year_start))
    assert [period for period, words in found if words.endswith("to_on")] == differs, found


@pytest.mark.parametrize("ends_on", ["2026-13-31", "tomorrow", "2026-02-31"])
def test_an_end_of_a_year_that_is_no_day_is_not_of_its_schema(told: Told, ends_on: str) -> None:
    assert "body_schema" in [code for code, _ in told(year_end(ends_on, "01-01"))]


@pytest.mark.parametrize("period", ["month", "year"])
@pytest.mark.parametrize(("name", "day"), [("from_on", "2026-11-02"), ("to_on", "2026-12-30")])
def test_a_closure_of_other_days_is_found(told: Told, period: str, name: str, day: str) -> None:
    def change(trees: list[Tree]) -> None:
        closures = [tree["entry"]["body"] for tree in trees if tree["entry"]["type"] == "period.closed/1"]
        body: dict[str, Any] = next(body for body in closures if body["period"] == period)
        body[name] = day

    assert any(of == period and name in words for of, words in told(change))


def test_an_archive_that_begins_later_says_which_days_it_cannot_tell(page: Page, kept: Samples, tmp_path: Path) -> None:
    december = {"december.zip": kept.path("2026-12").read_bytes()}
    alone = checked(page, tmp_path / "alone", december, kept.genesis)
    assert alone["ok"]
    assert any("moved the year’s end" in words for words in alone["not_checked"])
    both = checked(page, tmp_path / "both", {"a.zip": kept.path("2026-11").read_bytes(), **december}, kept.genesis)
    assert both["ok"]
    assert not any("moved the year’s end" in words for words in both["not_checked"])
