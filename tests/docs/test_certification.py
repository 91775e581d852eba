"""The tables of docs/certification are whole and true: every point once, every file and test named there exists."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "certification"

PARAGRAPHS = [
    *("10", "30", "40", "50", "60", "90", "100", "120", "130", "140", "150", "155", "170", "180", "190"),
    *("220", "230", "240", "250", "260", "270", "300", "310", "315", "340", "370", "400"),
]
"""The paragraphs of BOI-TVA-DECLA-30-10-30 that ask for something or say to whom they speak."""
LINES = [str(line) for line in range(1, 22)]
POINTS = {"isca.md": PARAGRAPHS, "lne.md": LINES}
PLANNED: frozenset[str] = frozenset()
"""Pages that describe what is being built. A point that is built names code instead."""


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    point: str
    asks: str
    how: str
    code: str
    tests: str
    state: str

    @property
    def paths(self) -> list[str]:
        return re.findall(r"`([^`]+)`", self.code)

    @property
    def node_ids(self) -> list[str]:
        return re.findall(r"`([^`]+)`", self.tests)


def rows(text: str) -> list[Row]:
    found = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    return [Row(*cells) for cells in found[1:]]


PAGES = {page: rows((FOLDER / page).read_text("utf-8")) for page in ("isca.md", "lne.md", "nf525.md")}
ROWS = [pytest.param(row, id=f"{page}-{row.point}") for page, table in PAGES.items() for row in table]


@cache
def named_in(path: Path) -> frozenset[str]:
    return frozenset(
        node.name
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )


def lost(node_id: str) -> bool:
    """Tell whether a named test, or a whole file of tests, is not there."""
    path, _, name = node_id.partition("::")
    if not (ROOT / path).is_file() or not path.startswith("tests/"):
        return True
    return not named_in(ROOT / path) if not name else name not in named_in(ROOT / path)


@pytest.mark.parametrize(("page", "points"), POINTS.items())
def test_every_point_of_the_list_stands_once_and_in_order(page: str, points: list[str]) -> None:
    assert [row.point for row in PAGES[page]] == points


@pytest.mark.parametrize("row", ROWS)
def test_every_file_and_test_that_a_row_names_exists(row: Row) -> None:
    assert [path for path in row.paths if not (ROOT / path).exists()] == []
    assert [node_id for node_id in row.node_ids if lost(node_id)] == []


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_built_with_code_and_tests_or_says_what_it_waits_for(row: Row) -> None:
    assert row.asks
    assert row.how
    if row.state == "built":
        assert row.paths
        assert row.node_ids
    else:
        assert row.state in ("planned", "outside")
        assert not row.paths
        assert not row.node_ids
        assert row.state == "outside" or row.code in PLANNED


def test_a_test_that_is_not_there_is_found() -> None:
    assert lost("tests/kernel/test_audit.py::test_that_was_never_written")
    assert lost("tests/kernel/test_nothing.py")
    assert lost("ledger/kernel/chain.py")
    assert not lost("tests/kernel/test_audit.py::test_a_sound_ledger_is_ok")


def test_the_pages_say_what_was_not_seen() -> None:
    together = " ".join(
        " ".join((FOLDER / page).read_text("utf-8").split()) for page in ("README.md", "attestation.md", "nf525.md")
    )
    for words in ("The wording is ours", "was not seen", "recalled", "No certifier has examined", "you are the editor"):
        assert words in together


def test_the_pages_link_to_pages_that_exist() -> None:
    for page in FOLDER.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
