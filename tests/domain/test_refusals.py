"""The table of refusals is whole, and every call in the source agrees with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from api.people.refusals import PEOPLE
from ledger.domain import refusal_kinds
from ledger.domain.refusals import REFUSAL_KINDS, REFUSALS, facts_of, refuse

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("ledger", "projections", "archive", "api")
# Facts are figures and codes. These names would smell of a person.
PERSONAL = {"name", "email", "phone", "address", "contact", "client", "signatory", "iban"}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _name_of(node.func) == "refuse":
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_each_code_stands_once_and_is_upper_snake_case() -> None:
    codes = [kind.code for kind in REFUSALS]
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", code)] == []


def test_every_theme_is_in_the_table() -> None:
    themes = Path(refusal_kinds.__file__).parent.glob("*.py")
    kinds = 0
    for path in themes:
        if path.stem in ("__init__", "kind"):
            continue
        module = ast.parse(path.read_text("utf-8"))
        kinds += sum(isinstance(n, ast.Call) and _name_of(n.func) == "Kind" for n in ast.walk(module))
    assert kinds == len(REFUSALS)


OF_PEOPLE = {kind.code: kind for kind in PEOPLE}
"""What sign-in and invitations say no to: no rules of a ledger, in a table of their own."""


def test_both_languages_ask_for_the_same_facts_and_none_is_personal() -> None:
    assert not set(OF_PEOPLE) & set(REFUSAL_KINDS)
    for kind in (*REFUSALS, *PEOPLE):
        french = set(re.findall(r"\{(\w+)\}", kind.words_fr))
        assert french == set(re.findall(r"\{(\w+)\}", kind.words_en)) == facts_of(kind), kind.code
        assert not french & PERSONAL, kind.code
        assert kind.status in (409, 422, 429)
        assert kind.status != 429 or facts_of(kind) & {"wait_seconds", "wait_minutes"}, kind.code
        assert kind.words_fr.endswith((".", ").")), kind.code
        assert kind.words_en.endswith("."), kind.code
        assert kind.law is None or kind.law.strip(), kind.code


def test_every_refusal_in_the_source_is_in_the_table_with_all_its_facts() -> None:
    wrong: list[str] = []
    seen = 0
    for place, call in _calls():
        code = call.args[0] if call.args else None
        if not isinstance(code, ast.Constant) or not isinstance(code.value, str):
            continue  # a code that travels in a variable comes from a table, checked by that table's test
        seen += 1
        kind = REFUSAL_KINDS.get(code.value) or (OF_PEOPLE.get(code.value) if place.startswith("api/people/") else None)
        if kind is None:
            wrong.append(f"{place}: {code.value} is not in the table")
            continue
        given = {keyword.arg for keyword in call.keywords}
        if None not in given and facts_of(kind) - given:
            wrong.append(f"{place}: {code.value} lacks {sorted(facts_of(kind) - given)}")
    assert wrong == []
    assert seen > 5


def test_a_refusal_carries_its_article_its_place_and_words_for_a_craftsman() -> None:
    refusal = refuse("CREDIT_ABOVE_INVOICE", "/lines", open_cents=123456)
    assert refusal.law is not None
    assert "289" in refusal.law
    assert refusal.place == "/lines"
    assert "1\u202f234,56\u00a0€" in refusal.words
    assert "€1,234.56" in refusal.words_en
    assert refusal.facts == (("open_cents", 123456),)


def test_dates_and_rates_are_written_for_people_in_words_and_for_programs_in_facts() -> None:
    refusal = refuse("VAT_RATE_NOT_IN_FORCE", "/lines/0", rate_bp=1960, on=date(2026, 11, 22), place_name="FR")
    assert "19,6\u00a0%" in refusal.words
    assert "22/11/2026" in refusal.words
    assert dict(refusal.facts) == {"rate_bp": 1960, "on": "2026-11-22", "place_name": "FR"}


def test_a_code_outside_the_table_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        refuse("NO_SUCH_CODE")
    with pytest.raises(KeyError):
        refuse("CREDIT_ABOVE_INVOICE")


def test_every_kind_of_refusal_is_raised_somewhere() -> None:
    written: set[str] = set()
    for folder in SOURCES:
        for path in (ROOT / folder).rglob("*.py"):
            if "refusal_kinds" in path.parts or path.name == "rules.py":
                continue  # where kinds are told, not where they speak
            tree = ast.walk(ast.parse(path.read_text("utf-8")))
            written |= {node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert sorted(REFUSAL_KINDS.keys() - written) == []
