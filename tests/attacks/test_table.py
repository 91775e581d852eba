"""The table itself: whole, told in docs/security/attacks.md, every code explained; and the rows that only read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.attacks.archives import Kit
from tests.attacks.page import PAGE, make_page
from tests.attacks.rows import ATTACKERS, EVIDENCE, VERIFIERS, Row
from tests.attacks.table import BY_READING, ROWS

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_attacks_is_that_of_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == make_page(), "python -m tests.attacks.page"


def test_names_are_unique_and_every_word_of_the_table_is_used() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert {row.attacker for row in ROWS} == set(ATTACKERS)
    assert {name for row in ROWS for name in row.evidence} == set(EVIDENCE)
    assert {each for row in ROWS for each in row.where} == set(VERIFIERS)


def test_every_row_says_what_must_come_out_and_none_says_that_all_is_well() -> None:
    for row in ROWS:
        assert bool(row.finds) == (row.outcome in ("found", "refused")), row.name
        assert row.first or row.outcome in ("found", "refused", "nothing_learned"), row.name
        assert row.where or row in BY_READING, row.name


def test_every_code_that_must_come_out_is_explained() -> None:
    told = set(
        re.findall(r"`([a-z_]+)`", (DOCS / "verify.md").read_text() + (DOCS / "spec" / "archive.md").read_text())
    )
    assert {code for row in ROWS if row.outcome == "found" for code in row.finds} <= told | {"document_missing"}


@pytest.mark.parametrize("row", BY_READING, ids=lambda row: str(row.name))
def test_a_reader_learns_nothing_without_the_salt(row: Row, kit: Kit) -> None:
    guessed = row.do(kit)
    assert guessed.with_salt, "a guess that is never right shows nothing"
    assert guessed.without == 0
