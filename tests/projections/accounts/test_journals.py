"""Journals: balanced entries with one journal, one date, one piece, one lettering, numbered by financial year."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.accounts.journals import (
    JournalEntry,
    Told,
    causes_without_label,
    customer_code,
    label_of,
    loss_of,
)
from projections.accounts.lettering import letters_of
from projections.accounts.years import Year, Years
from projections.book.posting import Cause
from tests.projections.accounts.books import MARIE, YEAR, Book, sale, shown

LAST_YEAR = Year("2025-01-01", "2025-12-31", last_seq=2)


def test_a_deposit_with_its_vat_apart_is_booked_as_the_law_example_shows() -> None:
    deposit, final, applied, balance = sale().journals().of_year(YEAR)
    assert shown(deposit) == {"512000": 36000, "419100": -36000, "445875": 6000, "4457120": -6000}
    assert shown(final, applied) == {
        "411000": 84000, "419100": 36000, "70620": -100000, "4457120": -14000, "445875": -6000,
    }  # fmt: skip
    assert shown(balance) == {"512000": 84000, "411000": -84000}


def test_a_deposit_without_its_vat_is_booked_as_the_law_example_shows() -> None:
    deposit, final, applied, balance = sale().journals(method="ht").of_year(YEAR)
    assert shown(deposit) == {"512000": 36000, "419100": -30000, "4457120": -6000}
    assert shown(final, applied) == {"411000": 84000, "419100": 30000, "70620": -100000, "4457120": -14000}
    assert shown(balance) == {"512000": 84000, "411000": -84000}


def test_vat_on_services_waits_on_an_account_of_its_own_until_they_are_paid() -> None:
    vat = {"rate_bp": 1000, "category": "S", "nature": "services"}
    book = Book()
    book.entry().move("invoice", "2026-05-04", ("client", 11000), ("sales", -10000, vat), ("vat_waiting", -1000, vat))
    book.entry().move(
        "payment", "2026-05-20", ("bank", 11000, {"means": "cheque"}), ("client", -11000), ("vat_waiting", 1000, vat),
        ("vat_collected", -1000, vat),
    )  # fmt: skip
    invoice, payment = book.journals().of_year(YEAR)
    assert shown(invoice) == {"411000": 11000, "70610": -10000, "445874": -1000}
    assert shown(payment) == {"511200": 11000, "411000": -11000, "445874": 1000, "4457110": -1000}


def test_each_entry_has_its_journal_piece_and_words() -> None:
    deposit, final, applied, balance = sale().journals().of_year(YEAR)
    assert [entry.journal for entry in (deposit, final, applied, balance)] == ["BQ", "VE", "VE", "BQ"]
    assert (final.piece, final.piece_on, final.label) == ("F-1", "2026-03-20", "Facture F-1")
    assert (applied.piece, applied.label) == ("F-1", "Imputation d'acompte F-1")
    assert (deposit.piece, deposit.label) == ("AC-1", "Acompte reçu carte AC-1")
    assert [entry.number for entry in (deposit, final, applied, balance)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("cause", "means", "journal"),
    [
        ("invoice", None, "VE"),
        ("credit_note", None, "VE"),
        ("payment", "cash", "CA"),
        ("payment", "cheque", "BQ"),
        ("refund", "credit_transfer", "BQ"),
        ("payment", "offset", "OD"),
        ("write_off", None, "OD"),
        ("delivery", None, "OD"),
    ],
)
def test_a_move_goes_to_the_journal_of_its_cause_or_money(cause: str, means: str | None, journal: str) -> None:
    account = ("bank", 100, {"means": means}) if means else ("sales", 100)
    book = Book().entry().move(cause, "2026-02-01", account, ("client", -100))
    assert [entry.journal for entry in book.journals().of_year(YEAR)] == [journal]


def test_money_that_passes_from_cash_to_card_is_of_no_money_journal() -> None:
    book = (
        Book()
        .entry()
        .move("means_corrected", "2026-02-01", ("bank", 100, {"means": "card"}), ("bank", -100, {"means": "cash"}))
    )
    (entry,) = book.journals().of_year(YEAR)
    assert entry.journal == "OD"


def test_a_move_without_a_number_names_its_entry_of_the_ledger() -> None:
    book = Book().entry(skip=40).move("payment", "2026-02-01", ("bank", 100, {"means": "card"}), ("on_account", -100))
    (entry,) = book.journals().of_year(YEAR)
    assert (entry.piece, entry.piece_on) == ("E42", "2026-02-01")


def test_lines_of_zero_and_moves_of_nothing_else_take_no_number() -> None:
    book = Book()
    book.entry().move("invoice", "2026-02-01", ("client", 100), ("sales", -100), ("vat_collected", 0))
    book.entry().move("delivery", "2026-02-02", ("vat_waiting", 0), ("vat_collected", 0))
    book.entry().move("invoice", "2026-02-03", ("client", 50), ("sales", -50))
    entries = list(book.journals().of_year(YEAR))
    assert [(entry.number, len(entry.lines)) for entry in entries] == [(1, 2), (2, 2)]


@pytest.mark.parametrize(("account", "number"), [("bad_debt", "654000"), ("early_discount", "665000")])
def test_a_loss_stays_a_cost_without_its_vat_once_a_credit_note_has_rectified_it(account: str, number: str) -> None:
    vat = {"rate_bp": 2000, "category": "S", "nature": "services"}
    book = Book()
    book.entry().move("invoice", "2026-02-01", ("client", 12000), ("sales", -10000, vat), ("vat_waiting", -2000, vat))
    book.entry().move("write_off", "2026-03-01", (account, 12000), ("client", -12000))
    book.entry().move(
        "credit_note", "2026-03-02", ("sales", 10000, vat), ("vat_waiting", 2000, vat), (account, -12000), number="A-1"
    )  # fmt: skip
    entries = list(book.journals().of_year(YEAR))
    assert shown(*entries) == {"411000": 0, "70620": -10000, "445874": 0, number: 10000}
    assert [(line.number, line.debit_cents, line.credit_cents) for line in entries[2].lines] == [
        (number, 10000, 0), ("445874", 2000, 0), (number, 0, 12000)
    ]  # fmt: skip


def test_a_credit_note_that_also_settles_or_that_no_loss_is_behind_takes_turnover_back() -> None:
    vat = {"rate_bp": 2000, "category": "S", "nature": "services"}
    undone = ("sales", 10000, vat), ("vat_collected", 2000, vat)
    for rest in ([("client", -12000)], [("client", -6000), ("bad_debt", -6000)]):
        book = Book()
        book.entry().move("credit_note", "2026-03-02", *undone, *rest, number="A-1")
        assert shown(*book.journals().of_year(YEAR))["70620"] == 10000
    for cause in ("write_off", "invoice"):
        assert loss_of(list(Book().entry().move(cause, "2026-03-01", ("bad_debt", 5), ("client", -5)).postings)) is None


def test_a_fact_of_the_year_that_is_over_is_dated_on_the_day_of_its_recording() -> None:
    book = Book()
    book.entry().move("payment", "2025-12-30", ("bank", 100, {"means": "card"}), ("client", -100), day="2026-01-05")
    book.entry().move("payment", "2026-01-02", ("bank", 100, {"means": "card"}), ("client", -100), day="2026-01-05")
    years = Years((Year("2025-01-01", "2025-12-31", last_seq=1), YEAR), "01-01")
    first, second = book.journals(years).of_year(YEAR)
    assert (first.on, first.valid_on) == ("2026-01-05", "2026-01-05")
    assert (second.on, second.valid_on) == ("2026-01-02", "2026-01-05")


def test_numbers_begin_again_with_each_year_whatever_range_is_asked_for() -> None:
    book = Book()
    for day in ("2025-12-30", "2026-01-10", "2026-02-10", "2026-03-10"):
        book.entry().move("invoice", day, ("client", 100), ("sales", -100))
    years = Years((LAST_YEAR, YEAR), "01-01")
    journals = book.journals(years)
    assert [entry.number for entry in journals.of_year(LAST_YEAR)] == [1]
    assert [entry.number for entry in journals.of_year(YEAR)] == [1, 2, 3]
    assert [entry.number for entry in journals.between("2026-02-01", "2026-02-28")] == [2]
    assert [(entry.on, entry.number) for entry in journals.between("2025-12-01", "2026-01-31")] == [
        ("2025-12-30", 1),
        ("2026-01-10", 1),
    ]


def test_a_range_that_ends_far_ahead_ends_with_what_is_recorded() -> None:
    assert len(list(sale().journals().between("2026-01-01", "9999-12-31"))) == 4
    assert list(sale().journals().between("9999-01-01", "9999-12-31")) == []


def test_customers_lines_carry_the_code_and_the_name_that_is_read_now() -> None:
    told = Told()
    _, final, _, _ = sale().journals(name_of={MARIE: "Marie Exemple"}.get).of_year(YEAR, told)
    client = next(line for line in final.lines if line.number == "411000")
    assert (client.auxiliary, client.auxiliary_label) == (customer_code(MARIE), "Marie Exemple")
    assert all(line.auxiliary == "" for line in final.lines if line.number.startswith(("7", "445")))
    assert not told.unnamed


def test_a_name_that_was_erased_leaves_the_code() -> None:
    told = Told()
    _, final, _, _ = sale().journals().of_year(YEAR, told)
    client = next(line for line in final.lines if line.number == "411000")
    assert client.auxiliary_label == f"Client {customer_code(MARIE)}"
    assert told.unnamed == {MARIE}


def test_what_settles_together_is_lettered_once_it_is_settled() -> None:
    entries = list(sale().journals().of_year(YEAR))
    lettered = {
        (entry.number, line.number): (line.letters, line.lettered_on)
        for entry in entries
        for line in entry.lines
        if line.letters
    }
    assert lettered == {
        (1, "419100"): ("AAA", "2026-03-20"),
        (3, "419100"): ("AAA", "2026-03-20"),
        (2, "411000"): ("AAB", "2026-04-01"),
        (4, "411000"): ("AAB", "2026-04-01"),
    }


def test_what_is_open_as_of_the_stated_entry_is_not_lettered() -> None:
    before = list(sale().journals(upto_seq=3).of_year(YEAR))
    assert [line.letters for entry in before for line in entry.lines if line.number == "411000"] == [""]
    assert [line.letters for entry in before for line in entry.lines if line.number == "419100"] == ["AAA", "AAA"]


def test_a_payment_that_came_back_takes_the_letters_away_and_gives_them_to_nobody_else() -> None:
    book = Book()
    one, two = {"settles": "one"}, {"settles": "two"}
    book.entry().move("invoice", "2026-02-01", ("client", 100), ("sales", -100), **one)
    book.entry().move("payment", "2026-02-02", ("bank", 100, {"means": "cheque"}), ("client", -100), **one)
    book.entry().move("reversal", "2026-02-03", ("bank", -100, {"means": "cheque"}), ("client", 100), **one)
    book.entry().move("invoice", "2026-02-04", ("client", 70), ("sales", -70), **two)
    book.entry().move("payment", "2026-02-05", ("bank", 70, {"means": "cash"}), ("client", -70), **two)
    entries = list(book.journals().of_year(YEAR))
    assert [{line.letters for line in entry.lines if line.number == "411000"} for entry in entries] == [
        {""}, {""}, {""}, {"AAB"}, {"AAB"},
    ]  # fmt: skip
    book.entry().move("payment", "2026-02-06", ("bank", 100, {"means": "cash"}), ("client", -100), **one)
    again = list(book.journals().of_year(YEAR))
    client = [line for line in again[0].lines if line.number == "411000"]
    assert [(line.letters, line.lettered_on) for line in client] == [("AAA", "2026-02-06")]


def test_letters_go_on_after_zzz() -> None:
    assert [letters_of(rank) for rank in (0, 1, 26, 17_575, 17_576, 17_577)] == [
        "AAA", "AAB", "ABA", "ZZZ", "AAAA", "AAAB",
    ]  # fmt: skip


def test_money_in_another_currency_is_left_out_and_told() -> None:
    book = Book().entry().move("invoice", "2026-02-01", ("client", 100), ("sales", -100), currency="CHF")
    told = Told()
    assert list(book.journals().of_year(YEAR, told)) == []
    assert told.other_currencies == {"CHF": 1}


def test_every_cause_and_means_has_words() -> None:
    assert causes_without_label() == []
    assert len({label_of(cause, None, None) for cause in get_args(Cause)}) == len(get_args(Cause))
    assert label_of("payout", "credit_transfer", None) == "Versement du prestataire de paiement virement"
    assert label_of("payout", "direct_debit", None) == "Prélèvement du prestataire de paiement"


def test_a_customers_code_is_stable_short_and_says_nothing() -> None:
    code = customer_code(MARIE)
    assert code == customer_code(MARIE)
    assert len(code) == 13
    assert code.isalnum()
    assert code != customer_code(MARIE.replace("11111111", "11111112"))


def _check(entries: list[JournalEntry]) -> None:
    """Hold what the law asks of every entry (requirement 66)."""
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    for entry in entries:
        assert sum(line.debit_cents for line in entry.lines) == sum(line.credit_cents for line in entry.lines)
        assert all((line.debit_cents == 0) != (line.credit_cents == 0) for line in entry.lines)
        assert len({line.letters for line in entry.lines if line.letters}) <= 1


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Books of random sales: invoices with and without deposits, paid in parts, reversed, some never."""
    book = Book()
    days = sorted(draw(st.lists(st.integers(1, 28), min_size=1, max_size=25)))
    deals = draw(st.integers(1, 4))
    for day in days:
        on = f"2026-05-{day:02d}"
        deal = {"settles": f"deal:{draw(st.integers(1, deals))}", "number": f"F-{draw(st.integers(1, 3))}"}
        cents = draw(st.integers(-500, 500))
        what = draw(st.sampled_from(["invoice", "payment", "deposit", "delivery"]))
        vat = cents // 6
        book.entry()
        if what == "invoice":
            book.move(what, on, ("client", cents), ("sales", vat - cents), ("vat_collected", -vat), **deal)
        elif what == "payment":
            book.move(what, on, ("bank", cents, {"means": "cash"}), ("client", -cents), **deal)
        elif what == "deposit":
            book.move(
                what, on, ("bank", cents, {"means": "card"}), ("advances", -cents), ("vat_on_advances", vat),
                ("vat_collected", -vat), **deal,
            )  # fmt: skip
        else:
            book.move(what, on, ("vat_waiting", cents), ("vat_collected", -cents), **deal)
    return book


@given(books(), st.sampled_from(["ttc", "ht"]), st.integers(1, 30))
def test_every_book_gives_balanced_continuous_entries_that_stay(book: Book, method: str, upto: int) -> None:
    whole = list(book.journals(method=method).of_year(YEAR))
    _check(whole)
    upto = min(upto, book.seq)
    then = list(book.journals(method=method, upto_seq=upto).of_year(YEAR))
    _check(then)
    kept = Book()
    kept.postings, kept.seq = list(book.upto(1, upto)), upto
    assert then == list(kept.journals(method=method).of_year(YEAR)), "what came later changes nothing"
    plain = [[line._replace(letters="", lettered_on="") for line in entry.lines] for entry in then]
    assert plain == [
        [line._replace(letters="", lettered_on="") for line in entry.lines] for entry in whole[: len(then)]
    ]
