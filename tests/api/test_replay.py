"""The replay: every line of a file ends in one place, and the places add up."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.events.periods import PeriodClosed
from ledger.shell.closing import closures
from ledger.shell.stores.open import open_store
from tests.cli.running import sceau, told

HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
DECEMBER = Path(__file__).resolve().parents[3] / "shared" / "data" / "online-retail-2010-12.csv.gz"


def replayed(folder: Path, *rows: str, words: tuple[str, ...] = ()) -> dict[str, Any]:
    (folder / "file.csv").write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    report = told(folder, "replay", "file.csv", "--ledger", "shop", *words)
    assert isinstance(report, dict)
    return report


def reasons(report: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {code: (one["lines"], one["cents"]) for code, one in report["refused"].items()}


SALE = "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"
SALE_2 = "536365,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850.0,United Kingdom"


def closed(url: str) -> list[PeriodClosed]:
    store = open_store(url)
    try:
        return [each.event for each in closures(store, store.ledgers()[0].ledger)]
    finally:
        store.close()


def covered(url: str) -> bool:
    """Whether one kept checkpoint covers every closure, and an entry tells of it."""
    store = open_store(url)
    try:
        ledger = store.ledgers()[0].ledger
        (row,) = store.checkpoints(ledger)
        last = max(each.seq for each in closures(store, ledger))
        return [line.type for line in store.lines(ledger, row.size)] == ["checkpoint.made/1"] and last <= row.size
    finally:
        store.close()


def test_the_days_and_the_month_of_a_file_close_by_its_clock(tmp_path: Path) -> None:
    rows = (SALE, SALE.replace("536365", "536400").replace("12-01", "12-03"))
    assert replayed(tmp_path, *rows)["closures"] == {"day": 2, "month": 1, "year": 1}
    found = closed(f"sqlite:///{tmp_path}/var/sceau.db")
    assert [(each.period, each.to_on, each.gross_cents) for each in found] == [
        ("day", "2010-12-01", 1530), ("day", "2010-12-03", 1530), ("month", "2010-12-31", 3060),
        ("year", "2010-12-31", 3060),
    ]  # fmt: skip
    assert covered(f"sqlite:///{tmp_path}/var/sceau.db")
    assert replayed(tmp_path, *rows)["closures"] == {}


def test_the_periods_of_a_declared_end_close_up_to_its_day(tmp_path: Path) -> None:
    report = replayed(tmp_path, SALE, words=("--clock-end", "2011-12-31"))
    assert report["closures"] == {"day": 1, "month": 13, "year": 2}


def test_a_document_becomes_one_paid_invoice_of_the_file_s_total(tmp_path: Path) -> None:
    report = replayed(tmp_path, SALE, SALE_2)
    assert report["invoiced"] == {"documents": 1, "lines": 2, "cents": 2208, "ledger_cents": 2208}
    assert (report["payments"], report["customers"]) == (1, 1)
    verdict = told(tmp_path, "verify", "--ledger", "shop")
    assert (verdict["ok"], verdict["kind"]) == (True, "training")


def test_a_cancellation_credits_each_original_once_newest_first_and_refunds(tmp_path: Path) -> None:
    later = SALE.replace("536365", "536400").replace("08:26", "09:26")
    report = replayed(tmp_path, SALE, later, "C536500,85123A,HEART,-8,2010-12-02 10:00:00,2.55,17850.0,United Kingdom")
    assert (report["credited"]["documents"], report["credited"]["cents"], report["refunds"]) == (2, -2040, 2)
    assert reasons(report) == {}


def test_a_cancelled_quantity_without_original_is_refused_and_counted_to_the_cent(tmp_path: Path) -> None:
    report = replayed(tmp_path, SALE, "C536500,85123A,HEART,-8,2010-12-02 10:00:00,2.55,17850.0,United Kingdom")
    assert report["credited"]["cents"] == -1530
    assert reasons(report) == {"NO_ORIGINAL": (1, -510)}
    assert report["lines_split"] == 1


def test_a_cancellation_at_another_price_credits_the_amount(tmp_path: Path) -> None:
    report = replayed(tmp_path, SALE, "C536500,85123A,HEART,-2,2010-12-02 10:00:00,2.10,17850.0,United Kingdom")
    assert report["credited"] == {"documents": 1, "lines": 1, "cents": -420, "ledger_cents": -420}


def test_another_customer_s_purchase_is_not_credited(tmp_path: Path) -> None:
    report = replayed(tmp_path, SALE, "C536500,85123A,HEART,-1,2010-12-02 10:00:00,2.55,99999.0,United Kingdom")
    assert reasons(report) == {"NO_ORIGINAL": (1, -255)}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("536366,85123A,HEART,6,2010-12-01 09:00:00,0.0,17850.0,United Kingdom", "PRICE_ZERO"),
        ("536366,85123A,damaged,-6,2010-12-01 09:00:00,0.0,,United Kingdom", "STOCK_CORRECTION"),
        ("536366,85123A,HEART,-6,2010-12-01 09:00:00,1.0,,United Kingdom", "STOCK_CORRECTION"),
        ("A536366,B,Adjust bad debt,1,2010-12-01 09:00:00,11062.06,,United Kingdom", "NOT_A_SALE"),
        ("536366,AMAZONFEE,AMAZON FEE,1,2010-12-01 09:00:00,13541.33,,United Kingdom", "NOT_A_SALE"),
        ("536366,85123A,HEART,1,2010-12-01 09:00:00,-5.0,,United Kingdom", "PRICE_NEGATIVE"),
        ("C536366,85123A,HEART,-1,2010-12-01 09:00:00,5.0,,United Kingdom", "NO_CUSTOMER"),
        ("536366,85123A,HEART,one,2010-12-01 09:00:00,5.0,,United Kingdom", "UNREADABLE"),
        ("536366,85123A,HEART,1,2010-13-01 09:00:00,5.0,,United Kingdom", "UNREADABLE"),
        ("536366,85123A,HEART,1,2010-12-01 09:00:00,5.005,,United Kingdom", "UNREADABLE"),
        ("536366,85123A,HEART,1,2010-12-01 09:00:00,NaN,,United Kingdom", "UNREADABLE"),
        ("536366,85123A,HEART", "UNREADABLE"),
        ("536366,85123A,HEART,1,2010-11-30 09:00:00,5.0,,United Kingdom", "OUT_OF_ORDER"),
        ("536366,85123A,HEART,1,2010-12-03 09:00:00,5.0,,United Kingdom", "AFTER_CLOCK_END"),
    ],
)
def test_what_is_no_sale_is_refused_with_its_reason(tmp_path: Path, row: str, code: str) -> None:
    report = replayed(tmp_path, SALE, row, words=("--clock-end", "2010-12-02"))
    assert report["ok"] is True
    assert set(report["refused"]) == {code}
    assert report["refused"][code]["lines"] == 1
    assert report["refused"][code]["words"]


def test_a_replay_run_twice_writes_nothing_more(tmp_path: Path) -> None:
    first = replayed(tmp_path, SALE, SALE_2)
    entries = told(tmp_path, "show")["ledgers"][0]["entries"]
    again = replayed(tmp_path, SALE, SALE_2)
    assert told(tmp_path, "show")["ledgers"][0]["entries"] == entries
    assert again["repeated"] == 3
    assert again["invoiced"] == first["invoiced"]


def test_a_file_of_another_form_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("a,b\n1,2\n")
    run = sceau(tmp_path, "replay", "file.csv", "--ledger", "shop")
    assert run.returncode == 2
    assert "InvoiceNo" in run.stderr
    assert "Traceback" not in run.stderr


def test_rows_that_cannot_be_read_are_counted_and_the_others_played(tmp_path: Path) -> None:
    hostile = (
        "536366,85123A,HEART,6,2010-12-01 08:26:00,2.55",
        "536367",
        "536368,85123A,HEART," + "9" * 4000 + ",2010-12-01 08:26:00,2.55,1,UK",
        "536369,85123A,HEART,1_0,2010-12-01 08:26:00,2.55,1,UK",
        "536370,85123A,HEART,٣,2010-12-01 08:26:00,2.55,1,UK",
        "536371,85123A,HEART,1,0001-01-01 00:00:00,2.55,1,UK",
        "536372,85123A,HEART,1,2010-12-01 08:26:00,1E+999999,1,UK",
        "9" * 300 + ",85123A,HEART,1,2010-12-01 08:26:00,2.55,1,UK",
    )
    report = replayed(tmp_path, *hostile, SALE)
    assert reasons(report) == {"UNREADABLE": (len(hostile), 0)}
    assert (report["ok"], report["invoiced"]["cents"]) == (True, 1530)


def test_a_label_that_no_entry_may_hold_has_its_document_refused_and_counted(tmp_path: Path) -> None:
    report = replayed(tmp_path, SALE, "536367,71053,LAN\u202eTERN,2,2010-12-01 08:27:00,3.39,17850,UK")
    assert reasons(report) == {"VALUE_NOT_RECORDABLE": (1, 678)}
    assert report["ok"]


def _cut_short(data: bytes) -> bytes:
    return gzip.compress(data)[:-20]


def _damaged(data: bytes) -> bytes:
    packed = bytearray(gzip.compress(data))
    packed[-5] ^= 0xFF  # in the checksum at the end
    return bytes(packed)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("file.csv.gz", _cut_short),
        ("file.csv.gz", _damaged),
        ("file.csv.gz", bytes),
        ("file.csv", lambda data: data + b"x" * 200_000),
        ("file.csv", lambda data: bytes(range(256)) + data),
        ("file.csv", lambda data: b""),
    ],
)
def test_a_file_that_breaks_off_is_refused_in_words_before_anything_is_played(
    tmp_path: Path, name: str, made: Callable[[bytes], bytes]
) -> None:
    text = "\n".join((HEAD, *(SALE.replace("536365", str(number)) for number in range(500)))) + "\n"
    (tmp_path / name).write_bytes(made(text.encode()))
    run = sceau(tmp_path, "replay", name, "--ledger", "shop")
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert not (tmp_path / "var").exists()


@pytest.mark.skipif(not DECEMBER.exists(), reason="the shop's month is not beside the project")
@pytest.mark.parametrize("store", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.long])])
def test_a_real_shop_s_december_adds_up_and_verifies(
    tmp_path: Path, store: str, request: pytest.FixtureRequest
) -> None:
    more = {"SCEAU_STORE": request.getfixturevalue("postgres_url")} if store == "postgres" else {}
    report = told(tmp_path, "replay", str(DECEMBER), "--ledger", "shop", **more)
    assert report["ok"] is True
    assert (report["file"]["lines"], report["file"]["documents"]) == (42_481, 2_025)
    assert report["file"]["cents"] == 74_895_702
    refused = sum(one["cents"] for one in report["refused"].values())
    assert report["invoiced"]["ledger_cents"] + report["credited"]["ledger_cents"] + refused == 74_895_702
    assert set(report["refused"]) == {"NOT_A_SALE", "NO_CUSTOMER", "NO_ORIGINAL", "PRICE_ZERO", "STOCK_CORRECTION"}
    assert report["closures"] == {"day": 20, "month": 1, "year": 1}
    month = closed(more.get("SCEAU_STORE", f"sqlite:///{tmp_path}/var/sceau.db"))[-2]
    assert (month.period, month.from_on, month.to_on) == ("month", "2010-12-01", "2010-12-31")
    assert month.gross_cents == report["invoiced"]["ledger_cents"] + report["credited"]["ledger_cents"]
    assert (month.invoices, month.credit_notes) == (1_557, 165)
    verdict = told(tmp_path, "verify", "--ledger", "shop", **more)
    assert (verdict["ok"], verdict["findings"]) == (True, [])
