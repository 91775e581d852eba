"""The desk over a real store: rows equal what the service knows, purged and erased entries are told as such."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.compose import compose
from api.projecting import engine_of
from api.reports import StoreDesk, desk_of, explain
from api.settings import Settings
from ledger.domain.commands.parties import RegisterCustomer
from ledger.domain.events.common import Address, Party
from ledger.domain.streams.invoice import INVOICE
from ledger.shell.service import Service
from ledger.shell.store import LedgerRow
from projections.engine.engine import Engine
from projections.reports.asking import Unfit, complete
from projections.reports.contract import Asked, Report
from projections.reports.registry import BY_NAME, REPORTS
from tests.archive.samples import Sample, sample
from tests.cli.running import PASSPHRASE, told
from tests.projections.reports.test_explain import cells, unexplained
from tests.retention.scene import another_medium, archived, purged, sell_november_then
from tests.shell.business import answered, invoice, payment

DECEMBER = Path(__file__).resolve().parents[4] / "shared" / "data" / "online-retail-2010-12.csv.gz"


def asked_of(report: Report, **given: str) -> Asked:
    asked = complete(report, given)
    assert not isinstance(asked, Unfit), asked
    return asked


def engine_over(it: Sample) -> Engine:
    return engine_of(it.service, Settings(store="memory:", projections="memory:"))


def row_of(it: Sample) -> LedgerRow:
    return it.service.find(it.ledger)


# --- a real shop's December


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Engine]]:
    folder = tmp_path_factory.mktemp("december")
    told(folder, "replay", str(DECEMBER), "--ledger", "shop")
    settings = Settings(store=f"sqlite:///{folder}/var/sceau.db", passphrase=PASSPHRASE.encode())
    with compose(settings) as service:
        engine = engine_of(service, settings)
        yield service, engine
        engine.close()


@pytest.mark.long
@pytest.mark.skipif(not DECEMBER.exists(), reason="the shop's month is not beside the project")
def test_every_invoice_of_a_real_december_stands_as_the_service_says(shop: tuple[Service, Engine]) -> None:
    service, engine = shop
    row, report = service.find("shop"), BY_NAME["documents"]
    with desk_of(service, engine, row, report) as desk:
        table = report.make(desk, asked_of(report, kind="invoice"))
        assert len(table.rows) == 1_557
        for one in table.rows:
            state = service.state(row.ledger, INVOICE, one["key"].partition(":")[2])
            assert state is not None
            assert (one["state"], one["open_cents"], one.get("paid_cents", 0), one["gross_cents"]) == (
                state.state,
                state.open_cents,
                state.paid_cents,
                state.gross_cents,
            )
        owed = BY_NAME["receivables"].make(desk, asked_of(BY_NAME["receivables"]))
        assert owed.totals["open_cents"] == table.totals["open_cents"]


@pytest.mark.long
@pytest.mark.skipif(not DECEMBER.exists(), reason="the shop's month is not beside the project")
@pytest.mark.parametrize("name", ["receivables", "next", "deposits", "integrity"])
def test_figures_of_a_real_december_lead_to_their_entries(shop: tuple[Service, Engine], name: str) -> None:
    service, engine = shop
    report = BY_NAME[name]
    with desk_of(service, engine, service.find("shop"), report) as desk:
        table = report.make(desk, asked_of(report))
        for row, column, value in list(cells(table))[:200]:
            seqs = list(report.explain(desk, asked_of(report), row["key"], column))
            assert seqs, (name, row["key"], column, value)
            shares = report.shares(desk, asked_of(report), row["key"], column) if report.shares else None
            assert shares is None or sum(shares.values()) == value


@pytest.mark.long
@pytest.mark.skipif(not DECEMBER.exists(), reason="the shop's month is not beside the project")
def test_rows_of_a_real_december_made_anew_are_the_same(shop: tuple[Service, Engine]) -> None:
    service, engine = shop
    row, report = service.find("shop"), BY_NAME["customers"]
    with desk_of(service, engine, row, report) as desk:
        before = report.make(desk, asked_of(report))
    assert engine.rebuild(row.ledger, ["customers"]).level
    with desk_of(service, engine, row, report) as desk:
        assert report.make(desk, asked_of(report)) == before


# --- a ledger with a past


def sell_to(it: Sample, name: str) -> tuple[str, dict[str, Any]]:
    party = Party(name=name, address=Address(lines=("8 quai du Lierre",), postcode="35000", city="Rennes"))
    customer = str(it.play(RegisterCustomer(kind="consumer", party=party))["customer"])
    return customer, it.play(invoice(customer=customer, client=None))


def test_a_customer_is_named_by_their_latest_name_and_not_at_all_when_not_asked_for(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        customer, _ = sell_to(it, "Lou Sorbier")
        report = BY_NAME["receivables"]
        engine = engine_over(it)
        with desk_of(it.service, engine, row_of(it), report) as desk:
            assert desk.name_of(customer) == "Lou Sorbier"
            assert desk.name_of("aaaaaaaa-0000-4000-8000-00000000dead") is None
            assert report.make(desk, asked_of(report)).rows[0]["name"] == "Lou Sorbier"
        with desk_of(it.service, engine, row_of(it), report, names=False) as desk:
            assert "name" not in report.make(desk, asked_of(report)).rows[0]


def test_many_names_are_those_that_are_read_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sample(tmp_path) as it:
        customers = [sell_to(it, f"Personne {rank}")[0] for rank in range(4)]
        engine, report = engine_over(it), BY_NAME["customers"]
        with desk_of(it.service, engine, row_of(it), report) as desk:
            one_by_one = [desk.name_of(each) for each in customers]
        monkeypatch.setattr("api.reports._ONE_BY_ONE", 1)
        with desk_of(it.service, engine, row_of(it), report) as desk:
            assert [desk.name_of(each) for each in customers] == one_by_one
            assert desk.name_of("aaaaaaaa-0000-4000-8000-00000000dead") is None


def test_a_figure_names_purged_entries_without_their_shares(tmp_path: Path) -> None:
    with another_medium() as medium, archived(tmp_path, medium) as (it, copy):
        engine, report = engine_over(it), BY_NAME["documents"]
        with desk_of(it.service, engine, row_of(it), report) as desk:
            before = report.make(desk, asked_of(report, kind="invoice"))
        purged(it, copy)
        with desk_of(it.service, engine, row_of(it), report) as desk:
            after = report.make(desk, asked_of(report, kind="invoice"))
            assert after.rows == before.rows
            paid = next(row for row in after.rows if not desk.trail(row["key"])[0].body)
            told_ = explain(desk, report, asked_of(report, kind="invoice"), paid["key"], "gross_cents")
            assert told_ is not None
            assert told_.adds_up is None
            assert [one.type for one in told_.entries] == ["invoice.issued/1"]
            assert told_.entries[0].share is None
        assert engine.rebuild(it.ledger).stopped == {}
        for each in REPORTS:
            given = {"customer": "aaaaaaaa-0000-4000-8000-00000000dead"} if _needs(each) else {}
            with desk_of(it.service, engine, row_of(it), each) as desk:
                table = each.make(desk, asked_of(each, **given))
                assert any("purg" in note.en for note in table.notes) or each.name not in _LESS


_LESS = ("documents", "deposits", "receivables", "customers", "statement", "next")
"""Made again from what is left, these say less, and say so; what integrity rests on is never purged."""


def _needs(report: Report) -> bool:
    return any(each.required for each in report.parameters)


def test_the_day_is_that_of_the_ledger_and_of_the_entry_looked_back_at(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        it.day(2026, 11, 24)
        _, made = sell_to(it, "Lou Sorbier")
        then = it.store.head(it.ledger)
        assert then is not None
        it.day(2026, 12, 20)
        answered(it.service.execute(it.ledger, payment(str(made["invoice"]))))
        engine, report = engine_over(it), BY_NAME["receivables"]
        with desk_of(it.service, engine, row_of(it), report) as desk:
            assert desk.today == date(2026, 12, 20)
            assert report.make(desk, asked_of(report)).rows == ()
        with desk_of(it.service, engine, row_of(it), report, upto=then.seq) as desk:
            assert (desk.today, desk.position) == (date(2026, 11, 24), then.seq)
            assert len(report.make(desk, asked_of(report)).rows) == 1


def test_reports_of_a_ledger_that_only_was_opened_are_empty_and_whole(tmp_path: Path) -> None:
    with sample(tmp_path) as it:
        engine = engine_over(it)
        for report in REPORTS:
            given = {"customer": "aaaaaaaa-0000-4000-8000-00000000dead"} if _needs(report) else {}
            with desk_of(it.service, engine, row_of(it), report) as desk:
                assert isinstance(desk, StoreDesk)
                assert unexplained(report, desk, asked_of(report, **given)) == [], report.name


@pytest.mark.parametrize("kept", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_reports_are_the_same_wherever_rows_are_kept(tmp_path: Path, kept: str, request: pytest.FixtureRequest) -> None:
    """Bounds and orders of keys are by code point, in memory, in SQLite and in PostgreSQL."""
    url = request.getfixturevalue("postgres_url") if kept == "postgres" else f"sqlite:///{tmp_path}/rows.db"
    with sample(tmp_path) as it:
        it.day(2026, 11, 24)
        customers = [sell_to(it, f"Personne {rank}") for rank in range(3)]
        sell_november_then(it)
        answered(it.service.execute(it.ledger, payment(str(customers[0][1]["invoice"]), 10_000)))
        memory = engine_over(it)
        there = engine_of(it.service, Settings(store="memory:", projections=url))
        try:
            for report in REPORTS:
                asked = asked_of(report, **({"customer": customers[0][0]} if _needs(report) else {}))
                with (
                    desk_of(it.service, memory, row_of(it), report) as one,
                    desk_of(it.service, there, row_of(it), report) as other,
                ):
                    wanted, found = report.make(one, asked), report.make(other, asked)
                    assert [dict(row) for row in found.rows] == [dict(row) for row in wanted.rows], report.name
                    assert (found.totals, found.as_of_seq) == (wanted.totals, wanted.as_of_seq)
        finally:
            there.close()
