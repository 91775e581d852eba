"""Every row of the attack table that is tried on an archive or a proof, through both shipped verifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import archives
from tests.attacks.archives import Handed, Kit
from tests.attacks.rows import BOTH, Row
from tests.attacks.table import ROWS
from tests.attacks.verifiers import by_page, by_program
from tests.verifiers.browser import Page, browser

Judge = Callable[[Handed], dict[str, Any]]


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as one:
        yield one


@pytest.fixture
def judge(request: pytest.FixtureRequest, kit: Kit, tmp_path: Path) -> Judge:
    if request.param == "verify.py":
        return lambda handed: by_program(kit, handed, tmp_path)
    page = request.getfixturevalue("page")
    return lambda handed: by_page(page, kit, handed, tmp_path)


def tried(outcome: str) -> pytest.MarkDecorator:
    params = [
        pytest.param(row, by, id=f"{row.name}-{by}") for row in ROWS for by in row.on_archives if row.outcome == outcome
    ]
    return pytest.mark.parametrize(("row", "judge"), params, indirect=["judge"])


SPANS = {"rewritten", "fork", "archive_replaced"}

CONTROLS = (archives.untouched, archives.insider_s_honest_archive, archives.untouched_proof)


@pytest.mark.parametrize("judge", BOTH, indirect=True)
@pytest.mark.parametrize("control", CONTROLS, ids=lambda one: str(one.__name__))
def test_what_nobody_touched_is_ok(kit: Kit, judge: Judge, control: Callable[[Kit], Handed]) -> None:
    told = judge(control(kit))
    assert (told["ok"], told["findings"], told["trust"]) == (True, [], "given")
    assert told["proven_until"] == told["head"]["seq"]


@tried("found")
def test_an_attack_is_found_and_its_first_bad_place_named(row: Row, kit: Kit, judge: Judge) -> None:
    handed = row.do(kit)
    told = judge(handed)
    found = [(one["code"], one["seq"]) for one in told["findings"]]
    assert not told["ok"]
    assert told.get("state") in (None, "bad", "warn")
    assert set(row.finds) <= {code for code, _ in found}, found
    named = min((seq for code, seq in found if seq and code in row.finds), default=0)
    if set(row.finds) & SPANS:  # only that it lies somewhere before is known: what is named may not come after it
        assert named <= handed.first, found
    elif handed.first:
        assert named == handed.first, found
        assert not {code for code, seq in found if 0 < seq < handed.first}, found
    if handed.first:
        assert told["proven_until"] < handed.first


@tried("unproven")
def test_what_nothing_at_hand_can_show_is_said_to_be_unproven(row: Row, kit: Kit, judge: Judge) -> None:
    handed = row.do(kit)
    told = judge(handed)
    assert told["findings"] == []
    assert told["unproven_after"] == handed.first < told["last"]
    span = [str(handed.first + 1), str(told["last"])] if handed.first else ["anew"]
    said = [words for words in told["not_proven"] if all(part in words for part in span)]
    assert said
    assert said[0] in told["shown"]
