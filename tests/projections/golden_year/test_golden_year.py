"""Thirty sales worked by hand, played through the real service: every line, return and closure agrees with the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ledger.domain.types import VatRegime
from ledger.shell.closing import closures
from projections.book.posting import Posting
from projections.book.projection import BOOK
from projections.book.reading import postings_recorded
from projections.engine.contract import Entry
from projections.ereporting.payments import moves_of, payments
from projections.ereporting.transactions import transactions
from projections.vat.boxes import euros_of
from projections.vat.periods import Period, period_named
from projections.vat.reconcile import Closure, Reconciliation
from projections.vat.returns import VatReturn, vat_return
from tests.projections.golden_year.page import Line, Place, balances, cents, page
from tests.projections.golden_year.plays import DEBITS, FRANCHISE, MAIN, Year, play
from tests.projections.kit import entries_of, view_of
from tests.projections.vat.years import documents_of, tied

EVERY = {**MAIN, **DEBITS, **FRANCHISE}
MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]


@dataclass(frozen=True)
class Played:
    """A ledger whose sales are all played: its book, its closures, and who wrote which entry."""

    year: Year
    book: tuple[Posting, ...]
    closed: tuple[Closure, ...]
    entries: tuple[Entry, ...]
    regime: VatRegime

    def of(self, sale: int) -> tuple[Line, ...]:
        return tuple(line_of(each) for each in self.book if self.year.sale_of.get(each.seq) == sale)

    def returned(self, period: Period) -> VatReturn:
        return vat_return(
            self.book, period, regime=self.regime, currency="EUR", upto_seq=self.head, declared_on=period.to_on
        )

    def tied(self, period: Period) -> Reconciliation:
        return tied(self.book, self.closed, period, self.entries, documents=documents_of(self.entries))

    @property
    def head(self) -> int:
        return len(self.entries)


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Played]]:
    """The three ledgers, by the number of each of their sales."""
    made: dict[int, Played] = {}
    years = []
    for sales, members in ((MAIN, {}), (DEBITS, {"debits_option": True}), (FRANCHISE, {"vat_regime": "franchise"})):
        year = play(tmp_path_factory.mktemp("keys"), sales, **members)
        years.append(year)
        store, ledger = year.service.store, year.service.find(year.ledger).ledger
        entries = tuple(entries_of(store, ledger))
        view = view_of(BOOK, entries)
        closed = tuple(Closure(each.seq, each.event) for each in closures(store, ledger, 0))
        regime: VatRegime = "franchise" if "vat_regime" in members else "normal_monthly"
        played = Played(year, tuple(postings_recorded(view)), closed, entries, regime)
        made |= dict.fromkeys(sales, played)
    yield made
    for year in years:
        year.service.close()


def line_of(each: Posting) -> Line:
    """A posting as a line of the page."""
    of: str = each.means or ""
    if each.category is not None and each.rate_bp is not None:
        rate = f"{each.rate_bp / 100:g} %" if each.category == "S" else each.category
        of = f"{each.nature} {rate}"
    return Line(Place(each.day, each.on, each.account, of), each.base_cents, each.amount_cents)


def month(text: str) -> Period:
    found = period_named(text)
    assert found is not None
    return found


# ---- the page itself


def test_the_page_has_thirty_sales_and_each_day_of_each_balances() -> None:
    assert sorted(page().sales) == list(range(1, 31))
    for number, lines in page().sales.items():
        days: dict[tuple[str, str], int] = defaultdict(int)
        for line in lines:
            days[line.place.day, line.place.on] += line.amount_cents
        assert not any(days.values()), f"sale {number} does not balance"


def test_the_returns_worked_by_hand_are_the_sums_of_the_sales_worked_by_hand() -> None:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for number in MAIN:
        for line in page().sales[number]:
            if line.place.account == "vat_collected":
                pair = sums[line.place.on[:7], line.place.of]
                pair[0] -= line.base_cents
                pair[1] -= line.amount_cents
    assert {key: tuple(pair) for key, pair in sums.items() if any(pair)} == hand_returns()


def test_the_closures_worked_by_hand_are_the_sums_of_the_sales_worked_by_hand() -> None:
    nets: dict[str, int] = defaultdict(int)
    for number in MAIN:
        for line in page().sales[number]:
            if line.place.account == "sales":
                nets[line.place.day[:7]] -= line.amount_cents
    said = {row["month"]: cents(row["net"]) for row in page().tables["Closures"][0]}
    assert {one: nets[one] for one in said} == said
    for row in page().tables["Closures"][0]:
        assert cents(row["net"]) + cents(row["VAT"]) == cents(row["gross"])


def hand_returns() -> dict[tuple[str, str], tuple[int, int]]:
    (rows,) = page().tables["VAT returns"]
    return {(row["month"], row["of"]): (cents(row["base"]), cents(row["VAT"])) for row in rows}


# ---- the page and the program


@pytest.mark.parametrize("sale", sorted(EVERY))
def test_a_sale_is_booked_as_worked_by_hand(ledgers: dict[int, Played], sale: int) -> None:
    assert balances(ledgers[sale].of(sale)) == balances(page().sales[sale])


@pytest.mark.parametrize("name", MONTHS)
def test_a_month_is_returned_as_worked_by_hand(ledgers: dict[int, Played], name: str) -> None:
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for one in ledgers[1].returned(month(name)).figures:
        rate = f"{one.key.rate_bp / 100:g} %" if one.key.category == "S" else one.key.category
        base, vat = sums.get((name, f"{one.key.nature} {rate}"), (0, 0))
        sums[name, f"{one.key.nature} {rate}"] = (base + one.base_cents, vat + one.vat_cents)
    found = {key: pair for key, pair in sums.items() if any(pair)}
    assert found == {key: pair for key, pair in hand_returns().items() if key[0] == name}


@pytest.mark.parametrize("name", ["2026-01", "2026-04", "2026-08"])
def test_a_form_is_filled_as_worked_by_hand(ledgers: dict[int, Played], name: str) -> None:
    (rows,) = page().tables["Three forms"]
    said = {row["box"]: (euros(row["base"]), euros(row["VAT"])) for row in rows if row["month"] == name}
    boxes = ledgers[1].returned(month(name)).boxes
    assert {one.box.number: (one.base_euros, one.vat_euros) for one in boxes} == said
    for one in boxes:
        if one.box.number not in ("A1", "16"):
            assert one.base_cents is None or euros_of(one.base_cents) == one.base_euros


def euros(text: str) -> int | None:
    return int(text.replace(" ", "")) if text else None


def test_the_closures_say_what_was_worked_by_hand(ledgers: dict[int, Played]) -> None:
    turnover, money, deposits = page().tables["Closures"]
    months = {each.closed.from_on[:7]: each.closed for each in ledgers[1].closed if each.closed.period == "month"}
    assert sorted(months) == MONTHS
    for row in turnover:
        closed = months[row["month"]]
        assert (closed.invoices, closed.credit_notes) == (int(row["invoices"]), int(row["credit notes"]))
        said = tuple(cents(row[name]) for name in ("net", "VAT", "gross"))
        assert (closed.net_cents, closed.vat_cents, closed.gross_cents) == said
    paid = {
        (name, each.means): (
            each.received_cents, each.refunded_cents, each.reversed_cents,
            each.moved_in_cents - each.moved_out_cents,
        )
        for name, closed in months.items()
        for each in closed.means
    }  # fmt: skip
    columns = ("received", "refunded", "reversed", "moved")
    assert paid == {(row["month"], row["means"]): tuple(cents(row[name]) for name in columns) for row in money}
    held = {}
    for name, closed in months.items():
        counters = closed.advances
        assert counters.released_cents + counters.reversed_cents + counters.moved_cents == 0
        sums = (
            counters.received_cents, counters.applied_cents, counters.refunded_cents, counters.forfeited_cents
        )  # fmt: skip
        if any(sums):
            held[name] = sums
    columns = ("received", "applied", "refunded", "kept")
    assert held == {row["month"]: tuple(cents(row[name]) for name in columns) for row in deposits}


def test_the_year_adds_up_as_worked_by_hand(ledgers: dict[int, Played]) -> None:
    year = next(each.closed for each in ledgers[1].closed if each.closed.period == "year")
    assert (year.net_cents, year.vat_cents, year.gross_cents) == (1_440_123, 194_177, 1_634_300)
    whole = ledgers[1].returned(month("2026"))
    assert whole.vat_cents == 194_177
    assert whole.base_cents == 1_440_123  # every sale has come to its end


def test_the_transactions_reported_are_those_worked_by_hand(ledgers: dict[int, Played]) -> None:
    rows, _ = page().tables["E-reporting"]
    said = {
        (row["day"], row["category"], row["rate"]): (cents(row["base"]), cents(row["VAT"])) for row in rows
    }  # fmt: skip
    found = {
        (line.on, line.category, f"{rate.rate_bp / 100:g} %"): (rate.base_cents, rate.vat_cents)
        for line in transactions(ledgers[1].book, "2026-01-01", "2026-12-31").lines
        for rate in line.rates
    }
    assert found == said


def test_the_payments_reported_are_those_worked_by_hand(ledgers: dict[int, Played]) -> None:
    _, rows = page().tables["E-reporting"]
    said = {(row["day"], row["rate"]): cents(row["paid"]) for row in rows}
    made = payments(moves_of(ledgers[1].book, lambda _: False))
    assert {(line.on, f"{line.rate_bp / 100:g} %"): line.cents for line in made.lines if line.cents} == said
    assert made.unplaced == ()


@pytest.mark.parametrize("sale", [1, 29, 30])
def test_every_bridge_of_the_year_and_of_its_months_holds(ledgers: dict[int, Played], sale: int) -> None:
    for name in (*MONTHS, "2026-Q1", "2026-Q3", "2026"):
        made = ledgers[sale].tied(month(name))
        assert made.bridges
        assert not [each for each in made.bridges if not each.holds], name
