"""The law table is complete and true: every requirement has its rule, every rule its row and its tests."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from ledger.domain.refusals import REFUSAL_KINDS
from ledger.domain.regimes.fr.rules import COMING, LAST_REQUIREMENT, RULES, table_row

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "law" / "fr.md"
THIS_VERSION = {*range(1, 78)}

# A ratchet: rules that no test shows yet. A rule that gets its tests must leave this list; none may join it.
WITHOUT_TEST: set[str] = set()


@cache
def _tests_of(path: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names.update(
                f"{node.name}::{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef) and inner.name.startswith("test_")
            )
    return frozenset(names)


def _page_rows() -> list[str]:
    return [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]


def test_every_requirement_of_this_version_has_a_rule() -> None:
    met = {number for rule in RULES for number in rule.requirements}
    assert sorted(THIS_VERSION - met) == []
    assert sorted(met - THIS_VERSION) == []


def test_every_other_requirement_is_said_to_be_coming() -> None:
    coming = [number for part in COMING for number in part.requirements]
    assert len(coming) == len(set(coming))
    assert set(coming) == set(range(1, LAST_REQUIREMENT + 1)) - THIS_VERSION
    text = PAGE.read_text("utf-8")
    for part in COMING:
        assert f"{part.requirements[0]}–{part.requirements[-1]}: {part.part}" in text


def test_each_rule_stands_once_and_a_refusal_is_one() -> None:
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    for rule in RULES:
        assert (rule.kind == "refusal") == (rule.code in REFUSAL_KINDS), rule.code
        assert rule.law.strip(), rule.code


def test_the_page_has_one_row_for_each_rule_and_no_other() -> None:
    rows = [table_row(rule) for rule in RULES]
    assert _page_rows() == rows, "put these rows in docs/law/fr.md:\n" + "\n".join(rows)


def test_every_test_that_a_rule_names_exists() -> None:
    lost = []
    for rule in RULES:
        for node_id in rule.tests:
            path, _, name = node_id.partition("::")
            if not (ROOT / path).is_file() or name not in _tests_of(ROOT / path):
                lost.append(f"{rule.code}: {node_id}")
    assert lost == []


def test_the_rules_without_a_test_are_exactly_those_owned_up_to() -> None:
    assert {rule.code for rule in RULES if not rule.tests} == WITHOUT_TEST


def test_what_is_recalled_is_said_to_be() -> None:
    text = PAGE.read_text("utf-8")
    recalled = [rule for rule in RULES if rule.source == "recalled"]
    assert recalled
    assert "**recalled**" in text
    for row, rule in zip(_page_rows(), RULES, strict=True):
        assert (" | recalled | " in row) == (rule in recalled)
