"""docs/verify.md tells every finding there is, and none that is not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from ledger.domain import closing_recount, recount

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "verify.md").read_text()
MAKERS = (
    "ledger/kernel/audit.py",
    "ledger/kernel/segment.py",
    "ledger/domain/recount.py",
    "ledger/domain/closing_recount.py",
    "ledger/domain/early.py",
    "ledger/shell/verification.py",
    "ledger/shell/stretches.py",
    "ledger/kernel/anchored.py",
    "ledger/shell/anchored.py",
    "archive/anchors/evidence.py",
    "archive/standing_in.py",
)
CODE = re.compile(r"[a-z][a-z0-9_]*")
OUTSIDE = {"ledger_missing", "ledger_behind_register", "ledger_differs"}
"""Said by the command line, of a ledger beside its verdict."""


def strings(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def codes_made(path: str) -> set[str]:
    """Every first argument of a finding, and what is assigned to the names that stand there."""
    tree = ast.parse((ROOT / path).read_text())
    found: set[str] = set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("found", "_found", "Finding"):
                found |= strings(node.args[0])
                names |= {node.args[0].id} if isinstance(node.args[0], ast.Name) else set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets = {each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)}
            if targets & names:
                value = node.value.elts[0] if isinstance(node.value, ast.Tuple) else node.value
                found |= {text for text in strings(value) if CODE.fullmatch(text)}
        elif isinstance(node, ast.For) and names & {
            each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)
        }:
            found |= {row.elts[1].value for row in getattr(node.iter, "elts", ())}
    return found


def codes_of_lines() -> set[str]:
    """What an unreadable line is called: the codes that `entry.parse` raises."""
    found: set[str] = set()
    for path in ("ledger/kernel/entry.py", "ledger/kernel/canonical.py"):
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Malformed", "_Token") and node.args:
                found |= strings(node.args[0])
        found |= set(re.findall(r"\(\"(actor|salt|stream|type)\", _", (ROOT / path).read_text()))
    return found


def told() -> set[str]:
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    trust = {"given", "key_store", "self"}
    listed = PAGE[PAGE.index("under the name of its fault:") : PAGE.index("Each means:")]
    return {code for text in (*rows, listed) for code in re.findall(r"`([a-z0-9_]+)`", text)} - trust


def test_the_page_tells_every_finding_and_none_that_is_not() -> None:
    made = {code for path in MAKERS for code in codes_made(path)}
    assert len(made) > 40
    assert told() == made | codes_of_lines() | OUTSIDE


def test_the_recount_lists_its_own_codes() -> None:
    assert codes_made("ledger/domain/recount.py") == recount.CODES
    assert codes_made("ledger/domain/closing_recount.py") == closing_recount.CODES


def test_every_finding_says_what_to_do() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert all(len(line.split("|")) == 5 and all(cell.strip() for cell in line.split("|")[1:4]) for line in rows)
