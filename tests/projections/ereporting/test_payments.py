"""10.4 from postings made by hand: netted, never below zero, nothing lost."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from projections.ereporting.payments import Payments, moves_of, payments
from projections.ereporting.totals import totals_of
from tests.projections.ereporting.postings import Book, cents_of, firm


def made(book: Book, *, debits: bool = False, upto_seq: int | None = None) -> Payments:
    return payments(moves_of(book.postings, firm(debits=debits).debits_on), upto_seq)


def test_receipts_for_services_are_added_up_by_day_and_rate_with_tax() -> None:
    book = Book()
    book.pay("2027-09-03", 12_000, invoice=1)
    book.pay("2027-09-03", 6_000, invoice=2, due_by="deposit", cause="deposit")
    book.pay("2027-09-03", 1_100, 1000, invoice=2)
    book.pay("2027-09-04", 500, 0, invoice=3)
    assert cents_of(made(book).lines) == [
        ("2027-09-03", 1000, 1_100),
        ("2027-09-03", 2000, 18_000),
        ("2027-09-04", 0, 500),
    ]


def test_goods_debits_and_other_customers_are_not_there() -> None:
    book = Book()
    book.pay("2027-09-03", 12_000, nature="goods", due_by="deposit")
    book.pay("2027-09-03", 12_000, due_by="debit")
    book.pay("2027-09-03", 12_000, due_by="delivery")
    book.pay("2027-09-03", 12_000, kind="business")
    book.pay("2027-09-03", 12_000, kind="public")
    assert made(book).lines == ()


def test_deposits_of_a_firm_on_debits_are_not_there_but_receipts_of_invoices_before_are() -> None:
    book = Book()
    book.pay("2027-09-03", 12_000, due_by="deposit")
    book.pay("2027-09-03", 500, due_by="receipt", invoice=2)
    assert cents_of(made(book, debits=True).lines) == [("2027-09-03", 2000, 500)]


def test_a_refund_is_netted_against_the_same_day_and_rate() -> None:
    book = Book()
    book.pay("2027-09-01", 12_000, invoice=1)
    book.pay("2027-09-03", 5_000, invoice=2)
    book.pay("2027-09-03", -2_000, invoice=1)
    found = made(book)
    assert cents_of(found.lines) == [("2027-09-01", 2000, 12_000), ("2027-09-03", 2000, 3_000)]
    assert found.taken_back == ()


def test_what_is_more_than_the_day_brought_goes_back_to_the_day_its_money_came_in() -> None:
    book = Book()
    book.pay("2027-09-01", 12_000, invoice=1)
    book.pay("2027-09-02", 9_000, invoice=2)
    book.pay("2027-09-13", 1_000, invoice=3)
    book.pay("2027-09-13", -4_000, invoice=1)
    found = made(book)
    assert cents_of(found.lines) == [
        ("2027-09-01", 2000, 9_000),
        ("2027-09-02", 2000, 9_000),
        ("2027-09-13", 2000, 0),
    ]
    assert [(one.on, one.from_on, one.cents) for one in found.taken_back] == [("2027-09-13", "2027-09-01", 3_000)]
    assert found.lines[0].seqs == (11, 14)


def test_another_rate_is_never_touched() -> None:
    book = Book()
    book.pay("2027-09-01", 12_000, 1000, invoice=1)
    book.pay("2027-09-02", 6_000, 2000, invoice=1)
    book.pay("2027-09-13", -5_000, 2000, invoice=1)
    assert cents_of(made(book).lines) == [("2027-09-01", 1000, 12_000), ("2027-09-02", 2000, 1_000)]


def test_without_money_of_its_own_it_takes_the_latest_earlier_days_and_says_what_finds_none() -> None:
    book = Book()
    book.pay("2027-09-01", 1_000, invoice=1)
    book.pay("2027-09-02", 2_000, invoice=2)
    book.pay("2027-09-13", -3_500, invoice=9)
    book.pay("2027-09-14", 4_000, invoice=3)
    found = made(book)
    assert cents_of(found.lines) == [
        ("2027-09-01", 2000, 0),
        ("2027-09-02", 2000, 0),
        ("2027-09-14", 2000, 4_000),
    ]
    assert [(one.on, one.cents) for one in found.unplaced] == [("2027-09-13", -500)]


def test_money_recorded_late_counts_on_its_day_before_a_refund_of_that_day() -> None:
    book = Book()
    book.pay("2027-09-01", 2_000, invoice=1)
    book.pay("2027-09-13", -2_000, invoice=1)
    before = book.head
    book.pay("2027-09-13", 5_000, invoice=2, recorded="2027-09-15")
    assert cents_of(made(book, upto_seq=before).lines) == [("2027-09-01", 2000, 0)]
    assert cents_of(made(book).lines) == [("2027-09-01", 2000, 2_000), ("2027-09-13", 2000, 3_000)]


def test_a_correction_by_credit_note_counts_where_money_had_come_in_and_only_there() -> None:
    book = Book()
    book.pay("2027-09-01", 12_000, invoice=1)
    book.pay("2027-09-05", -12_000, invoice=1, due_by="credit", cause="credit_note")
    book.pay("2027-09-05", -6_000, invoice=2, due_by="credit", cause="credit_note")  # of an invoice on debits
    found = made(book)
    assert cents_of(found.lines) == [("2027-09-01", 2000, 0)]
    assert found.unplaced == ()


ACTS = st.lists(
    st.tuples(
        st.integers(1, 28),
        st.integers(-9_999, 9_999).filter(bool),
        st.sampled_from([0, 1000, 2000]),
        st.integers(1, 4),
    ),
    max_size=40,
)


@given(ACTS)
def test_no_line_is_below_zero_and_to_the_cent_nothing_is_lost(acts: list[tuple[int, int, int, int]]) -> None:
    book = Book()
    net: dict[int, int] = defaultdict(int)
    for day, cents, rate_bp, invoice in acts:
        book.pay(f"2027-09-{day:02d}", cents, rate_bp, invoice=invoice)
        net[rate_bp] += cents
    found = made(book)
    assert all(line.cents >= 0 for line in found.lines)
    for rate_bp, cents in net.items():
        lines = sum(line.cents for line in found.lines if line.rate_bp == rate_bp)
        assert lines + sum(one.cents for one in found.unplaced if one.rate_bp == rate_bp) == cents
    for taken in found.taken_back:
        assert taken.from_on < taken.on
    for first, last in (("2027-09-01", "2027-09-10"), ("2027-09-11", "2027-09-20"), ("2027-09-21", "2027-09-30")):
        inside = sum(cents for day, cents, *_ in acts if first <= f"2027-09-{day:02d}" <= last)
        assert totals_of(book.postings, firm(), first, last).due_services_cents == inside


@given(ACTS, st.randoms(use_true_random=False))
def test_the_order_in_which_days_are_read_changes_nothing(
    acts: list[tuple[int, int, int, int]], random: object
) -> None:
    book = Book()
    for day, cents, rate_bp, invoice in acts:
        book.pay(f"2027-09-{day:02d}", cents, rate_bp, invoice=invoice)
    before = made(book)
    random.shuffle(book.postings)  # type: ignore[attr-defined] # a Random
    assert made(book) == before
