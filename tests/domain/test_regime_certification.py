"""The law on cash-receipt software by date: article, proofs, what is not known yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.domain.regimes.fr.certification import ARTICLE, CHANGES, PROOF_WORDS, PROOFS, law_on


@pytest.mark.parametrize(
    ("on", "article"),
    [
        (date(2018, 1, 1), "CGI art. 286 I 3° bis"),
        (date(2026, 12, 31), "CGI art. 286 I 3° bis"),
        (date(2027, 1, 1), "CIBS art. L. 216-40"),
        (date(2040, 1, 1), "CIBS art. L. 216-40"),
    ],
)
def test_the_article_moves_to_the_cibs_on_the_first_of_january_2027(on: date, article: str) -> None:
    assert [row.value for row in law_on(on).article] == [article]


@pytest.mark.parametrize(
    ("on", "proofs", "attestation"),
    [
        (date(2017, 12, 31), [], False),
        (date(2025, 2, 15), ["certificate", "attestation"], True),
        (date(2025, 2, 16), ["certificate", "attestation_in_transition"], True),
        (date(2026, 2, 20), ["certificate", "attestation_in_transition"], True),
        (date(2026, 2, 21), ["certificate", "attestation"], True),
        (date(2026, 12, 31), ["certificate", "attestation"], True),
        (date(2027, 1, 1), ["by_decree_not_published"], False),
    ],
)
def test_the_proofs_admitted_are_dated(on: date, proofs: list[str], attestation: bool) -> None:
    law = law_on(on)
    assert [row.value for row in law.proofs] == proofs
    assert law.attestation_admitted is attestation


def test_no_day_has_two_articles_and_every_change_changes_something() -> None:
    for change in CHANGES:
        before, after = law_on(change - timedelta(days=1)), law_on(change)
        assert len(after.article) == 1
        assert (before.article, before.proofs, before.notes) != (after.article, after.proofs, after.notes)
    assert {row.value for row in PROOFS} == set(PROOF_WORDS)
    assert all(row.law and row.source for row in (*ARTICLE, *PROOFS))


def test_old_references_hold_until_the_end_of_june_2028() -> None:
    assert any("CGI" in row.value for row in law_on(date(2028, 6, 30)).notes)
    assert not any("CGI" in row.value for row in law_on(date(2028, 7, 1)).notes)
