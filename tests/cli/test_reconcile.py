"""`sceau reconcile` and `sceau vat`: read by an accountant, by a program, and wrong when the book is."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.shell.clock import SystemClock
from tests.cli.running import sceau, told
from tests.cli.test_command_line import INVOICE, PAYMENT, lines


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "profile.json").write_text(sceau(tmp_path, "init", "--template").stdout)
    assert sceau(tmp_path, "init", "shop", "--training", "--profile", "profile.json").returncode == 0
    assert sceau(tmp_path, "apply", "-", "--ledger", "shop", given=lines(INVOICE, PAYMENT)).returncode == 0
    return tmp_path


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Put the machine's clocks on, both of them."""
    now, steady = SystemClock.now, SystemClock.steady
    monkeypatch.setattr(SystemClock, "now", lambda self: now(self) + timedelta(days=days))
    monkeypatch.setattr(SystemClock, "steady", lambda self: steady(self) + timedelta(days=days))


def test_an_accountant_reads_each_bridge_as_a_table(shop: Path) -> None:
    run = sceau(shop, "reconcile", "--ledger", "shop")
    assert run.returncode == 0, run.stderr
    for title in ("Clôtures → chiffre d'affaires du livre", "Chiffre d'affaires → TVA exigible", "Livre → journaux"):
        assert title in run.stdout
    assert "journées non encore closes" in run.stdout
    assert run.stdout.rstrip().endswith("passages, tous sans écart")
    english = sceau(shop, "reconcile", "--ledger", "shop", "--lang", "en", "--entries").stdout
    assert "Turnover → VAT that fell due" in english
    assert "days not closed yet" in english
    assert english.rstrip().endswith("bridges, every residue 0")


def test_a_program_reads_steps_entries_and_residues(shop: Path) -> None:
    found = told(shop, "reconcile", "--ledger", "shop")
    assert found["holds"] is True
    names = {each["name"] for each in found["bridges"]}
    assert names >= {"turnover", "vat", "receipts", "money", "moves", "journals", "ereporting_sales"}
    for each in found["bridges"]:
        sums = [
            sum(column) for column in zip(*(step["cents"] for step in (each["start"], *each["steps"])), strict=True)
        ]
        assert [cents - end for cents, end in zip(sums, each["end"]["cents"], strict=True)] == each["residue"]
        assert each["holds"] is not any(each["residue"])


def test_a_book_too_large_for_memory_is_read_again_and_says_the_same(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told(shop, "reconcile", "--ledger", "shop")
    monkeypatch.setattr("api.reconciling.MOST_KEPT", 1)
    assert told(shop, "reconcile", "--ledger", "shop") == before


def test_the_same_bridges_hold_once_the_day_is_closed(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = told(shop, "reconcile", "--ledger", "shop")
    assert any(step["name"] == "not_closed" for each in opened["bridges"] for step in each["steps"])
    later(monkeypatch, 40)
    assert sceau(shop, "close", "month", "--ledger", "shop").returncode == 0
    closed = told(shop, "reconcile", "--ledger", "shop", "--from", opened["from_on"], "--to", opened["to_on"])
    assert closed["holds"] is True
    assert not any(step["name"] == "not_closed" for each in closed["bridges"] for step in each["steps"])
    assert closed["closed_seq"] > 0


def test_financial_years_after_the_clocks_own_are_reconciled_and_written_too(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as ahead:
        for years in (1, 2):
            later(ahead, 366 * years)
            sold = lines({**INVOICE, "key": f"in-{years}"})
            assert sceau(shop, "apply", "-", "--ledger", "shop", given=sold).returncode == 0
    asked = ("--ledger", "shop", "--from", "2026-01-01", "--to", "2199-12-31")
    found = told(shop, "reconcile", *asked)
    assert [each for each in found["bridges"] if not each["holds"]] == []
    (client,) = [each for each in found["bridges"] if each["name"] == "journals" and each["key"] == ["411000"]]
    assert len(client["start"]["entries"]) > 3
    written = told(shop, "report", "journal", *asked)["rows"]
    assert len({row["on"][:4] for row in written}) > 2
    balance = sum(row["debit_cents"] - row["credit_cents"] for row in written if row["account"] == "411000")
    assert [balance] == client["start"]["cents"] == client["end"]["cents"]


@pytest.mark.parametrize("account", ["sales", "vat_collected", "bank", "client"])
def test_a_posting_altered_by_hand_leaves_a_residue(shop: Path, account: str) -> None:
    assert sceau(shop, "reconcile", "--ledger", "shop").returncode == 0
    (rows,) = (shop / "var").glob("*.projections.db")
    with sqlite3.connect(rows) as file:
        sql = (
            "SELECT r.id, r.body FROM projected AS r JOIN tables AS t ON t.id = r.tbl"
            " WHERE t.projection = 'book' AND t.name = 'move'"
        )
        moves = [(number, json.loads(body)) for number, body in file.execute(sql)]
        number, move, line = next((n, m, line) for n, m in moves for line in m["lines"] if line[0] == account)
        line[1] += 100
        file.execute("UPDATE projected SET body = ? WHERE id = ?", (json.dumps(move).encode(), number))
    found = told(shop, "reconcile", "--ledger", "shop", expect=1)
    assert found["holds"] is False
    run = sceau(shop, "reconcile", "--ledger", "shop")
    assert run.returncode == 1
    assert "ÉCART" in run.stdout
    assert run.stdout.rstrip().endswith("passages ne tombent pas juste")
    assert sceau(shop, "rebuild", "book", "--ledger", "shop").returncode == 0
    assert sceau(shop, "reconcile", "--ledger", "shop").returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "2026-13-01"),
        ("--from", "2026-12-02", "--to", "2026-12-01"),
        ("--period", "2026-Q7"),
        ("--period", "2026", "--from", "2026-01-01"),
        ("--period", "9999"),
        ("--period", "9999-12"),
        ("--period", "2200-Q1"),
        ("--from", "9999-12-31"),
        ("--to", "20260101"),
    ],
)
def test_what_is_no_period_is_said(shop: Path, words: tuple[str, ...]) -> None:
    for command in ("reconcile", "vat"):
        run = sceau(shop, command, "--ledger", "shop", *words)
        assert run.returncode == 2
        assert "Traceback" not in run.stderr
        assert run.stderr.startswith("sceau: ")
        assert words[0] in run.stderr or "the first day is after the last" in run.stderr


def test_the_vat_return_is_printed_with_its_boxes_and_the_list_behind_them(shop: Path) -> None:
    first = told(shop, "reconcile", "--ledger", "shop")["from_on"]
    run = sceau(shop, "vat", "--ledger", "shop", "--from", first, "--entries", "--lang", "en")
    assert run.returncode == 0, run.stderr
    for words in ("Form 3310-CA3", "VAT that fell due, by rate", "VAT that fell due, entries", "Sales only"):
        assert words in run.stdout
    found = told(shop, "vat", "--ledger", "shop", "--from", first)
    boxes = {row["box"]: row for row in found["tables"][0]["rows"]}
    rates = found["tables"][1]
    assert boxes["16"]["vat_cents"] == rates["totals"]["vat_cents"] > 0
    assert found["late"] == []


def test_what_was_recorded_after_the_declaration_is_named(shop: Path) -> None:
    found = told(shop, "reconcile", "--ledger", "shop")
    run = sceau(shop, "vat", "--ledger", "shop", "--from", found["from_on"], "--declared", "2020-01-01", "--lang", "en")
    assert "recorded after the declaration" in run.stdout
    assert sceau(shop, "vat", "--ledger", "shop", "--declared", "yesterday").returncode == 2


def test_an_empty_ledger_reconciles(tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text(sceau(tmp_path, "init", "--template").stdout)
    assert sceau(tmp_path, "init", "empty", "--training", "--profile", "profile.json").returncode == 0
    assert told(tmp_path, "reconcile", "--ledger", "empty")["holds"] is True
    assert sceau(tmp_path, "vat", "--ledger", "empty").returncode == 0
