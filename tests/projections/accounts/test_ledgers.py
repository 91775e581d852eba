"""Journals of real ledgers: every played sale, the reports over it, and a real shop's December."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from projections.accounts.check import check_fec
from projections.accounts.fec import fec_bytes
from projections.accounts.journals import JournalEntry, Journals
from projections.accounts.lettering import Method
from projections.accounts.reports import BALANCE, JOURNAL
from projections.accounts.years import years_of
from projections.book.posting import Posting
from projections.book.reading import postings_recorded
from projections.reports.asking import complete
from projections.reports.contract import Asked
from projections.reports.registry import REPORTS
from tests.cli.running import sceau, told
from tests.projections.accounts.books import CHART, YEAR
from tests.projections.playing import SALES, SaleDesk, played

NAME = "123456782FEC20261231.txt"
DECEMBER = Path(__file__).resolve().parents[4] / "shared" / "data" / "online-retail-2010-12.csv.gz"


def journals(desk: SaleDesk, method: Method = "ttc", upto_seq: int | None = None) -> Journals:
    """The journals of a played sale."""
    view = desk.view("book")

    def postings(first: int, last: int) -> Iterable[Posting]:
        return postings_recorded(view, first_seq=first, last_seq=last)

    opening = desk.entries[0]
    years = years_of(opening.body["year_start"], opening.day, desk.trail("period:self"))
    return Journals(
        postings, CHART, years, "EUR", upto_seq or view.position, desk.today.isoformat(), method, desk.name_of
    )


def entries(desk: SaleDesk, method: Method = "ttc") -> list[JournalEntry]:
    """Every entry, whatever year it is of."""
    return list(journals(desk, method).between("2000-01-01", "2199-12-31"))


def asked(report: str, **given: str) -> Asked:
    """What is asked of a report, completed."""
    made = complete(
        next(one for one in REPORTS if one.name == report), {"from": "2000-01-01", "to": "2199-12-31", **given}
    )
    assert isinstance(made, dict)
    return made


@pytest.mark.parametrize("name", SALES)
def test_the_fec_of_every_played_sale_passes_the_check(name: str) -> None:
    desk = SaleDesk(played(name))
    for method in ("ttc", "ht"):
        found = journals(desk, method)
        for year in found.years.known(desk.today.isoformat()):
            checked = check_fec(b"".join(fec_bytes(found.of_year(year))), NAME)
            assert checked.codes <= {"empty"}
            assert checked.debit == checked.credit


@pytest.mark.parametrize("name", SALES)
def test_both_methods_differ_by_the_vat_on_advances_alone(name: str) -> None:
    desk = SaleDesk(played(name))
    sums: list[dict[str, int]] = []
    for method in ("ttc", "ht"):
        found: dict[str, int] = {}
        for entry in entries(desk, method):
            for line in entry.lines:
                found[line.number] = found.get(line.number, 0) + line.debit_cents - line.credit_cents
        sums.append(found)
    with_vat, without = sums
    assert "445875" not in without
    folded = with_vat.pop("445875", 0)
    assert without.get("419100", 0) == with_vat.get("419100", 0) + folded
    assert {number: cents for number, cents in with_vat.items() if number != "419100" and cents} == {
        number: cents for number, cents in without.items() if number != "419100" and cents
    }


@pytest.mark.parametrize("name", SALES)
def test_letters_of_one_account_always_come_to_zero(name: str) -> None:
    sums: dict[tuple[str, str], int] = {}
    for entry in entries(SaleDesk(played(name))):
        for line in entry.lines:
            if line.letters:
                key = (line.letters, line.number)
                sums[key] = sums.get(key, 0) + line.debit_cents - line.credit_cents
    assert not any(sums.values())


@pytest.mark.parametrize("name", SALES[::5])
def test_a_sale_written_as_of_an_earlier_entry_is_what_was_written_then(name: str) -> None:
    desk = SaleDesk(played(name))
    for upto in (len(desk.entries) // 2, len(desk.entries) - 1):
        then = SaleDesk(played(name))
        then.entries = then.entries[:upto]
        year = journals(desk).years.first
        now_bytes = b"".join(fec_bytes(journals(desk, upto_seq=upto).of_year(year)))
        assert now_bytes == b"".join(fec_bytes(journals(then).of_year(year)))


@pytest.mark.parametrize("name", SALES[::7])
def test_the_reports_agree_with_the_journals_and_lead_back_to_entries(name: str) -> None:
    desk = SaleDesk(played(name))
    lines = JOURNAL.make(desk, asked("journal"))
    assert len(lines.rows) == sum(len(entry.lines) for entry in entries(desk))
    assert lines.totals["debit_cents"] == lines.totals["credit_cents"]
    balance = BALANCE.make(desk, asked("balance"))
    assert balance.totals["debit_cents"] == lines.totals["debit_cents"]
    assert balance.totals["debit_balance_cents"] == balance.totals["credit_balance_cents"]
    assert BALANCE.shares is not None
    for row in balance.rows:
        for column in ("debit_cents", "credit_cents", "debit_balance_cents", "credit_balance_cents"):
            shares = BALANCE.shares(desk, asked("balance"), row["key"], column)
            assert shares is not None
            assert sum(shares.values()) == row[column]
            assert list(BALANCE.explain(desk, asked("balance"), row["key"], column)) == sorted(shares)
    for row in lines.rows:
        assert list(JOURNAL.explain(desk, asked("journal"), row["key"], "debit_cents")) == [row["seq"]]
    assert not list(JOURNAL.explain(desk, asked("journal"), "none", "debit_cents"))


def test_the_journal_may_be_asked_for_one_account_and_for_the_open_year() -> None:
    desk = SaleDesk(played(SALES[0]))
    only = JOURNAL.make(desk, asked("journal", account="411"))
    assert {row["account"] for row in only.rows} <= {"411000"}
    open_year = complete(JOURNAL, {})
    assert isinstance(open_year, dict)
    rows = JOURNAL.make(desk, open_year).rows
    assert all(YEAR.has(row["valid_on"]) for row in rows)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop's December, replayed."""
    home = tmp_path_factory.mktemp("december")
    told(home, "replay", str(DECEMBER), "--ledger", "shop")
    return home


@pytest.mark.skipif(not DECEMBER.exists(), reason="the shop's month is not beside the project")
@pytest.mark.long
def test_the_fec_of_a_real_december_passes_the_check_and_comes_out_the_same(shop: Path) -> None:
    first = told(shop, "fec", "--ledger", "shop", "--year", "2010")
    path = Path(first["files"][0])
    data = path.read_bytes()
    checked = told(shop, "fec", "check", path.name)
    assert (checked[0]["conforms"], checked[0]["findings"]) == (True, [])
    assert (checked[0]["lines"], checked[0]["entries"]) == (first["lines"], first["entries"])
    again = told(shop, "fec", "--ledger", "shop", "--year", "2010", "--upto-seq", str(first["upto_seq"]), "--replace")
    assert path.read_bytes() == data
    assert (again["digest"], again["recorded"]) == (first["digest"], first["recorded"]), "one file is recorded once"
    assert sceau(shop, "verify", "--ledger", "shop").returncode == 0, "an export is an entry like any other"
