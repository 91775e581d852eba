"""Words exist in both languages, say the same facts, are all used, and figures are written as people write them."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.events.invoices import CreditNoteIssued, InvoiceIssued, NoteIssued
from ledger.domain.events.messages import ReminderSent
from ledger.domain.events.parties import SeriesUse
from ledger.domain.events.payments import Unsettlement
from ledger.domain.events.periods import PeriodKind
from ledger.domain.events.quotes import QuoteDocument, QuoteSent, QuoteViewed
from ledger.domain.events.signatures import (
    CodeChecked,
    CodeSent,
    Signatory,
    SignatureCancelled,
    SignatureGiven,
    SignedThing,
)
from ledger.domain.regimes.fr.statements import STATEMENTS
from ledger.domain.types import AdvanceKind, Means, SignatureLevel, VatCategory
from projections.documents import builders
from projections.documents.words import TABLES, Words, formats, tied
from projections.documents.words.formats import COUNTRIES, UNITS
from projections.documents.words.legal import STATEMENTS_EN, VATEX_REASONS

PAIRS = [(key, pair) for table in TABLES for key, pair in table.items()]
FOLDER = Path(builders.__file__).parent


def facts_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_a_key_stands_in_one_table_alone() -> None:
    keys = [key for key, _ in PAIRS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("pair", [pair for _, pair in PAIRS], ids=[key for key, _ in PAIRS])
def test_words_exist_in_both_languages_with_the_same_facts(pair: tuple[str, str]) -> None:
    french, english = pair
    assert french.strip() == french != ""
    assert english.strip() == english != ""
    assert facts_in(french) == facts_in(english)


@pytest.mark.parametrize("table", [UNITS, COUNTRIES, VATEX_REASONS], ids=["units", "countries", "vatex"])
def test_tables_of_codes_have_words_in_both_languages(table: Mapping[str, tuple[str, str]]) -> None:
    assert all(french and english for french, english in table.values())


def test_every_sentence_of_the_law_has_its_english_with_the_same_facts() -> None:
    assert set(STATEMENTS_EN) == {each.code for each in STATEMENTS}
    for each in STATEMENTS:
        assert facts_in(STATEMENTS_EN[each.code]) - {"french"} == facts_in(each.words)


# --- every key that builders ask for is there, and every key is asked for


def asked() -> Iterator[tuple[str, bool]]:
    """Every key that builders ask `say` for: the key, or the beginning of it before a `{value}` (then True)."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, False
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                yield str(node.values[0].value), True


def test_no_words_are_left_that_nothing_says() -> None:
    whole = {text for text, begins in asked() if not begins}
    begun = tuple(text for text, begins in asked() if begins and text.endswith("_"))
    unused = [key for key, _ in PAIRS if key not in whole and not key.startswith(begun)]
    assert unused == []


def literals(record: Any, member: str) -> tuple[str, ...]:
    """The words that a member of an event may hold."""
    return tuple(get_args(get_type_hints(record)[member]))


PREFIXES: Mapping[str, tuple[str, ...]] = {
    "advance_{}": (*get_args(AdvanceKind), "deposit"),
    "prepaid_paid_{}": (*get_args(AdvanceKind), "deposit"),
    "asks_{}": get_args(AdvanceKind),
    "asks_{}_on_quote": get_args(AdvanceKind),
    "title_deposit_request_{}": get_args(AdvanceKind),
    "title_receipt_{}": get_args(AdvanceKind),
    "title_invoice_{}": literals(InvoiceIssued, "kind"),
    "title_note_{}": literals(NoteIssued, "kind"),
    "title_reminder_{}": literals(ReminderSent, "tone"),
    "letter_{}": literals(ReminderSent, "tone"),
    "title_closure_{}": get_args(PeriodKind),
    "cause_{}": literals(CreditNoteIssued, "cause"),
    "channel_{}": tuple(each for each in literals(QuoteDocument, "channel") if each != "premises"),
    "named_{}": ("invoice", "deposit_invoice", "deposit"),
    "subject_{}": ("invoice", "deposit_invoice", "deposit"),
    "section_{}": ("works_description", "price_revision", "waste", "after_sales", "notes", "terms"),
    "every_{}": ("month", "quarter", "year"),
    "instalment_{}": ("signature", "date", "milestone", "delivery"),
    "means_{}": get_args(Means),
    "category_{}": get_args(VatCategory),
    "series_{}": get_args(SeriesUse),
    "row_unpaid_{}": literals(Unsettlement, "cause"),
    "account_unpaid_{}": literals(Unsettlement, "cause"),
    "level_{}": get_args(SignatureLevel),
    "level_{}_short": get_args(SignatureLevel),
    "method_{}": literals(SignatureGiven, "method"),
    "side_{}": literals(Signatory, "side"),
    "code_by_{}": literals(Signatory, "code_by"),
    "code_{}": literals(CodeChecked, "outcome"),
    "code_outcome_{}": literals(SignatureGiven, "code_outcome"),
    "thing_{}": literals(SignedThing, "role"),
    "trail_viewed_{}": literals(QuoteViewed, "by"),
    "trail_cancelled_{}": literals(SignatureCancelled, "reason"),
    "by_{}": (*literals(QuoteSent, "by"), *literals(CodeSent, "by")),
    "signature_{}": ("open", "completed", "cancelled"),
}
"""Keys made of an event's word: every word that the event may hold has its words."""


@pytest.mark.parametrize("made", PREFIXES)
def test_every_word_that_an_event_may_hold_has_words(made: str) -> None:
    assert PREFIXES[made]
    for language in ("fr", "en"):
        say = Words(language)
        assert all(say.has(made.format(value)) for value in PREFIXES[made])


def test_every_key_made_of_an_events_word_is_in_the_table_above() -> None:
    begun = {text for text, begins in asked() if begins and text.endswith("_") and text[0].islower()}
    assert begun == {made.partition("{")[0] for made in PREFIXES}


# --- figures


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (0, "0,00 €", "€0.00"),
        (5, "0,05 €", "€0.05"),
        (-123_456, "-1 234,56 €", "-€1,234.56"),
        (100_000_000_000, "1 000 000 000,00 €", "€1,000,000,000.00"),
    ],
)
def test_money_is_written_as_people_write_it(cents: int, french: str, english: str) -> None:
    assert formats.money(cents, "EUR", "fr").replace("\u00a0", " ") == french
    assert formats.money(cents, "EUR", "en") == english


def test_other_currencies_keep_their_sign_or_code() -> None:
    assert formats.money(150, "GBP", "en") == "£1.50"
    assert formats.money(150, "CHF", "en") == "1.50\u00a0CHF"


@given(st.integers(-(10**13), 10**13))
def test_money_reads_back_to_the_cent(cents: int) -> None:
    french = formats.cents(cents, "fr").replace("\u00a0", "").replace(",", "")
    english = formats.cents(cents, "en").replace(",", "").replace(".", "")
    assert int(french) == int(english) == cents


@pytest.mark.parametrize(
    ("bp", "french", "english"),
    [(550, "5,5 %", "5.5%"), (2000, "20 %", "20%"), (1, "0,01 %", "0.01%"), (0, "0 %", "0%")],
)
def test_rates_are_written_without_zeros_that_say_nothing(bp: int, french: str, english: str) -> None:
    assert formats.percent(bp, "fr").replace("\u00a0", " ") == french
    assert formats.percent(bp, "en") == english


def test_quantities_stay_exact() -> None:
    assert formats.decimal("-12345.678901", "fr").replace("\u00a0", " ") == "-12 345,678901"
    assert formats.decimal("0.005", "en") == "0.005"


def test_days_and_moments_are_those_of_the_zone() -> None:
    assert formats.day("2026-11-03") == "03/11/2026"
    assert formats.long_day(date(2026, 12, 1), "fr").replace("\u00a0", " ") == "1er décembre 2026"
    assert formats.long_day(date(2026, 12, 1), "en").replace("\u00a0", " ") == "1 December 2026"
    assert formats.moment("2026-12-31T23:30:00.000000Z", "Europe/Paris") == "01/01/2027 00:30:00 (Europe/Paris)"


def test_an_unknown_unit_or_country_prints_its_code() -> None:
    assert formats.unit("X4G", "fr") == "X4G"
    assert formats.country("ZZ", "en") == "ZZ"


def test_french_does_not_break_a_line_before_high_punctuation_nor_inside_an_article() -> None:
    assert tied("Pénalités : 12 % (art. L441-9 ; « oui »)") == (
        "Pénalités\u00a0: 12\u00a0% (art.\u00a0L441-9\u00a0; «\u00a0oui\u00a0»)"
    )
