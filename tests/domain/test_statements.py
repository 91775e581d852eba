"""A bank's file is recorded once, and again only when more of it was matched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.commands.payments import ImportStatement
from ledger.domain.events.payments import StatementImported
from ledger.domain.refusals import Refusal
from ledger.domain.streams.statement import statement_id
from tests.domain.world import only, opened

DIGEST = "cd" * 32
FILE = ImportStatement(digest=DIGEST, statement_reference="REL-1", entries=5, matched=2, ambiguous=1)


def test_a_file_is_recorded_with_its_counts_under_an_id_of_its_digest() -> None:
    sale = opened()
    found = only(sale.when(FILE), StatementImported)
    assert (found.entries, found.matched, found.ambiguous, found.digest) == (5, 2, 1, DIGEST)
    assert sale.play(FILE) == {"statement": statement_id(DIGEST)}


def test_the_same_file_is_recorded_again_only_when_more_was_matched() -> None:
    sale = opened()
    sale.play(FILE)
    again = sale.when(FILE)
    assert isinstance(again, Refusal)
    assert again.code == "STATEMENT_ALREADY_IMPORTED"
    assert only(sale.when(replace(FILE, matched=3, ambiguous=0)), StatementImported).matched == 3


@pytest.mark.parametrize("member", ["from_on", "to_on"])
def test_a_day_that_no_calendar_has_is_refused(member: str) -> None:
    refused = opened().when(replace(FILE, **{member: "2026-02-30"}))  # type: ignore[arg-type] # a day's name
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.place) == ("DATE_MALFORMED", f"/{member}")


@pytest.mark.parametrize(("matched", "ambiguous"), [(6, 0), (0, 6), (3, 3)])
def test_no_more_lines_are_matched_or_left_than_there_are(matched: int, ambiguous: int) -> None:
    refused = opened().when(replace(FILE, matched=matched, ambiguous=ambiguous))
    assert isinstance(refused, Refusal)
    assert refused.code == "STATEMENT_COUNTS_UNFIT"
