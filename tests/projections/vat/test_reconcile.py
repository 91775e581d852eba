"""Everything reconciles, whatever is sold; and a book that was tampered with does not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from ledger.domain.commands.common import InstalmentInput, LineInput
from ledger.domain.commands.payments import RecordPayout, RecordPayoutReturn
from ledger.domain.events.invoices import InvoiceIssued
from ledger.domain.events.periods import PeriodClosed
from ledger.domain.types import Nature
from projections.accounts.years import Year, Years
from projections.book.posting import Posting
from projections.book.projection import BOOK
from projections.book.reading import postings_recorded
from projections.engine.contract import Entry
from projections.vat.periods import days_between
from projections.vat.reconcile import Closure
from projections.vat.ties import journals_tie
from tests.documents.sales import CASES
from tests.domain.world import CONSUMER
from tests.projections.accounts.books import Book
from tests.projections.playing import SALES, Folded, entries_of, played
from tests.projections.vat.years import AnyYear, documents_of, hold, payouts_of, play, tied

NATURES: tuple[Nature, ...] = ("goods", "services")
EVER = days_between("2000-01-01", "2099-12-31")


def test_every_bridge_of_random_years_holds() -> None:
    play(examples=60, steps=40)


def test_an_exempt_deposit_for_services_deducted_from_goods_is_money_and_no_debit() -> None:
    """Found by a random year: at rate 0 only the option tells an invoice on debits from too much paid of a nature."""
    year = AnyYear()
    year.open_shop(regime="franchise", debits=False, discount=None)
    goods, services = (
        LineInput(label="Escalier", quantity="1", unit_price="21", rate_bp=2000, nature=nature) for nature in NATURES
    )
    year.sign_a_quote(
        basis="net", channel="premises", customer=CONSUMER, discount=None, early=False, of=(goods, services),
        options=0, schedule=(InstalmentInput(kind=None, share_bp=1000, trigger="signature"),), special=False,
    )  # fmt: skip
    year.invoice_progress(shares=[0, 10_000, 0, 0, 0, 0], which=0)
    year.pay(cents=1, exact=False, more=0, which=0)
    year.invoice_the_rest(which=0, whole=False)
    assert [each.event.kind for each in year.sale.log if isinstance(each.event, InvoiceIssued)] == ["progress", "final"]
    year.teardown()


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_bridge_of_long_random_years_holds() -> None:
    play(examples=600, steps=90)


@cache
def books(name: str) -> tuple[tuple[Posting, ...], tuple[Closure, ...], tuple[Entry, ...]]:
    sale = played(name)
    entries = entries_of(sale)
    closed = tuple(
        Closure(one.seq, one.event) for one in sale.entries if isinstance(one.event, PeriodClosed)
    )  # fmt: skip
    return tuple(postings_recorded(Folded(BOOK, entries))), closed, tuple(entries)


@pytest.mark.parametrize("name", SALES)
def test_every_bridge_of_every_played_sale_holds(name: str) -> None:
    book, closed, entries = books(name)
    upto = closed[0].closed.last_seq if closed else len(entries)
    hold(book, closed, entries, upto)


def test_the_journals_tie_follows_the_book_into_every_financial_year_whatever_the_day_of_asking() -> None:
    book = Book()
    for year in (2024, 2025, 2026, 2027):
        book.entry().move("payment", f"{year}-05-04", ("bank", 100, {"means": "card"}), ("client", -100))
    years = Years((Year("2024-01-01", "2024-12-31", 2), Year("2025-01-01", "2025-12-31", 3)), "01-01")
    journals = replace(book.journals(years), upto_day="2024-05-04")
    for first, last, cents in (("2024-01-01", "2027-12-31", 400), ("2025-02-01", "2027-05-04", 300)):
        bridges = list(journals_tie(journals)(lambda: book.postings, days_between(first, last), book.seq))
        assert {each.key: each.end.cents for each in bridges} == {("411000",): (-cents,), ("512000",): (cents,)}
        assert all(each.holds for each in bridges)
    assert list(journals_tie(journals)(lambda: book.postings, days_between("9999-01-01", "9999-12-31"), book.seq)) == []


def alterations(posting: Posting) -> list[Posting | None]:
    """What somebody could make of a posting: None is leaving it out."""
    found: list[Posting | None] = [
        None,
        replace(posting, amount_cents=posting.amount_cents + 1),
        replace(posting, amount_cents=-posting.amount_cents) if posting.amount_cents else None,
        replace(posting, day="2026-12-30"),
        replace(posting, on="2019-01-01"),
        replace(posting, currency="USD"),
        replace(posting, cause="rounding"),  # type: ignore[arg-type] # no cause: as a wrong hand would write it
        replace(posting, account="rounding"),
        replace(posting, account="vat_waiting" if posting.account != "vat_waiting" else "vat_collected"),
    ]
    if posting.category is not None:
        found += [
            replace(posting, base_cents=posting.base_cents + 1),
            replace(posting, rate_bp=850),
            replace(posting, category="E" if posting.category != "E" else "S"),
            replace(posting, nature="goods" if posting.nature == "services" else "services"),
        ]
    return found


@pytest.mark.parametrize("name", SALES[::5])
def test_no_posting_can_be_left_out_or_altered_unseen(name: str) -> None:
    book, closed, entries = books(name)
    assert tied(book, closed, EVER, entries).holds
    for place, posting in enumerate(book):
        for altered in alterations(posting):
            kept: Any = (altered,) if altered is not None else ()
            made = tied((*book[:place], *kept, *book[place + 1 :]), closed, EVER, entries, with_ties=False)
            assert not made.holds, (posting, altered)


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_no_payout_can_be_left_out_or_altered_unseen(currency: str) -> None:
    sale, *_ = CASES["invoice_b2c"]()
    for reference, gross, fee in (("po_1", 1_200, 20), ("po_2", 900, 0), ("po_3", -700, 15), ("po_4", 30, 90)):
        sale.play(
            RecordPayout(
                provider="stripe", provider_reference=reference, gross_cents=gross, fee_cents=fee, currency=currency
            )
        )  # fmt: skip
    for reference in ("po_1", "po_3"):
        sale.play(RecordPayoutReturn(provider="stripe", provider_reference=reference))
    entries = entries_of(sale)
    book = tuple(postings_recorded(Folded(BOOK, entries)))
    payouts: dict[str, Any] = {"documents": documents_of(entries), "payouts": payouts_of(entries)}
    whole = tied(book, (), EVER, entries, **payouts)
    (told,) = [each for each in whole.bridges if each.name == "payouts"]
    assert whole.holds
    assert (told.key, told.start.cents, told.end.cents) == ((currency,), (1_430, 125, 465), (1_430, 125, 465))
    of_payouts = {each.seq for each in book if each.cause == "payout"}
    assert len(of_payouts) == 6
    for seq in of_payouts:
        rest = tuple(each for each in book if each.seq != seq)
        assert not tied(rest, (), EVER, entries, with_ties=False, **payouts).holds, seq
        turned = tuple(replace(each, amount_cents=-each.amount_cents) if each.seq == seq else each for each in book)
        assert not tied(turned, (), EVER, entries, with_ties=False, **payouts).holds, seq
    twice = (*book, *(each for each in book if each.seq == max(of_payouts)))
    assert not tied(twice, (), EVER, entries, with_ties=False, **payouts).holds


@pytest.mark.parametrize("name", SALES[::2])
def test_no_act_can_be_left_out_whole(name: str) -> None:
    book, closed, entries = books(name)
    documents = documents_of(entries)
    assert tied(book, closed, EVER, entries, with_ties=False, documents=documents).holds
    for seq in {each.seq for each in book if each.cause != "delivery"}:
        rest = tuple(each for each in book if each.seq != seq)
        assert not tied(rest, closed, EVER, entries, with_ties=False, documents=documents).holds, seq
