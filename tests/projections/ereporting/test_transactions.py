"""10.3 from postings made by hand."""

from __future__ import annotations

import pytest

from projections.ereporting.transactions import Transactions, transactions
from tests.projections.ereporting.postings import Book


def lines(made: Transactions) -> list[tuple[str, str, int, int, int]]:
    return [(one.on, one.category, one.base_cents, one.vat_cents, one.documents) for one in made.lines]


def of(book: Book, first: str = "2027-09-01", last: str = "2027-09-10") -> Transactions:
    return transactions(book.postings, first, last)


def test_a_day_is_added_up_by_category_and_rate() -> None:
    book = Book()
    book.sell("2027-09-03", 100_000, 10_000, 1000, invoice=1)
    book.sell("2027-09-03", 50_000, 10_000, 2000, invoice=2)
    book.sell("2027-09-03", 7_000, 1_400, 2000, invoice=2, nature="goods")
    book.sell("2027-09-04", 200, 11, 550, invoice=3)
    made = of(book)
    assert lines(made) == [
        ("2027-09-03", "TLB1", 7_000, 1_400, 1),
        ("2027-09-03", "TPS1", 150_000, 20_000, 2),
        ("2027-09-04", "TPS1", 200, 11, 1),
    ]
    assert [(r.rate_bp, r.base_cents, r.vat_cents) for r in made.lines[1].rates] == [
        (1000, 100_000, 10_000),
        (2000, 50_000, 10_000),
    ]


def test_a_credit_note_counts_on_its_own_day_and_may_be_below_zero() -> None:
    book = Book()
    book.sell("2027-08-30", 100_000, 20_000)
    book.sell("2027-09-04", -100_000, -20_000)
    assert lines(of(book)) == [("2027-09-04", "TPS1", -100_000, -20_000, 1)]


def test_the_franchise_reports_at_rate_0() -> None:
    book = Book()
    book.sell("2027-09-04", 30_000, 0, 0, exemption="VATEX-FR-FRANCHISE")
    made = of(book)
    assert lines(made) == [("2027-09-04", "TPS1", 30_000, 0, 1)]
    assert [rate.rate_bp for rate in made.lines[0].rates] == [0]


@pytest.mark.parametrize(
    ("members", "category"),
    [
        ({"supply_place": "GF", "exemption": "FR-CGI294"}, "TNT1"),
        ({"supply_place": "YT", "exemption": "FR-CGI294", "nature": "goods"}, "TNT1"),
        ({"supply_place": "EU", "category": "O"}, "TNT1"),
        ({"supply_place": "WORLD", "category": "O"}, "TNT1"),
        ({"category": "O"}, "TNT1"),
        ({"exemption": "VATEX-EU-F", "nature": "goods"}, "TMA1"),
        ({"exemption": "VATEX-EU-D"}, "TMA1"),
        ({"category": "G", "nature": "goods"}, "TLB1"),
        ({"supply_place": "RE", "exemption": "VATEX-FR-FRANCHISE"}, "TPS1"),
    ],
)
def test_what_is_not_taxed_in_france_or_on_the_margin_has_its_category(members: dict[str, str], category: str) -> None:
    book = Book()
    book.sell("2027-09-04", 30_000, 0, 0, **members)  # type: ignore[arg-type] # members of a posting
    assert [one.category for one in of(book).lines] == [category]


def test_customers_that_are_no_consumers_are_left_out_and_counted() -> None:
    book = Book()
    book.sell("2027-09-04", 100, 20, kind="business")
    book.sell("2027-09-04", 200, 0, 0, kind="business", category="K", nature="goods")
    book.sell("2027-09-04", 300, 0, 0, kind="business", category="AE", supply_place="EU")
    book.sell("2027-09-04", 1_000, 200, kind="public")
    book.sell("2027-09-04", 5_000, 0, 0, exemption="VATEX-EU-132")
    book.sell("2027-09-04", -1_000, 0, 0, exemption="VATEX-FR-CGI261-4")
    book.sell("2027-09-04", 40_000, 8_000, kind=None)
    made = of(book)
    assert lines(made) == [("2027-09-04", "TPS1", 40_000, 8_000, 1)]
    assert made.left_out == {
        "business": 100,
        "international_business": 500,
        "public": 1_000,
        "no_invoice_exemption": 4_000,
    }


def test_vat_that_falls_due_later_is_no_sale() -> None:
    book = Book()
    book.sell("2027-09-03", 100_000, 20_000)
    book.pay("2027-09-05", 120_000)
    assert lines(of(book)) == [("2027-09-03", "TPS1", 100_000, 20_000, 1)]


def test_only_entries_up_to_the_one_asked_for_count() -> None:
    book = Book()
    book.sell("2027-09-03", 100, 20)
    before = book.head
    book.sell("2027-09-03", 1_000, 200)
    assert lines(transactions(book.postings, "2027-09-01", "2027-09-10", before)) == [
        ("2027-09-03", "TPS1", 100, 20, 1)
    ]
    assert transactions(book.postings, "2027-09-01", "2027-09-10").lines[0].rates[0].seqs == (11, 12)
