"""`sceau report` and `sceau explain`, over a sale played in a real store."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from projections.reports.registry import REPORTS
from tests.cli.running import Run, sceau

NAME = "Camille Exemple"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reports")
    assert sceau(made, "demo").returncode == 0
    return made


def told(folder: Path, *words: str) -> Any:
    run = sceau(folder, *words, "--json")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def refused(folder: Path, *words: str) -> Run:
    run = sceau(folder, *words)
    assert run.returncode in (1, 2)
    assert run.stdout == ""
    assert "Traceback" not in run.stderr
    return run


def test_every_report_is_listed_with_its_question(folder: Path) -> None:
    run = sceau(folder, "report")
    for each in REPORTS:
        assert each.name in run.stdout
        assert each.question.fr in run.stdout
    english = sceau(folder, "report", "--lang", "en").stdout
    assert "Who owes what, and how late is it?" in english
    assert [each["name"] for each in told(folder, "report")["reports"]] == [each.name for each in REPORTS]


def test_the_sale_is_told_by_documents_and_deposits(folder: Path) -> None:
    rows = {row["number"]: row for row in told(folder, "report", "documents")["rows"]}
    assert {number: row["state"] for number, row in rows.items()} == {
        "D-00001": "signed",
        "P-00001": "applied",
        "F-00001": "paid",
        "A-00001": "refunded",
    }
    invoice = rows["F-00001"]
    assert (invoice["gross_cents"], invoice["prepaid_cents"], invoice["paid_cents"]) == (170_000, 51_000, 119_000)
    assert (invoice["credited_cents"], invoice["open_cents"]) == (2_400, 0)
    (deposit,) = told(folder, "report", "deposits", "--show", "all")["rows"]
    assert (deposit["advance"], deposit["amount_cents"], deposit["held_cents"]) == ("acompte", 51_000, 0)


def test_a_figure_is_taken_back_to_its_entries(folder: Path) -> None:
    found = told(folder, "explain", "documents", "F-00001", "paid_cents")
    assert found["value"] == 119_000
    assert found["adds_up"] is True
    assert [(one["type"], one["share"]) for one in found["entries"]] == [("invoice.paid/1", 119_000)]
    words = sceau(folder, "explain", "documents", "F-00001", "paid_cents").stdout
    assert "invoice.paid/1" in words
    assert "1 190.00" in words
    assert "les parts font le chiffre" in words
    assert words.splitlines()[1].split() == ["écriture", "journée", "type", "numéro", "montant", "part"]
    english = sceau(folder, "explain", "documents", "F-00001", "paid_cents", "--lang", "en").stdout
    assert "the shares add up to the figure" in english
    assert english.splitlines()[1].split() == ["seq", "day", "type", "number", "amount", "share"]


def test_turnover_by_rate_is_told_in_words(folder: Path) -> None:
    rates = {row["rate"] for row in told(folder, "report", "revenue", "--by", "rate")["rows"]}
    assert rates == {"S-1000", "S-2000"}
    shown = sceau(folder, "report", "revenue", "--by", "rate").stdout
    assert "10\u00a0%" in shown
    assert "S-" not in shown


@pytest.mark.parametrize("words", [(), ("--to", "2199-12-31")])
def test_periods_without_number_are_refused_and_no_answer_is_endless(folder: Path, words: tuple[str, ...]) -> None:
    for command in (("report", "receipts"), ("explain", "receipts", "total", "received_cents")):
        run = refused(folder, *command, "--every", "day", "--from", "1900-01-01", *words)
        assert run.returncode == 2
        assert "--every: plus de 4 000 périodes" in run.stderr
    assert sceau(folder, "report", "receipts", "--every", "month", "--from", "1900-01-01").returncode == 0


def test_a_statement_runs_to_a_balance_of_nothing(folder: Path) -> None:
    customer = told(folder, "report", "customers")["rows"][0]["key"]
    rows = told(folder, "report", "statement", "--customer", customer)["rows"]
    assert [(row["what"], row["balance_cents"]) for row in rows] == [
        ("paid", -51_000),
        ("invoice", 119_000),
        ("paid", 0),
        ("credit_note", -2_400),
        ("refunded", 0),
    ]


def test_names_are_shown_unless_they_are_not_to_be(folder: Path) -> None:
    assert NAME in sceau(folder, "report", "customers").stdout
    for form in ((), ("--json",), ("--csv",)):
        for each in REPORTS:
            if any(one.required for one in each.parameters):
                continue
            run = sceau(folder, "report", each.name, "--no-names", *form)
            assert run.returncode == 0, run.stderr
            assert NAME not in run.stdout, each.name


def test_csv_is_written_whole(folder: Path) -> None:
    run = sceau(folder, "report", "documents", "--csv")
    rows = list(csv.DictReader(io.StringIO(run.stdout)))
    assert [row["number"] for row in rows] == ["D-00001", "P-00001", "F-00001", "A-00001"]
    assert rows[2]["gross_cents"] == "1700.00"


def test_an_earlier_entry_is_looked_back_at(folder: Path) -> None:
    whole = told(folder, "report", "documents")
    deposit = next(row for row in whole["rows"] if row["number"] == "P-00001")
    paid = told(folder, "explain", "documents", "P-00001", "paid_cents")["entries"][0]["seq"]
    before = told(folder, "report", "documents", "--upto", str(paid - 1), "--kind", "deposit_request")
    assert before["as_of"]["seq"] == paid - 1
    assert [(row["key"], row["state"]) for row in before["rows"]] == [(deposit["key"], "requested")]
    after = told(folder, "report", "documents", "--upto", str(paid), "--kind", "deposit_request")
    assert [row["state"] for row in after["rows"]] == ["paid"]


def test_a_chart_is_drawn_into_a_file(folder: Path) -> None:
    file = folder / "chart.svg"
    run = sceau(folder, "report", "documents", "--chart", str(file))
    assert run.returncode == 0, run.stderr
    assert file.read_bytes().lstrip().startswith((b"<svg", b"<?xml"))
    assert refused(folder, "report", "integrity", "--chart", str(file)).returncode == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing",), "no such report"),
        (("documents", "--kind", "x"), "PARAMETER_INVALID --kind"),
        (("documents", "--kind"), "a value is missing"),
        (("documents", "kind", "quote"), "--NAME VALUE"),
        (("documents", "--kind", "quote", "--kind=note"), "given twice"),
        (("documents", "--from", "2026-13-01"), "PARAMETER_INVALID --from"),
        (("statement",), "PARAMETER_INVALID --customer"),
        (("documents", "--csv", "--json"), "one of --json and --csv"),
        (("documents", "--upto", "99999"), "ends at entry"),
        (("documents", "--ledger", "nowhere"), "no ledger named nowhere"),
        (("documents", "--store", "sqlite:////nowhere/at/all.db"), "sceau: "),
    ],
)
def test_what_cannot_be_asked_is_said_in_words(folder: Path, words: tuple[str, ...], said: str) -> None:
    assert said in refused(folder, "report", *words).stderr


def test_a_figure_there_is_not_is_said_in_words(folder: Path) -> None:
    for words in (("documents", "F-9", "paid_cents"), ("documents", "F-00001", "nothing"), ("nothing", "a", "b")):
        assert "sceau: " in refused(folder, "explain", *words).stderr
